package seatrial.prod_readiness.memory_limit_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.prod_readiness.memory_limit

denied(containers) := denials if {
	denials := memory_limit.deny with input as fixture.input_of(containers)
}

test_a_container_with_a_limit_passes if {
	denied([fixture.sized("app", "container", {"memory": 500000000}, {})]) == set()
}

test_a_limit_of_cpu_is_no_limit_of_memory if {
	denied([fixture.sized("app", "container", {"cpu": 500}, {})]) == {{
		"message": concat(" ", [
			"memory of container \"app\" has no limit;",
			"set resources.limits.memory, such as 512Mi",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].resources.limits.memory",
	}}
}

test_a_request_alone_is_not_enough if {
	count(denied([fixture.sized("app", "container", {}, {"memory": 500000000})])) == 1
}

test_zero_is_not_limited if {
	some denial in denied([fixture.sized("app", "container", {"memory": 0}, {})])
	contains(denial.message, "means not limited")
}

test_what_is_no_quantity_is_denied if {
	some denial in denied([fixture.sized("app", "container", {"memory": "invalid: abc"}, {})])
	contains(denial.message, "invalid: abc")
}

test_init_containers_are_judged_and_ephemeral_ones_are_not if {
	containers := [fixture.sized(kind, kind, {}, {}) | some kind in ["init", "ephemeral"]]
	{denial.container | some denial in denied(containers)} == {"init"}
}

test_hooks_are_judged if {
	hook := object.union(fixture.input_of([fixture.sized("app", "container", {}, {})]), {"hook": true})
	count(memory_limit.deny) == 1 with input as hook
}

test_a_limit_of_the_pod_is_enough if {
	bare := fixture.input_of([fixture.sized("app", "container", {}, {})])
	count(memory_limit.deny) == 0 with input as fixture.with_pod_resources(bare, {"limits": {"memory": 500000000}})
}

test_an_object_without_a_pod_gives_nothing if {
	count(memory_limit.deny) == 0 with input as fixture.without_pod
}

test_bytes_without_a_unit_are_denied if {
	some denial in denied([fixture.sized("app", "container", {"memory": 512}, {})])
	contains(denial.message, "has a limit of 512 B, in which nothing runs")
}

test_a_mebibyte_is_enough if {
	denied([fixture.sized("app", "container", {"memory": 1048576}, {})]) == set()
}
