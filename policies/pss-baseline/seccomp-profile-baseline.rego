# METADATA
# title: Seccomp profiles must confine
# description: |
#   Seccomp keeps a program from system calls that it never needs and that kernel bugs are reached by; Unconfined allows
#   them all. The rule reads `securityContext.seccompProfile.type` of the Pod and of every container, init and
#   ephemeral ones included, as the baseline Pod Security Standard does: no profile, RuntimeDefault and Localhost are
#   allowed, a profile without a type is not, and a bad one at the Pod is a finding even where each container names a
#   good one. The annotations of Kubernetes before 1.19 are not read. Where `seccomp-profile-restricted` is asked as
#   well, as in the pack `pss-restricted`, that rule takes the place of this one.
# custom:
#   id: seccomp-profile-baseline
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Seccomp"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Name the profile of the container runtime, once for the Pod:
#     ```yaml
#     spec:
#       securityContext:
#         seccompProfile:
#           type: RuntimeDefault
#     ```
package seatrial.pss_baseline.seccomp_profile_baseline

import data.seatrial.lib.pod_security

deny contains denial if {
	some denial in pod_security.unconfined_seccomp
}
