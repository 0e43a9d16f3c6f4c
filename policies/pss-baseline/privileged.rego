# METADATA
# title: Containers must not be privileged
# description: |
#   A privileged container has every device and every capability of its node, and no seccomp or AppArmor profile: root
#   in it is root on the node. The rule reads `securityContext.privileged` of every container, init and ephemeral ones
#   included, as the baseline Pod Security Standard does: absent, null and false are allowed. There is no such field
#   for the Pod. Windows Pods are judged too.
# custom:
#   id: privileged
#   severity: critical
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Privileged Containers"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove the field, and grant the one thing that the program needs instead, such as a capability:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           privileged: false
#     ```
package seatrial.pss_baseline.privileged

deny contains denial if {
	some container in input.pod.containers
	privileged := container.raw.securityContext.privileged
	not privileged in {false, null}
	denial := {
		"message": sprintf(
			"container %q is privileged, which is root on its node; remove privileged or set it to false",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.privileged", [container.path]),
	}
}
