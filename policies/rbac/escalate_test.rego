package seatrial.rbac.escalate_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.rbac.escalate as rule

role(rules) := fixture.object_of("rbac.authorization.k8s.io/v1", "ClusterRole", {"rules": rules})

about(group, resource, verbs) := {"apiGroups": [group], "resources": [resource], "verbs": verbs}

on_roles(verbs) := about("rbac.authorization.k8s.io", "roles", verbs)

named(one, names) := object.union(one, {"resourceNames": names})

denied(rules) := denials if {
	denials := rule.deny with input as role(rules)
}

test_reading_and_writing_roles_passes if {
	denied([on_roles(["get", "list", "create", "update", "delete"])]) == set()
}

test_escalate_is_denied_named_or_not if {
	denied([on_roles(["get"]), on_roles(["escalate"])]) == {{
		"message": "verb escalate on roles writes any rights into them; list the verbs without escalate",
		"path": "rules[1].verbs",
	}}
	count(denied([named(on_roles(["escalate"]), ["app"])])) == 1
}

test_bind_is_denied_unless_it_names_roles if {
	denied([on_roles(["bind"])]) == {{
		"message": "verb bind on roles binds to any of them; name the ones that are needed in resourceNames",
		"path": "rules[0].verbs",
	}}
	denied([named(on_roles(["bind"]), ["app"])]) == set()
	count(denied([named(on_roles(["bind"]), ["app", "cluster-admin"])])) == 1
	count(denied([named(on_roles(["bind"]), [])])) == 1
}

test_cluster_roles_and_wildcards_are_roles_too if {
	count(denied([about("rbac.authorization.k8s.io", "clusterroles", ["bind"])])) == 1
	count(denied([about("*", "*", ["bind", "escalate"])])) == 2
	count(denied([on_roles(["*"])])) == 2
}

test_the_same_verbs_on_other_resources_pass if {
	denied([about("rbac.authorization.k8s.io", "rolebindings", ["bind", "escalate"])]) == set()
	denied([about("example.org", "roles", ["bind", "escalate", "*"])]) == set()
}

test_impersonation_is_denied_unless_it_names_subjects if {
	denied([about("", "users", ["impersonate"])]) == {{
		"message": "verb impersonate acts as any other subject; take it out, or name subjects in resourceNames",
		"path": "rules[0].verbs",
	}}
	denied([named(about("", "users", ["impersonate"]), ["jane"])]) == set()
	count(denied([about("authentication.k8s.io", "users", ["impersonate:user-info"])])) == 1
	count(denied([about("", "pods", ["impersonate-on:user-info:list"])])) == 1
}

test_every_verb_on_subjects_is_impersonation_too if {
	every resource in ["users", "groups", "serviceaccounts"] {
		count(denied([about("", resource, ["*"])])) == 1
	}
	every resource in ["users", "groups", "serviceaccounts", "uids", "userextras"] {
		count(denied([about("authentication.k8s.io", resource, ["*"])])) == 1
	}
	denied([about("", "pods", ["*"])]) == set()
	denied([about("example.org", "users", ["*"])]) == set()
	denied([about("authentication.k8s.io", "tokenreviews", ["*"])]) == set()
	denied([about("", "serviceaccounts", ["get"])]) == set()
	denied([about("authentication.k8s.io", "users", ["get"])]) == set()
}

test_values_of_another_type_give_nothing if {
	denied(null) == set()
	denied([null, {"apiGroups": "*", "resources": "*", "verbs": "*"}]) == set()
	denied([about("", "users", [null, 1])]) == set()
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(role([on_roles(["bind"])]))
}
