package seatrial.pss_restricted.proc_mount_restricted_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.proc_mount_restricted as rule

with_mount(value) := fixture.input_of([fixture.secured("app", "container", {"procMount": value})])

denied(value) := denials if {
	denials := rule.deny with input as with_mount(value)
}

test_an_unmasked_proc_is_denied if {
	denied("Unmasked") == {{
		"message": "container \"app\" takes the masks off /proc; remove procMount or set it to Default",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.procMount",
	}}
}

test_default_null_and_silence_pass if {
	denied("Default") == set()
	denied(null) == set()
	count(rule.deny) == 0 with input as fixture.input_of(fixture.bare)
}

test_any_other_value_is_denied if {
	every value in ["", "default", true] {
		count(denied(value)) == 1
	}
}

test_the_control_is_new_in_1_35 if {
	count(rule.deny) == 0 with input as fixture.for_minor(with_mount("Unmasked"), 34)
	count(rule.deny) == 1 with input as fixture.for_minor(with_mount("Unmasked"), 35)
	count(rule.deny) == 1 with input as fixture.for_minor(with_mount("Unmasked"), 99)
}

test_a_user_namespace_exempts_nobody if {
	apart := fixture.with_spec(with_mount("Unmasked"), {"hostUsers": false})
	count(rule.deny) == 1 with input as apart
	count(rule.deny) == 1 with input as fixture.for_minor(apart, 35)
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, {"procMount": "Unmasked"}) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_windows_pods_and_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.with_spec(with_mount("Unmasked"), {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(with_mount("Unmasked"))
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	base := fixture.cron_job_of([fixture.secured("app", "container", {"procMount": "Unmasked"})])
	denials := rule.deny with input as base
	path := "spec.jobTemplate.spec.template.spec.containers[0].securityContext.procMount"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
