# METADATA
# title: Containers must not run as user 0
# description: |
#   User 0 is root. The rule reads `securityContext.runAsUser` of the Pod and of every container, init and ephemeral
#   ones included, as the restricted Pod Security Standard does: 0 is a violation wherever it is written, at the Pod even
#   where each container names another user; absent and null are allowed, and whether the image's own user is root
#   is the question of `run-as-non-root`. From Kubernetes 1.35 a Pod with `hostUsers: false` is exempt, because its root
#   is nobody on the node. Windows Pods are not exempt.
# custom:
#   id: run-as-user
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, restricted, "Running as Non-root user"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Name a user that the image can run as:
#     ```yaml
#     spec:
#       securityContext:
#         runAsUser: 10001
#     ```
package seatrial.pss_restricted.run_as_user

import data.seatrial.lib.pod_security

deny contains denial if {
	input.pod.spec.securityContext.runAsUser == 0
	not pod_security.in_user_namespace
	denial := {
		"message": "the Pod runs as user 0, which is root; set runAsUser to another one",
		"path": sprintf("%s.securityContext.runAsUser", [input.pod.path]),
	}
}

deny contains denial if {
	some container in input.pod.containers
	container.raw.securityContext.runAsUser == 0
	not pod_security.in_user_namespace
	denial := {
		"message": sprintf("container %q runs as user 0, which is root; set runAsUser to another one", [container.name]),
		"container": container.name,
		"path": sprintf("%s.securityContext.runAsUser", [container.path]),
	}
}
