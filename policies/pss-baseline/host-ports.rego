# METADATA
# title: Containers must not take ports of their node
# description: |
#   A host port is open on the node itself, past every Service and most network policies, and one Pod on a node that
#   takes it keeps all others that want it away. The rule reads `hostPort` of every port of every container, init and
#   ephemeral ones included, as the baseline Pod Security Standard does: absent, null and 0 are allowed. A Pod in the
#   node's network takes ports of the node without saying so; that is a finding of `host-namespaces` alone.
# custom:
#   id: host-ports
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Host Ports"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Name the container's port alone, and let a Service lead to it:
#     ```yaml
#     containers:
#       - name: app
#         ports:
#           - name: http
#             containerPort: 8080
#     ```
package seatrial.pss_baseline.host_ports

deny contains denial if {
	some container in input.pod.containers
	some index
	port := container.raw.ports[index].hostPort
	port != null
	port != 0
	denial := {
		"message": sprintf(
			"container %q takes port %v of its node; remove hostPort and let a Service lead to it",
			[container.name, port],
		),
		"container": container.name,
		"path": sprintf("%s.ports[%v].hostPort", [container.path, index]),
	}
}
