package seatrial.prod_readiness.selector_matches_template_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.selector_matches_template as rule

denied(spec) := denials if {
	denials := rule.deny with input as fixture.deployment(spec, [])
}

controller(spec) := fixture.workload("v1", "ReplicationController", {"spec": spec}, [])

test_a_selector_of_the_templates_labels_passes if {
	denied({"selector": {"matchLabels": {"app": "fixture"}}}) == set()
	denied({"selector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}}) == set()
}

test_a_selector_of_other_labels_is_denied if {
	denied({"selector": {"matchLabels": {"app": "other"}}}) == {{
		"message": concat(" ", [
			"the selector asks for app: other, which the labels of the Pod template do not meet;",
			"write the same labels in both",
		]),
		"path": "spec.selector",
	}}
	expression := {"key": "tier", "operator": "In", "values": ["front"]}
	count(denied({"selector": {"matchLabels": {"app": "other"}, "matchExpressions": [expression]}})) == 2
}

test_no_selector_is_denied if {
	denied({}) == {{
		"message": "the workload has no selector; set spec.selector.matchLabels to labels of its template",
		"path": "spec.selector",
	}}
	every selector in [null, {}, "app", {"matchLabels": {}}, {"matchLabels": null}, {"matchExpressions": []}] {
		count(denied({"selector": selector})) == 1
	}
}

test_a_controller_selects_by_plain_labels_or_by_its_template if {
	count(rule.deny) == 0 with input as controller({})
	count(rule.deny) == 0 with input as controller({"selector": null})
	count(rule.deny) == 0 with input as controller({"selector": {"app": "fixture"}})
	count(rule.deny) == 1 with input as controller({"selector": {"app": "other"}})
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(fixture.deployment({}, []))
}

test_kinds_of_other_groups_are_not_judged if {
	foreign := {"spec": {"selector": {"matchLabels": {"app": "other"}}}}
	count(rule.deny) == 0 with input as fixture.workload("example.org/v1", "Deployment", foreign, [])
	count(rule.deny) == 0 with input as fixture.workload("v1", "Pod", foreign, [])
	count(rule.deny) == 0 with input as fixture.workload("example.org/v1", "ReplicationController", foreign, [])
}

test_an_object_without_a_pod_is_denied_for_its_selector_alone if {
	bare := fixture.object_of("apps/v1", "Deployment", {"spec": {"selector": {"matchLabels": {"app": "x"}}}})
	count(rule.deny) == 0 with input as bare
}
