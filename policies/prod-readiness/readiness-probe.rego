# METADATA
# title: Served containers must have a readiness probe
# description: |
#   A Service sends traffic to a Pod as soon as its containers run unless a readiness probe says otherwise, so that
#   requests fail while the program starts, and a rollout goes on although the new version never answers. The rule
#   asks each container that a Service of the release sends traffic to; what nobody calls needs no probe. Sidecars
#   (init containers with `restartPolicy: Always`) are judged as well, other init containers and ephemeral ones are
#   not, nor are hooks, Jobs and CronJobs. Any handler counts (httpGet, tcpSocket, grpc, exec); a startup or liveness
#   probe does not stand in for it.
# custom:
#   id: readiness-probe
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   live: false
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         readinessProbe:
#           httpGet: {path: /health/ready, port: http}
#           periodSeconds: 5
#     ```
package seatrial.prod_readiness.readiness_probe

import data.seatrial.lib.probes

deny contains denial if {
	some container in probes.subjects
	container.served == true
	not probes.has(container, "readinessProbe")
	denial := {
		"message": sprintf(
			"container %q gets a Service's traffic and has no readiness probe; give it a readinessProbe",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.readinessProbe", [container.path]),
	}
}
