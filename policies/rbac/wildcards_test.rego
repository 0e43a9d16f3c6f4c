package seatrial.rbac.wildcards_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.rbac.wildcards as rule

role(kind, rules) := fixture.object_of("rbac.authorization.k8s.io/v1", kind, {"rules": rules})

narrow := {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}

denied(kind, rules) := denials if {
	denials := rule.deny with input as role(kind, rules)
}

test_a_role_that_names_what_it_allows_passes if {
	denied("Role", [narrow]) == set()
	denied("ClusterRole", [{"nonResourceURLs": ["/metrics", "/metrics/*"], "verbs": ["get"]}]) == set()
	denied("Role", [object.union(narrow, {"resourceNames": ["*"]})]) == set()
	denied("ClusterRole", null) == set()
}

test_a_wildcard_is_denied_where_it_stands if {
	denied("Role", [narrow, object.union(narrow, {"verbs": ["*"]})]) == {{
		"message": "verbs: * grants whatever is added later; name what is needed",
		"path": "rules[1].verbs",
	}}
	every field in ["resources", "apiGroups", "nonResourceURLs"] {
		some denial in denied("ClusterRole", [object.union(narrow, {field: ["*"]})])
		denial.path == concat("", ["rules[0].", field])
	}
}

test_a_subresource_of_everything_is_denied if {
	some denial in denied("ClusterRole", [object.union(narrow, {"resources": ["*/scale"]})])
	startswith(denial.message, "resources: */scale grants")
}

test_each_wildcard_is_told if {
	all := {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}
	count(denied("ClusterRole", [all])) == 3
}

test_values_of_another_type_give_nothing if {
	denied("Role", "*") == set()
	denied("Role", [null, {"verbs": "*", "resources": null, "apiGroups": [1]}]) == set()
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(role("Role", [object.union(narrow, {"verbs": ["*"]})]))
}
