package seatrial.pss_baseline.windows_host_process_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.windows_host_process as rule

saying(value) := {"windowsOptions": {"hostProcess": value}}

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	base := fixture.input_of([fixture.secured("app", "container", own)])
	denials := rule.deny with input as fixture.with_context(base, pod)
}

test_true_at_the_pod_is_denied if {
	denied(saying(true), {}) == {{
		"message": "the Pod runs as processes of its Windows node; remove hostProcess or set it to false",
		"path": "spec.template.spec.securityContext.windowsOptions.hostProcess",
	}}
}

test_true_in_a_container_is_denied if {
	denied({}, saying(true)) == {{
		"message": concat(" ", [
			"container \"app\" runs as a process of its Windows node;",
			"remove hostProcess or set it to false",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.windowsOptions.hostProcess",
	}}
}

test_false_null_and_silence_pass if {
	every context in [{}, null, {"windowsOptions": null}, {"windowsOptions": {}}, saying(false), saying(null)] {
		denied(context, context) == set()
	}
}

test_neither_covers_the_other if {
	count(denied(saying(true), saying(false))) == 1
	count(denied(saying(false), saying(true))) == 1
	count(denied(saying(true), saying(true))) == 2
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["true", 0] {
		count(denied(saying(value), saying(value))) == 2
	}
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, saying(true)) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_the_named_system_does_not_matter if {
	every name in ["linux", "windows"] {
		base := fixture.with_spec(fixture.input_of([]), {"os": {"name": name}})
		count(rule.deny) == 1 with input as fixture.with_context(base, saying(true))
	}
}

test_hooks_are_judged if {
	base := fixture.with_context(fixture.input_of([]), saying(true))
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	base := fixture.cron_job_of([fixture.secured("app", "container", saying(true))])
	denials := rule.deny with input as fixture.with_context(base, saying(true))
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.securityContext.windowsOptions.hostProcess",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.windowsOptions.hostProcess",
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
