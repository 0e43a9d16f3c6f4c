# METADATA
# title: Containers must leave /proc masked
# description: |
#   Runtimes hide the parts of /proc that tell of the node or change it. A container that takes the masks off can reach
#   them. The rule reads `securityContext.procMount` of every container, init and ephemeral ones included, as the
#   baseline Pod Security Standard does: absent, null and Default are allowed. From Kubernetes 1.35 a Pod with
#   `hostUsers: false` may set anything, because its root is nobody on the node. Where `proc-mount-restricted` is asked
#   as well, as in the pack `pss-restricted` from 1.35, that rule takes the place of this one.
# custom:
#   id: proc-mount
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "/proc Mount Type"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove the field, which leaves the default:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           procMount: Default
#     ```
package seatrial.pss_baseline.proc_mount

import data.seatrial.lib.pod_security

deny contains denial if {
	not pod_security.in_user_namespace
	some denial in pod_security.unmasked_proc
}
