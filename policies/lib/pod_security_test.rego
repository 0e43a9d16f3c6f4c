package seatrial.lib.pod_security_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.lib.pod_security

test_a_pod_without_the_hosts_users_is_in_a_user_namespace_from_1_35 if {
	apart := fixture.with_spec(fixture.input_of([]), {"hostUsers": false})
	pod_security.in_user_namespace with input as apart
	pod_security.in_user_namespace with input as fixture.for_minor(apart, 35)
	not pod_security.in_user_namespace with input as fixture.for_minor(apart, 34)
}

test_any_other_pod_is_not_in_a_user_namespace if {
	not pod_security.in_user_namespace with input as fixture.input_of([])
	not pod_security.in_user_namespace with input as fixture.without_pod
	every value in [true, null, "false", 0] {
		said := fixture.with_spec(fixture.input_of([]), {"hostUsers": value})
		not pod_security.in_user_namespace with input as said
	}
}

test_two_types_of_profile_confine if {
	pod_security.confines({"type": "RuntimeDefault"})
	pod_security.confines({"type": "Localhost", "localhostProfile": "mine.json"})
}

test_no_other_profile_confines if {
	every value in ["Unconfined", "runtimedefault", "", null, true] {
		not pod_security.confines({"type": value})
	}
	every profile in [{}, null, "RuntimeDefault", []] {
		not pod_security.confines(profile)
	}
}

test_the_type_of_a_profile_is_quoted if {
	pod_security.type_of({"type": "Unconfined"}) == "\"Unconfined\""
	every profile in [{}, {"type": null}, {"type": 1}, "text"] {
		pod_security.type_of(profile) == "without a type"
	}
}

test_seccomp_profiles_that_confine_or_are_not_there_are_no_denials if {
	every profile in [null, {"type": "RuntimeDefault"}, {"type": "Localhost"}] {
		container := fixture.secured("app", "container", {"seccompProfile": profile})
		said := fixture.with_context(fixture.input_of([container]), {"seccompProfile": profile})
		pod_security.unconfined_seccomp == set() with input as said
	}
	pod_security.unconfined_seccomp == set() with input as fixture.input_of(fixture.bare)
}

test_seccomp_profiles_that_do_not_confine_are_denials if {
	every profile in [{}, {"type": null}, {"type": "Unconfined"}, "RuntimeDefault"] {
		container := fixture.secured("app", "container", {"seccompProfile": profile})
		said := fixture.with_context(fixture.input_of([container]), {"seccompProfile": profile})
		count(pod_security.unconfined_seccomp) == 2 with input as said
	}
}

test_proc_is_masked_by_default if {
	every context in [{}, null, {"procMount": null}, {"procMount": "Default"}] {
		said := fixture.input_of([fixture.secured("app", "container", context)])
		pod_security.unmasked_proc == set() with input as said
	}
}

test_any_other_view_of_proc_is_a_denial if {
	every value in ["Unmasked", "", "default", true] {
		said := fixture.input_of([fixture.secured("app", "container", {"procMount": value})])
		count(pod_security.unmasked_proc) == 1 with input as said
	}
}
