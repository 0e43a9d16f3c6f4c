# METADATA
# title: Roles should not enter Pods
# description: |
#   Who may run a program in any Pod has what each of them has: its files, its token, its place in the network. Denied
#   is a rule of a Role or ClusterRole in the core group about `pods/exec` or `pods/attach` with get or create,
#   `pods/ephemeralcontainers` with update or patch, or `nodes/proxy`, which leads to the kubelet's own exec, with get
#   or create; wildcards included. Names in `resourceNames` do not help, since Pods' names are not known beforehand.
# custom:
#   id: pod-exec
#   severity: high
#   enforcement: audit
#   judges: [Role, ClusterRole]
#   standard:
#     name: Kubernetes, good practices for role based access control
#     reference: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
#   remediation: |
#     Take the subresource out of the rule:
#     ```yaml
#     kind: Role
#     rules:
#       - apiGroups: [""]
#         resources: [pods, pods/log]
#         verbs: [get, list, watch]
#     ```
package seatrial.rbac.pod_exec

import data.seatrial.lib.rbac

deny contains denial if {
	some index, rule in rbac.rules
	rbac.of_group(rule, "")
	some resource, verbs in doors
	rbac.of_resource(rule, resource)
	verb := rbac.verb(rule, verbs)
	denial := {
		"message": sprintf("verb %s on %s enters any Pod; take it out of the rule", [verb, resource]),
		"path": rbac.path(index, "resources"),
	}
}

doors := {
	"pods/exec": ["create", "get"],
	"pods/attach": ["create", "get"],
	"pods/ephemeralcontainers": ["patch", "update"],
	"nodes/proxy": ["create", "get"],
}
