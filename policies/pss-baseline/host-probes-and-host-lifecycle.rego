# METADATA
# title: Probes and lifecycle hooks must not name a host
# description: |
#   The kubelet sends probes and lifecycle requests from the node. One with a `host` makes it ask any address that the
#   node can reach, the node's own loopback included, and so past network policies. The rule reads `httpGet.host` and
#   `tcpSocket.host` of the liveness, readiness and startup probe and of `lifecycle.postStart` and `lifecycle.preStop`
#   of every container, init and ephemeral ones included, as the baseline Pod Security Standard does from Kubernetes
#   1.34, where the control is new: absent, null and the empty text are allowed. Before 1.34 it is not asked.
# custom:
#   id: host-probes-and-host-lifecycle
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   since: "1.34"
#   standard:
#     name: Pod Security Standards, baseline, "Host Probes / Lifecycle Hooks"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove `host`, and the kubelet asks the Pod's own address. A name that the server insists on goes into a header:
#     ```yaml
#     readinessProbe:
#       httpGet:
#         path: /health/ready
#         port: http
#         httpHeaders:
#           - {name: Host, value: app.example.org}
#     ```
package seatrial.pss_baseline.host_probes_and_host_lifecycle

import data.seatrial.lib.kubernetes

deny contains denial if {
	kubernetes.at_least(1, 34)
	some container in input.pod.containers
	some probe in ["livenessProbe", "readinessProbe", "startupProbe"]
	some action in ["httpGet", "tcpSocket"]
	host := container.raw[probe][action].host
	not host in {"", null}
	denial := said(container, sprintf("%s.%s", [probe, action]), host)
}

deny contains denial if {
	kubernetes.at_least(1, 34)
	some container in input.pod.containers
	some moment in ["postStart", "preStop"]
	some action in ["httpGet", "tcpSocket"]
	host := container.raw.lifecycle[moment][action].host
	not host in {"", null}
	denial := said(container, sprintf("lifecycle.%s.%s", [moment, action]), host)
}

said(container, action, host) := {
	"message": sprintf(
		"%s of container %q makes the node call host %q; remove host, so that the Pod itself is asked",
		[action, container.name, sprintf("%v", [host])],
	),
	"container": container.name,
	"path": sprintf("%s.%s.host", [container.path, action]),
}
