# METADATA
# title: Containers must leave /proc masked, whatever users they have
# description: |
#   Runtimes hide the parts of /proc that tell of the node or change it. The rule reads `securityContext.procMount` of
#   every container, init and ephemeral ones included, as the restricted Pod Security Standard does from Kubernetes
#   1.35: absent, null and Default are allowed, for a Pod with `hostUsers: false` as well, which the baseline then
#   exempts. Before 1.35 `proc-mount` exempts nobody, and this rule is not asked.
# custom:
#   id: proc-mount-restricted
#   severity: high
#   enforcement: enforce
#   judges: pods
#   since: "1.35"
#   overrides: [proc-mount]
#   standard:
#     name: Pod Security Standards, restricted, "/proc Mount Type"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Remove the field, which leaves the default:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           procMount: Default
#     ```
package seatrial.pss_restricted.proc_mount_restricted

import data.seatrial.lib.kubernetes
import data.seatrial.lib.pod_security

deny contains denial if {
	kubernetes.at_least(1, 35)
	some denial in pod_security.unmasked_proc
}
