package seatrial.lib.kubernetes_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.lib.kubernetes

test_a_version_is_at_least_itself_and_what_came_before if {
	kubernetes.at_least(1, 36) with input as fixture.input_of([])
	kubernetes.at_least(1, 35) with input as fixture.input_of([])
	kubernetes.at_least(1, 40) with input as {"kubernetes": {"major": 2, "minor": 0}}
}

test_a_version_is_not_at_least_what_comes_after if {
	not kubernetes.at_least(1, 37) with input as fixture.input_of([])
	not kubernetes.at_least(2, 0) with input as fixture.input_of([])
	not kubernetes.at_least(1, 0) with input as {}
}

test_only_a_pod_that_says_windows_is_a_windows_pod if {
	kubernetes.windows with input as fixture.with_spec(fixture.input_of([]), {"os": {"name": "windows"}})
	not kubernetes.windows with input as fixture.with_spec(fixture.input_of([]), {"os": {"name": "linux"}})
	not kubernetes.windows with input as fixture.input_of([])
}
