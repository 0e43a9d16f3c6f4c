package seatrial.pss_baseline.seccomp_profile_baseline_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.seccomp_profile_baseline as rule

of_type(type) := {"seccompProfile": {"type": type}}

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	base := fixture.input_of([fixture.secured("app", "container", own)])
	denials := rule.deny with input as fixture.with_context(base, pod)
}

test_an_unconfined_pod_is_denied if {
	denied(of_type("Unconfined"), {}) == {{
		"message": "the Pod's seccomp profile is \"Unconfined\"; set its type to RuntimeDefault or Localhost",
		"path": "spec.template.spec.securityContext.seccompProfile.type",
	}}
}

test_an_unconfined_container_is_denied if {
	denied({}, of_type("Unconfined")) == {{
		"message": concat(" ", [
			"the seccomp profile of container \"app\" is \"Unconfined\";",
			"set its type to RuntimeDefault or Localhost",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.seccompProfile.type",
	}}
}

test_profiles_that_confine_null_and_silence_pass if {
	every context in [{}, null, {"seccompProfile": null}, of_type("RuntimeDefault"), of_type("Localhost")] {
		denied(context, context) == set()
	}
}

test_a_profile_without_a_type_or_with_another_is_denied if {
	every profile in [{}, {"type": null}, {"type": ""}, {"type": "docker/default"}, "RuntimeDefault"] {
		count(denied({"seccompProfile": profile}, {})) == 1
		count(denied({}, {"seccompProfile": profile})) == 1
	}
}

test_neither_covers_the_other if {
	count(denied(of_type("Unconfined"), of_type("RuntimeDefault"))) == 1
	count(denied(of_type("RuntimeDefault"), of_type("Unconfined"))) == 1
	count(denied(of_type("Unconfined"), of_type("Unconfined"))) == 2
}

test_annotations_of_old_versions_say_nothing if {
	base := fixture.input_of(fixture.bare)
	count(rule.deny) == 0 with input as fixture.with_annotations(base, {
		"seccomp.security.alpha.kubernetes.io/pod": "unconfined",
		"container.seccomp.security.alpha.kubernetes.io/container": "unconfined",
	})
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.secured(kind, kind, of_type("Unconfined")) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_windows_pods_user_namespaces_and_hooks_are_judged if {
	base := fixture.with_context(fixture.input_of([]), of_type("Unconfined"))
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	base := fixture.cron_job_of([fixture.secured("app", "container", of_type("Unconfined"))])
	denials := rule.deny with input as fixture.with_context(base, of_type("Unconfined"))
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.securityContext.seccompProfile.type",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.seccompProfile.type",
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
