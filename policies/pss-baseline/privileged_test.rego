package seatrial.pss_baseline.privileged_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.privileged as rule

denied(context) := denials if {
	denials := rule.deny with input as fixture.input_of([fixture.secured("app", "container", context)])
}

test_a_privileged_container_is_denied if {
	denied({"privileged": true}) == {{
		"message": concat(" ", [
			"container \"app\" is privileged, which is root on its node;",
			"remove privileged or set it to false",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.privileged",
	}}
}

test_false_null_and_silence_pass if {
	every context in [{}, null, {"privileged": false}, {"privileged": null}] {
		denied(context) == set()
	}
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["true", "false", 0, 1, []] {
		count(denied({"privileged": value})) == 1
	}
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, {"privileged": true}) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_one_container_says_nothing_of_another if {
	containers := [
		fixture.secured("good", "container", {"privileged": false}),
		fixture.secured("bad", "container", {"privileged": true}),
	]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"bad"}
}

test_the_field_at_the_pod_is_not_one if {
	base := fixture.input_of(fixture.bare)
	count(rule.deny) == 0 with input as fixture.with_context(base, {"privileged": true})
}

test_windows_pods_and_hooks_are_judged if {
	base := fixture.input_of([fixture.secured("app", "container", {"privileged": true})])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_user_namespace_exempts_nobody if {
	base := fixture.input_of([fixture.secured("app", "container", {"privileged": true})])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	base := fixture.cron_job_of([fixture.secured("app", "init", {"privileged": true})])
	denials := rule.deny with input as base
	path := "spec.jobTemplate.spec.template.spec.initContainers[0].securityContext.privileged"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
