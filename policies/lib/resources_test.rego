package seatrial.lib.resources_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.lib.resources

app(limits, requests) := fixture.sized("app", "container", limits, requests)

limit_problem(container) := problem if {
	problem := resources.limit_problem(container, "cpu") with input as fixture.input_of([container])
}

request_problem(container) := problem if {
	problem := resources.request_problem(container, "cpu") with input as fixture.input_of([container])
}

test_a_positive_limit_is_a_limit if {
	not limit_problem(app({"cpu": 1}, {}))
	not limit_problem(app({"cpu": 0.5}, {}))
}

test_a_limit_that_is_absent_zero_negative_or_no_quantity_is_none if {
	limit_problem(app({}, {"cpu": 500})) == "has no limit"
	limit_problem(app({"memory": 1}, {})) == "has no limit"
	limit_problem({"name": "app"}) == "has no limit"
	contains(limit_problem(app({"cpu": 0}, {})), "not limited")
	contains(limit_problem(app({"cpu": -1}, {})), "not limited")
	limit_problem(app({"cpu": "invalid: abc"}, {})) == "has a limit that is no quantity (invalid: abc)"
}

test_a_request_is_its_own_or_the_limit if {
	not request_problem(app({}, {"cpu": 1}))
	not request_problem(app({"cpu": 1}, {}))
}

test_a_request_that_is_absent_zero_or_no_quantity_reserves_nothing if {
	contains(request_problem(app({}, {})), "neither")
	contains(request_problem(app({"cpu": 500}, {"cpu": 0})), "reserves nothing")
	contains(request_problem(app({"cpu": 0}, {})), "reserves nothing")
	contains(request_problem(app({}, {"cpu": "invalid: abc"})), "no quantity (invalid: abc)")
	contains(request_problem(app({"cpu": "invalid: abc"}, {})), "no quantity (invalid: abc)")
}

test_a_limit_of_the_pod_bounds_every_container_from_1_34 if {
	bounded := fixture.with_pod_resources(fixture.input_of([app({}, {})]), {"limits": {"cpu": 500}})
	not resources.limit_problem(app({}, {}), "cpu") with input as bounded
	not resources.limit_problem(app({"cpu": 0}, {}), "cpu") with input as bounded
	not resources.limit_problem(app({}, {}), "cpu") with input as fixture.for_minor(bounded, 34)
	resources.limit_problem(app({}, {}), "cpu") with input as fixture.for_minor(bounded, 33)
	resources.limit_problem(app({}, {}), "memory") with input as bounded
}

test_a_pod_limit_of_zero_or_of_no_quantity_bounds_nothing if {
	every limit in [0, "invalid: abc"] {
		unbounded := fixture.with_pod_resources(fixture.input_of([]), {"limits": {"cpu": limit}})
		resources.limit_problem(app({}, {}), "cpu") with input as unbounded
	}
}

test_a_request_of_the_pod_reserves_for_every_container_from_1_34 if {
	reserved := fixture.with_pod_resources(fixture.input_of([app({}, {})]), {"requests": {"cpu": 500}})
	not resources.request_problem(app({}, {}), "cpu") with input as reserved
	not resources.request_problem(app({}, {"cpu": 0}), "cpu") with input as reserved
	resources.request_problem(app({}, {}), "cpu") with input as fixture.for_minor(reserved, 33)
}

test_a_limit_of_the_pod_becomes_its_request_only_where_no_container_names_one if {
	alone := fixture.with_pod_resources(fixture.input_of([app({}, {})]), {"limits": {"cpu": 500}})
	not resources.request_problem(app({}, {}), "cpu") with input as alone

	other := fixture.sized("other", "container", {}, {"cpu": 100})
	beside := fixture.with_pod_resources(fixture.input_of([app({}, {}), other]), {"limits": {"cpu": 500}})
	resources.request_problem(app({}, {}), "cpu") with input as beside

	by_limit := fixture.sized("other", "init", {"cpu": 100}, {})
	beside_limit := fixture.with_pod_resources(fixture.input_of([app({}, {}), by_limit]), {"limits": {"cpu": 500}})
	resources.request_problem(app({}, {}), "cpu") with input as beside_limit

	zero := {"limits": {"cpu": 500}, "requests": {"cpu": 0}}
	said := fixture.with_pod_resources(fixture.input_of([app({}, {})]), zero)
	resources.request_problem(app({}, {}), "cpu") with input as said
}

test_ephemeral_containers_are_no_subjects if {
	containers := [fixture.sized(kind, kind, {}, {}) | some kind in ["container", "init", "ephemeral"]]
	names := {subject.name | some subject in resources.subjects} with input as fixture.input_of(containers)
	names == {"container", "init"}
}
