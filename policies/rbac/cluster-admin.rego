# METADATA
# title: Nothing should be bound to cluster-admin
# description: |
#   `cluster-admin` allows everything; a ClusterRoleBinding to it hands over the cluster, and a RoleBinding its
#   namespace. Denied are both, and every binding whose subject is the group `system:masters`, which no rule can bind.
#   ClusterRoles that are called otherwise and allow everything are a matter of `wildcards`.
# custom:
#   id: cluster-admin
#   severity: critical
#   enforcement: audit
#   judges: [ClusterRoleBinding, RoleBinding]
#   standard:
#     name: Kubernetes, good practices for role based access control
#     reference: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege
#   remediation: |
#     Bind to a role with the rights that the program uses:
#     ```yaml
#     kind: ClusterRoleBinding
#     roleRef:
#       apiGroup: rbac.authorization.k8s.io
#       kind: ClusterRole
#       name: app
#     ```
package seatrial.rbac.cluster_admin

import data.seatrial.lib.objects

deny contains denial if {
	objects.in_group("rbac.authorization.k8s.io")
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name == "cluster-admin"
	denial := {
		"message": "the subjects may do everything; bind them to a role with the rights that they use",
		"path": "roleRef.name",
	}
}

deny contains denial if {
	objects.in_group("rbac.authorization.k8s.io")
	some index
	subject := input.object.subjects[index]
	subject.kind == "Group"
	subject.name == "system:masters"
	denial := {
		"message": "the group system:masters may do everything and cannot be limited; name another subject",
		"path": sprintf("subjects[%v].name", [index]),
	}
}
