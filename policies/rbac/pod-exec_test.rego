package seatrial.rbac.pod_exec_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.rbac.pod_exec as rule

role(rules) := fixture.object_of("rbac.authorization.k8s.io/v1", "Role", {"rules": rules})

allowing(resource, verb) := {"apiGroups": [""], "resources": [resource], "verbs": [verb]}

denied(rules) := denials if {
	denials := rule.deny with input as role(rules)
}

test_watching_pods_passes if {
	denied([{"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]}]) == set()
	denied([allowing("pods/exec", "delete")]) == set()
	denied([allowing("pods/ephemeralcontainers", "get")]) == set()
	denied([object.union(allowing("pods/exec", "create"), {"apiGroups": ["example.org"]})]) == set()
}

test_entering_pods_is_denied if {
	denied([allowing("pods", "get"), allowing("pods/exec", "create")]) == {{
		"message": "verb create on pods/exec enters any Pod; take it out of the rule",
		"path": "rules[1].resources",
	}}
}

test_every_door_is_known if {
	every door in [
		["pods/exec", "get"],
		["pods/exec", "*"],
		["pods/attach", "create"],
		["pods/attach", "get"],
		["pods/ephemeralcontainers", "patch"],
		["pods/ephemeralcontainers", "update"],
		["nodes/proxy", "create"],
		["nodes/proxy", "get"],
		["*/exec", "create"],
	] {
		count(denied([allowing(door[0], door[1])])) == 1
	}
}

test_everything_opens_every_door if {
	count(denied([{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}])) == 4
}

test_names_do_not_help if {
	count(denied([object.union(allowing("pods/exec", "create"), {"resourceNames": ["web-0"]})])) == 1
}

test_values_of_another_type_give_nothing if {
	denied(null) == set()
	denied([null, {"apiGroups": "", "resources": "pods/exec", "verbs": "create"}]) == set()
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(role([allowing("pods/exec", "create")]))
}
