package seatrial.pss_baseline.capabilities_baseline_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.capabilities_baseline as rule

adding(add) := {"capabilities": {"add": add}}

denied(context) := denials if {
	denials := rule.deny with input as fixture.input_of([fixture.secured("app", "container", context)])
}

# As the standard lists them.
default_set := [
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
	"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
]

test_a_capability_beyond_the_default_set_is_denied if {
	denied(adding(["CHOWN", "SYS_ADMIN"])) == {{
		"message": concat(" ", [
			"container \"app\" adds the capability SYS_ADMIN,",
			"which the baseline does not allow; remove it",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.capabilities.add[1]",
	}}
}

test_the_default_set_passes if {
	denied(adding(default_set)) == set()
}

test_nothing_added_passes if {
	every context in [{}, null, {"capabilities": null}, {"capabilities": {}}, adding(null), adding([])] {
		denied(context) == set()
	}
	denied({"capabilities": {"drop": ["SYS_ADMIN"]}}) == set()
}

test_any_other_spelling_is_denied if {
	every name in ["ALL", "CAP_CHOWN", "chown", "NET_RAW", "", null, 1] {
		count(denied(adding([name]))) == 1
	}
}

test_each_capability_is_told if {
	count(denied(adding(["SYS_ADMIN", "NET_ADMIN"]))) == 2
}

test_to_drop_all_does_not_help if {
	count(denied({"capabilities": {"add": ["SYS_ADMIN"], "drop": ["ALL"]}})) == 1
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, adding(["BPF"])) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_the_field_at_the_pod_is_not_one if {
	base := fixture.input_of(fixture.bare)
	count(rule.deny) == 0 with input as fixture.with_context(base, adding(["SYS_ADMIN"]))
}

test_windows_pods_and_hooks_are_judged if {
	base := fixture.input_of([fixture.secured("app", "container", adding(["SYS_ADMIN"]))])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	base := fixture.cron_job_of([fixture.secured("app", "container", adding(["SYS_ADMIN"]))])
	denials := rule.deny with input as base
	path := "spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[0]"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
