# METADATA
# title: Roles should not read every Secret
# description: |
#   Who may read all Secrets has every password of the namespace, or of the cluster, and the tokens of other accounts;
#   list and watch show the contents as get does. Denied is a rule of a Role or ClusterRole about `secrets` (or `*`) in
#   the core group with get, list, watch or `*`. A rule with `resourceNames` passes: it names the Secrets it is about.
# custom:
#   id: secrets-read
#   severity: high
#   enforcement: audit
#   judges: [Role, ClusterRole]
#   standard:
#     name: Kubernetes, good practices for role based access control, listing secrets
#     reference: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets
#   remediation: |
#     ```yaml
#     kind: Role
#     rules:
#       - apiGroups: [""]
#         resources: [secrets]
#         resourceNames: [app-tls]
#         verbs: [get]
#     ```
package seatrial.rbac.secrets_read

import data.seatrial.lib.rbac

deny contains denial if {
	some index, rule in rbac.rules
	rbac.of_group(rule, "")
	rbac.of_resource(rule, "secrets")
	not rbac.named(rule)
	verb := rbac.verb(rule, ["get", "list", "watch"])
	denial := {
		"message": sprintf("verb %s reads every Secret; name the ones that are needed in resourceNames", [verb]),
		"path": rbac.path(index, "resources"),
	}
}
