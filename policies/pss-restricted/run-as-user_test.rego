package seatrial.pss_restricted.run_as_user_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.run_as_user as rule

user(number) := {"runAsUser": number}

judged(pod, own) := fixture.with_context(fixture.input_of([fixture.secured("app", "container", own)]), pod)

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	denials := rule.deny with input as judged(pod, own)
}

test_user_zero_at_the_pod_is_denied if {
	denied(user(0), {}) == {{
		"message": "the Pod runs as user 0, which is root; set runAsUser to another one",
		"path": "spec.template.spec.securityContext.runAsUser",
	}}
}

test_user_zero_in_a_container_is_denied if {
	denied({}, user(0)) == {{
		"message": "container \"app\" runs as user 0, which is root; set runAsUser to another one",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.runAsUser",
	}}
}

test_any_other_user_null_and_silence_pass if {
	every context in [{}, null, user(null), user(1), user(65534)] {
		denied(context, context) == set()
	}
}

test_neither_covers_the_other if {
	count(denied(user(0), user(1000))) == 1
	count(denied(user(1000), user(0))) == 1
	count(denied(user(0), user(0))) == 2
}

test_zero_with_a_fraction_is_zero if {
	count(denied(user(0.0), user(0.0))) == 2
}

test_to_be_non_root_by_word_does_not_help if {
	count(denied({"runAsUser": 0, "runAsNonRoot": true}, {})) == 1
}

test_a_group_is_no_user if {
	denied({"runAsGroup": 0, "fsGroup": 0}, {"runAsGroup": 0}) == set()
}

test_a_user_namespace_exempts_from_1_35 if {
	apart := fixture.with_spec(judged(user(0), user(0)), {"hostUsers": false})
	count(rule.deny) == 2 with input as fixture.for_minor(apart, 34)
	count(rule.deny) == 0 with input as fixture.for_minor(apart, 35)
	count(rule.deny) == 0 with input as fixture.for_minor(apart, 99)
}

test_host_users_that_are_true_or_null_exempt_nobody if {
	every value in [true, null] {
		count(rule.deny) == 2 with input as fixture.with_spec(judged(user(0), user(0)), {"hostUsers": value})
	}
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, user(0)) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_windows_pods_and_hooks_are_judged if {
	base := judged(user(0), {})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	base := fixture.cron_job_of([fixture.secured("app", "container", user(0))])
	denials := rule.deny with input as fixture.with_context(base, user(0))
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.securityContext.runAsUser",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.runAsUser",
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
