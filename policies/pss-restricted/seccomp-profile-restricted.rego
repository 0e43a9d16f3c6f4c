# METADATA
# title: Containers must have a seccomp profile
# description: |
#   Without a profile a program may make every system call, those included that it never needs and that kernel bugs are
#   reached by. The rule reads `securityContext.seccompProfile.type` as the restricted Pod Security Standard does: every
#   container, init and ephemeral ones included, names RuntimeDefault or Localhost or inherits it from the Pod; null is
#   absent, and a profile without a type is a bad one. A bad profile at the Pod is a violation even where each container
#   names a good one. What a kubelet may apply by default is not counted. Pods that name Windows as their `os` are
#   exempt: the API refuses the field for them.
# custom:
#   id: seccomp-profile-restricted
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   overrides: [seccomp-profile-baseline]
#   standard:
#     name: Pod Security Standards, restricted, "Seccomp"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Say it once for the Pod:
#     ```yaml
#     spec:
#       securityContext:
#         seccompProfile:
#           type: RuntimeDefault
#     ```
package seatrial.pss_restricted.seccomp_profile_restricted

import data.seatrial.lib.kubernetes
import data.seatrial.lib.pod_security

deny contains denial if {
	not kubernetes.windows
	some denial in pod_security.unconfined_seccomp
}

deny contains denial if {
	not kubernetes.windows
	not profiled(input.pod.spec)
	some container in input.pod.containers
	not profiled(container.raw)
	denial := {
		"message": sprintf(
			"container %q has no seccomp profile; set seccompProfile.type: RuntimeDefault for it or its Pod",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.seccompProfile.type", [container.path]),
	}
}

# The Pod or the container names a profile, good or bad.
profiled(holder) if holder.securityContext.seccompProfile != null
