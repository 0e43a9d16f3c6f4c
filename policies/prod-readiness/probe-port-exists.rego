# METADATA
# title: Ports that probes name must exist
# description: |
#   A probe that names a port which its container does not declare never gets an answer: readiness stays false for
#   ever, liveness is never asked. The API server takes it, so that the mistake shows as a rollout that hangs. Judged
#   are the startup, readiness and liveness probes of containers and sidecars of Pods that run for good, not those of
#   hooks, Jobs and CronJobs. Only names are judged: a port number works whether it is declared or not, since
#   `ports` opens nothing, and good charts leave it out.
# custom:
#   id: probe-port-exists
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Kubernetes, named ports of probes
#     reference: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         ports:
#           - {name: http, containerPort: 8080}
#         readinessProbe:
#           httpGet: {path: /health/ready, port: http}
#     ```
package seatrial.prod_readiness.probe_port_exists

import data.seatrial.lib.probes

deny contains denial if {
	some container in probes.subjects
	some kind in probes.kinds
	some handler in ["httpGet", "tcpSocket"]
	port := container.raw[kind][handler].port
	is_string(port)
	not declares(container, port)
	denial := {
		"message": sprintf(
			"%s of container %q asks port %q, which the container does not declare; %s",
			[kind, container.name, port, advice(container)],
		),
		"container": container.name,
		"path": sprintf("%s.%s.%s.port", [container.path, kind, handler]),
	}
}

declares(container, port) if container.raw.ports[_].name == port

advice(container) := sprintf("write one of %s", [concat(", ", names)]) if {
	names := {port.name | port := container.raw.ports[_]; is_string(port.name)}
	count(names) > 0
} else := "name it in ports"
