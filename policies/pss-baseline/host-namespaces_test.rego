package seatrial.pss_baseline.host_namespaces_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.host_namespaces as rule

fields := ["hostNetwork", "hostPID", "hostIPC"]

denied(spec) := denials if {
	denials := rule.deny with input as fixture.with_spec(fixture.input_of(fixture.bare), spec)
}

test_each_namespace_is_told_for_itself if {
	denied({"hostNetwork": true, "hostPID": true, "hostIPC": true}) == {
		{
			"message": "the Pod shares the network namespace of its node; remove hostNetwork",
			"path": "spec.template.spec.hostNetwork",
		},
		{
			"message": "the Pod shares the process namespace of its node; remove hostPID",
			"path": "spec.template.spec.hostPID",
		},
		{
			"message": "the Pod shares the IPC namespace of its node; remove hostIPC",
			"path": "spec.template.spec.hostIPC",
		},
	}
}

test_false_null_and_silence_pass if {
	denied({}) == set()
	every field in fields {
		denied({field: false}) == set()
		denied({field: null}) == set()
	}
}

test_one_is_enough if {
	every field in fields {
		denials := denied({field: true})
		{denial.path | some denial in denials} == {sprintf("spec.template.spec.%s", [field])}
	}
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["true", "false", 0, {}] {
		count(denied({"hostNetwork": value})) == 1
	}
}

test_the_hosts_users_are_another_question if {
	denied({"hostUsers": true}) == set()
	count(denied({"hostUsers": false, "hostPID": true})) == 1
}

test_a_container_has_no_such_field if {
	base := fixture.input_of([fixture.container("app", "container", {"hostPID": true})])
	count(rule.deny) == 0 with input as base
}

test_windows_pods_and_hooks_are_judged if {
	count(denied({"hostNetwork": true, "os": {"name": "windows"}})) == 1
	base := fixture.with_spec(fixture.input_of([]), {"hostIPC": true})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_pod_of_a_cron_job_is_named_by_its_own_path if {
	base := fixture.with_spec(fixture.cron_job_of(fixture.bare), {"hostPID": true})
	denials := rule.deny with input as base
	{denial.path | some denial in denials} == {"spec.jobTemplate.spec.template.spec.hostPID"}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
