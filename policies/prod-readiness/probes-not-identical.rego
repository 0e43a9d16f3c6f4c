# METADATA
# title: Liveness and readiness probes should not be the same
# description: |
#   Where both probes ask the same with the same patience, a container that is taken out of the Service is restarted
#   at the same moment: what one dependency's hiccup should only have kept from traffic is a restart of every replica.
#   The same means: one handler with equal path, port, host, scheme and headers (a port's name and its number are
#   equal, and so are what is not said and what Kubernetes fills in), and equal `failureThreshold`, `periodSeconds`
#   and `timeoutSeconds`. A liveness probe of the same question with more patience passes; `initialDelaySeconds` does
#   not count, as it matters at the start only. Judged are the containers and sidecars of Pods that run for good, not
#   hooks, Jobs and CronJobs.
# custom:
#   id: probes-not-identical
#   severity: low
#   enforcement: audit
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#   remediation: |
#     Ask the liveness probe for the process alone, or give it more patience:
#     ```yaml
#     containers:
#       - name: app
#         readinessProbe:
#           httpGet: {path: /health/ready, port: http}
#           failureThreshold: 3
#         livenessProbe:
#           httpGet: {path: /health/live, port: http}
#           failureThreshold: 6
#     ```
package seatrial.prod_readiness.probes_not_identical

import data.seatrial.lib.probes

deny contains denial if {
	some container in probes.subjects
	liveness := container.raw.livenessProbe
	readiness := container.raw.readinessProbe
	probes.question(container, liveness) == probes.question(container, readiness)
	probes.patience(liveness) == probes.patience(readiness)
	denial := {
		"message": sprintf(
			concat(" ", [
				"liveness and readiness of container %q ask the same with the same patience;",
				"ask another path, or set a higher failureThreshold for liveness",
			]),
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.livenessProbe", [container.path]),
	}
}
