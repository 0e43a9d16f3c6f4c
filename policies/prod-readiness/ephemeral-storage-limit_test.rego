package seatrial.prod_readiness.ephemeral_storage_limit_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.prod_readiness.ephemeral_storage_limit as rule

denied(containers) := denials if {
	denials := rule.deny with input as fixture.input_of(containers)
}

test_a_container_with_a_limit_passes if {
	denied([fixture.sized("app", "container", {"ephemeral-storage": 1}, {})]) == set()
}

test_a_limit_of_memory_is_no_limit_of_storage if {
	denied([fixture.sized("app", "container", {"memory": 1}, {"ephemeral-storage": 1})]) == {{
		"message": concat(" ", [
			"ephemeral storage of container \"app\" has no limit;",
			"set resources.limits.ephemeral-storage, such as 1Gi",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].resources.limits.ephemeral-storage",
	}}
}

test_zero_and_what_is_no_quantity_are_no_limits if {
	every limit in [0, "invalid: abc"] {
		count(denied([fixture.sized("app", "container", {"ephemeral-storage": limit}, {})])) == 1
	}
}

test_init_containers_are_judged_and_ephemeral_ones_are_not if {
	containers := [fixture.sized(kind, kind, {}, {}) | some kind in ["init", "ephemeral"]]
	{denial.container | some denial in denied(containers)} == {"init"}
}

test_hooks_are_judged if {
	hook := object.union(fixture.input_of([fixture.sized("app", "container", {}, {})]), {"hook": true})
	count(rule.deny) == 1 with input as hook
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
