# METADATA
# title: Roles should name what they allow
# description: |
#   A `*` grants what exists today and whatever a later version of Kubernetes, or another chart's CustomResource, adds.
#   Denied is one in the `verbs`, `resources` (`*` and `*/subresource`), `apiGroups` or `nonResourceURLs` of a rule of a
#   Role or ClusterRole, each by itself. A path with a wildcard at its end (`/metrics/*`) passes.
# custom:
#   id: wildcards
#   severity: high
#   enforcement: audit
#   judges: [Role, ClusterRole]
#   standard:
#     name: Kubernetes, good practices for role based access control
#     reference: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   remediation: |
#     ```yaml
#     kind: Role
#     rules:
#       - apiGroups: [""]
#         resources: [configmaps]
#         verbs: [get, list, watch]
#     ```
package seatrial.rbac.wildcards

import data.seatrial.lib.rbac

deny contains denial if {
	some index, rule in rbac.rules
	some field in ["verbs", "resources", "apiGroups", "nonResourceURLs"]
	wildcard := rule[field][_]
	means_all(wildcard)
	denial := {
		"message": sprintf("%s: %s grants whatever is added later; name what is needed", [field, wildcard]),
		"path": rbac.path(index, field),
	}
}

means_all(text) if text == "*"

means_all(text) if startswith(text, "*/")
