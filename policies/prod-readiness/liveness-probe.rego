# METADATA
# title: Containers that run for good should have a liveness probe
# description: |
#   A program that hangs keeps its container running; only a liveness probe has Kubernetes restart it. Audited and not
#   enforced, since a program that ends by itself when it is broken is better off without one, and a bad probe does
#   more harm than none. Asked of the containers and sidecars (init containers with `restartPolicy: Always`) of all
#   Pods that run for good; not of other init containers, ephemeral containers, hooks, Jobs, CronJobs or Pods with
#   `restartPolicy` Never or OnFailure.
# custom:
#   id: liveness-probe
#   severity: low
#   enforcement: audit
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#liveness-probe
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         livenessProbe:
#           httpGet: {path: /health/live, port: http}
#           periodSeconds: 10
#           failureThreshold: 3
#     ```
package seatrial.prod_readiness.liveness_probe

import data.seatrial.lib.probes

deny contains denial if {
	some container in probes.subjects
	not probes.has(container, "livenessProbe")
	denial := {
		"message": sprintf(
			"container %q is not restarted when it hangs; give it a livenessProbe",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.livenessProbe", [container.path]),
	}
}
