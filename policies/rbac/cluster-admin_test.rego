package seatrial.rbac.cluster_admin_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.rbac.cluster_admin as rule

binding(kind, role, subjects) := fixture.object_of(
	"rbac.authorization.k8s.io/v1",
	kind,
	{"roleRef": role, "subjects": subjects},
)

admin := {"kind": "ClusterRole", "name": "cluster-admin"}

view := {"kind": "ClusterRole", "name": "view"}

account := {"kind": "ServiceAccount", "name": "app"}

masters := {"kind": "Group", "name": "system:masters"}

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_another_role_passes if {
	denied(binding("ClusterRoleBinding", view, [account])) == set()
	denied(binding("RoleBinding", {"kind": "Role", "name": "cluster-admin"}, [account])) == set()
}

test_cluster_admin_is_denied if {
	denied(binding("ClusterRoleBinding", admin, [account])) == {{
		"message": "the subjects may do everything; bind them to a role with the rights that they use",
		"path": "roleRef.name",
	}}
	count(denied(binding("RoleBinding", admin, null))) == 1
}

test_the_masters_are_denied if {
	denied(binding("ClusterRoleBinding", view, [account, masters])) == {{
		"message": "the group system:masters may do everything and cannot be limited; name another subject",
		"path": "subjects[1].name",
	}}
	denied(binding("ClusterRoleBinding", view, [{"kind": "User", "name": "system:masters"}])) == set()
	denied(binding("ClusterRoleBinding", view, [{"kind": "Group", "name": "team"}])) == set()
}

test_values_of_another_type_give_nothing if {
	denied(binding("ClusterRoleBinding", null, "system:masters")) == set()
	denied(binding("ClusterRoleBinding", "cluster-admin", [null])) == set()
}

test_hooks_are_judged if {
	count(denied(fixture.hook(binding("ClusterRoleBinding", admin, [account])))) == 1
}

test_kinds_of_other_groups_are_not_judged if {
	foreign := fixture.object_of("example.org/v1", "RoleBinding", {"roleRef": admin, "subjects": [masters]})
	denied(foreign) == set()
}
