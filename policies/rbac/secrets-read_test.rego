package seatrial.rbac.secrets_read_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.rbac.secrets_read as rule

role(rules) := fixture.object_of("rbac.authorization.k8s.io/v1", "ClusterRole", {"rules": rules})

reading := {"apiGroups": [""], "resources": ["configmaps", "secrets"], "verbs": ["create", "list"]}

denied(rules) := denials if {
	denials := rule.deny with input as role(rules)
}

changed(fields) := denied([object.union(reading, fields)])

test_reading_every_secret_is_denied if {
	denied([{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"]}, reading]) == {{
		"message": "verb list reads every Secret; name the ones that are needed in resourceNames",
		"path": "rules[1].resources",
	}}
	every verb in ["get", "list", "watch", "*"] {
		count(changed({"verbs": [verb]})) == 1
	}
}

test_wildcards_read_secrets_too if {
	count(changed({"apiGroups": ["*"], "resources": ["*"]})) == 1
}

test_named_secrets_pass if {
	changed({"resourceNames": ["app-tls"]}) == set()
	count(changed({"resourceNames": []})) == 1
}

test_other_verbs_resources_and_groups_pass if {
	changed({"verbs": ["create", "update"]}) == set()
	changed({"resources": ["configmaps"]}) == set()
	changed({"apiGroups": ["example.org"]}) == set()
}

test_values_of_another_type_give_nothing if {
	denied(null) == set()
	denied([null, {"apiGroups": "", "resources": "secrets", "verbs": "get"}]) == set()
	changed({"verbs": null}) == set()
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(role([reading]))
}
