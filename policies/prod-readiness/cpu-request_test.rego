package seatrial.prod_readiness.cpu_request_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.prod_readiness.cpu_request

denied(containers) := denials if {
	denials := cpu_request.deny with input as fixture.input_of(containers)
}

test_a_container_with_a_request_passes if {
	denied([fixture.sized("app", "container", {}, {"cpu": 500})]) == set()
}

test_a_request_of_memory_is_no_request_of_cpu if {
	denied([fixture.sized("app", "container", {}, {"memory": 500000000})]) == {{
		"message": concat(" ", [
			"CPU of container \"app\" has neither a request nor a limit to take it from;",
			"set resources.requests.cpu, such as 250m",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].resources.requests.cpu",
	}}
}

test_a_limit_alone_is_enough if {
	denied([fixture.sized("app", "container", {"cpu": 500}, {})]) == set()
}

test_an_explicit_zero_is_denied_beside_a_limit if {
	some denial in denied([fixture.sized("app", "container", {"cpu": 500}, {"cpu": 0})])
	contains(denial.message, "reserves nothing")
}

test_what_is_no_quantity_is_denied if {
	some denial in denied([fixture.sized("app", "container", {}, {"cpu": "invalid: abc"})])
	contains(denial.message, "invalid: abc")
}

test_init_containers_are_judged_and_ephemeral_ones_are_not if {
	containers := [fixture.sized(kind, kind, {}, {}) | some kind in ["init", "ephemeral"]]
	{denial.container | some denial in denied(containers)} == {"init"}
}

test_hooks_are_judged if {
	hook := object.union(fixture.input_of([fixture.sized("app", "container", {}, {})]), {"hook": true})
	count(cpu_request.deny) == 1 with input as hook
}

test_a_request_of_the_pod_is_enough if {
	bare := fixture.input_of([fixture.sized("app", "container", {}, {})])
	count(cpu_request.deny) == 0 with input as fixture.with_pod_resources(bare, {"requests": {"cpu": 500}})
}

test_an_object_without_a_pod_gives_nothing if {
	count(cpu_request.deny) == 0 with input as fixture.without_pod
}
