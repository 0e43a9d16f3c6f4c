# METADATA
# title: Containers must not gain privileges
# description: |
#   With privilege escalation a program can get more rights than its parent has, by a set-user-ID file for one. The rule
#   reads `securityContext.allowPrivilegeEscalation` of every container, init and ephemeral ones included, as the
#   restricted Pod Security Standard does: each says false itself; absent and null are violations, since the default
#   allows it. There is no such field for the Pod; one that is written there is dropped by the API server, and the
#   message says so. Pods that name Windows as their `os` are exempt: the API refuses the field for them.
# custom:
#   id: allow-privilege-escalation
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, restricted, "Privilege Escalation"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Say it for each container:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           allowPrivilegeEscalation: false
#     ```
package seatrial.pss_restricted.allow_privilege_escalation

import data.seatrial.lib.kubernetes

deny contains denial if {
	not kubernetes.windows
	some container in input.pod.containers
	not forbids(container)
	denial := {
		"message": sprintf("container %q can gain privileges; %s", [container.name, advice]),
		"container": container.name,
		"path": sprintf("%s.securityContext.allowPrivilegeEscalation", [container.path]),
	}
}

forbids(container) if container.raw.securityContext.allowPrivilegeEscalation == false

default advice := "set securityContext.allowPrivilegeEscalation: false for it"

advice := "the field under the Pod's securityContext has no effect, move it to the container" if {
	input.pod.spec.securityContext.allowPrivilegeEscalation == false
}
