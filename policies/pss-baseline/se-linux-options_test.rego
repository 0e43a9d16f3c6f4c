package seatrial.pss_baseline.se_linux_options_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.se_linux_options as rule

options(fields) := {"seLinuxOptions": fields}

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	base := fixture.input_of([fixture.secured("app", "container", own)])
	denials := rule.deny with input as fixture.with_context(base, pod)
}

test_each_field_of_the_pod_is_told_for_itself if {
	denied(options({"type": "spc_t", "user": "system_u", "role": "system_r", "level": "s0:c1"}), {}) == {
		{
			"message": "the Pod's SELinux options name the type spc_t; leave it out or write container_t",
			"path": "spec.template.spec.securityContext.seLinuxOptions.type",
		},
		{
			"message": "the Pod's SELinux options name the user system_u; remove it",
			"path": "spec.template.spec.securityContext.seLinuxOptions.user",
		},
		{
			"message": "the Pod's SELinux options name the role system_r; remove it",
			"path": "spec.template.spec.securityContext.seLinuxOptions.role",
		},
	}
}

test_a_container_is_told_by_its_name if {
	denied({}, options({"user": "system_u"})) == {{
		"message": "the SELinux options of container \"app\" name the user system_u; remove it",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.seLinuxOptions.user",
	}}
}

test_types_made_for_containers_pass if {
	every type in ["container_t", "container_init_t", "container_kvm_t"] {
		every minor in [30, 36, 99] {
			base := fixture.with_context(fixture.input_of(fixture.bare), options({"type": type}))
			count(rule.deny) == 0 with input as fixture.for_minor(base, minor)
		}
	}
}

test_the_type_for_container_engines_passes_from_1_31 if {
	base := fixture.with_context(fixture.input_of(fixture.bare), options({"type": "container_engine_t"}))
	count(rule.deny) == 1 with input as fixture.for_minor(base, 30)
	count(rule.deny) == 0 with input as fixture.for_minor(base, 31)
	count(rule.deny) == 0 with input as fixture.for_minor(base, 99)
}

test_empty_null_and_silence_pass if {
	denied({}, {}) == set()
	denied(null, null) == set()
	every fields in [null, {}, {"level": "s0:c123,c456"}] {
		denied(options(fields), options(fields)) == set()
	}
	every nothing in ["", null] {
		fields := {"type": nothing, "user": nothing, "role": nothing}
		denied(options(fields), options(fields)) == set()
	}
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every field in ["type", "user", "role"] {
		every value in [1, false, [], {}] {
			count(denied(options({field: value}), options({field: value}))) == 2
		}
	}
}

test_neither_covers_the_other if {
	count(denied(options({"type": "spc_t"}), options({"type": "container_t"}))) == 1
	count(denied(options({"type": "container_t"}), options({"type": "spc_t"}))) == 1
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, options({"role": "r"})) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_windows_pods_and_hooks_are_judged if {
	base := fixture.with_context(fixture.input_of([]), options({"user": "u"}))
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	base := fixture.cron_job_of([fixture.secured("app", "container", options({"role": "r"}))])
	denials := rule.deny with input as fixture.with_context(base, options({"user": "u"}))
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.securityContext.seLinuxOptions.user",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.seLinuxOptions.role",
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
