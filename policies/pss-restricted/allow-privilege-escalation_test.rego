package seatrial.pss_restricted.allow_privilege_escalation_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.allow_privilege_escalation as rule

saying(value) := {"allowPrivilegeEscalation": value}

denied(context) := denials if {
	denials := rule.deny with input as fixture.input_of([fixture.secured("app", "container", context)])
}

test_a_container_that_says_false_passes if {
	denied(saying(false)) == set()
}

test_a_container_that_says_nothing_is_denied if {
	denied({}) == {{
		"message": concat(" ", [
			"container \"app\" can gain privileges;",
			"set securityContext.allowPrivilegeEscalation: false for it",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation",
	}}
}

test_anything_but_false_is_denied if {
	every context in [null, saying(true), saying(null), saying("false"), saying(0)] {
		count(denied(context)) == 1
	}
}

test_the_field_at_the_pod_does_not_count_and_the_message_says_so if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	some denial in rule.deny with input as fixture.with_context(base, saying(false))
	contains(denial.message, "under the Pod's securityContext has no effect")
}

test_init_and_ephemeral_containers_are_judged if {
	denials := rule.deny with input as fixture.input_of(fixture.bare)
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
}

test_one_container_that_says_false_does_not_cover_another if {
	containers := [fixture.secured("good", "container", saying(false)), fixture.container("bad", "container", {})]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"bad"}
}

test_windows_pods_are_exempt_whatever_they_say if {
	containers := [fixture.secured("app", "container", saying(true)), fixture.container("other", "container", {})]
	base := fixture.with_spec(fixture.input_of(containers), {"os": {"name": "windows"}})
	count(rule.deny) == 0 with input as base
	count(rule.deny) == 0 with input as fixture.for_minor(base, 30)
}

test_pods_of_linux_or_of_no_named_system_are_not_exempt if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	every os in [null, {}, {"name": "linux"}, {"name": null}, {"name": "Windows"}] {
		count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": os})
	}
}

test_user_namespaces_and_hooks_are_judged if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	denials := rule.deny with input as fixture.cron_job_of([fixture.container("app", "container", {})])
	path := "spec.jobTemplate.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
