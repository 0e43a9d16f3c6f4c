package seatrial.prod_readiness.cpu_limit_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.prod_readiness.cpu_limit

denied(containers) := denials if {
	denials := cpu_limit.deny with input as fixture.input_of(containers)
}

test_a_container_with_a_limit_passes if {
	denied([fixture.sized("app", "container", {"cpu": 500}, {})]) == set()
}

test_a_limit_of_memory_is_no_limit_of_cpu if {
	denied([fixture.sized("app", "container", {"memory": 500000000}, {})]) == {{
		"message": concat(" ", [
			"CPU of container \"app\" has no limit;",
			"set resources.limits.cpu, such as 500m",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].resources.limits.cpu",
	}}
}

test_a_request_alone_is_not_enough if {
	count(denied([fixture.sized("app", "container", {}, {"cpu": 500})])) == 1
}

test_zero_is_not_limited if {
	some denial in denied([fixture.sized("app", "container", {"cpu": 0}, {})])
	contains(denial.message, "means not limited")
}

test_what_is_no_quantity_is_denied if {
	some denial in denied([fixture.sized("app", "container", {"cpu": "invalid: abc"}, {})])
	contains(denial.message, "invalid: abc")
}

test_init_containers_are_judged_and_ephemeral_ones_are_not if {
	containers := [fixture.sized(kind, kind, {}, {}) | some kind in ["init", "ephemeral"]]
	{denial.container | some denial in denied(containers)} == {"init"}
}

test_hooks_are_judged if {
	hook := object.union(fixture.input_of([fixture.sized("app", "container", {}, {})]), {"hook": true})
	count(cpu_limit.deny) == 1 with input as hook
}

test_a_limit_of_the_pod_is_enough if {
	bare := fixture.input_of([fixture.sized("app", "container", {}, {})])
	count(cpu_limit.deny) == 0 with input as fixture.with_pod_resources(bare, {"limits": {"cpu": 500}})
}

test_an_object_without_a_pod_gives_nothing if {
	count(cpu_limit.deny) == 0 with input as fixture.without_pod
}
