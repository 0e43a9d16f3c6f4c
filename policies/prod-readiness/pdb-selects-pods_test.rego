package seatrial.prod_readiness.pdb_selects_pods_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.pdb_selects_pods as rule

budget := fixture.object_of("policy/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 1}})

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_budget_that_selects_pods_passes if {
	denied(fixture.linked(budget, {"selects": [fixture.pods("web", [])]})) == set()
}

test_a_budget_that_selects_nothing_is_denied if {
	denied(budget) == {{
		"message": "the budget selects no Pod of the release; write labels that a Pod template has",
		"path": "spec.selector",
	}}
}

test_pods_of_hooks_do_not_count if {
	count(denied(fixture.linked(budget, {"selects": [fixture.hook(fixture.pods("test", []))]}))) == 1
}

test_the_suite_names_budgets_whose_pods_an_operator_makes if {
	denied(fixture.told(budget, {"elsewhere": ["fixture"]})) == set()
	count(denied(fixture.told(budget, {"elsewhere": ["other"]}))) == 1
}

test_hooks_are_judged if {
	count(denied(fixture.hook(budget))) == 1
}

test_kinds_of_other_groups_are_not_judged if {
	denied(fixture.object_of("example.org/v1", "PodDisruptionBudget", {"spec": {}})) == set()
}
