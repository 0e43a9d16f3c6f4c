package seatrial.pss_restricted.seccomp_profile_restricted_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.seccomp_profile_restricted as rule

of_type(type) := {"seccompProfile": {"type": type}}

judged(pod, own) := fixture.with_context(fixture.input_of([fixture.secured("app", "container", own)]), pod)

# Denials for a Pod and one container with these security contexts.
denied(pod, own) := denials if {
	denials := rule.deny with input as judged(pod, own)
}

test_nobody_naming_a_profile_is_denied if {
	denied({}, {}) == {{
		"message": concat(" ", [
			"container \"app\" has no seccomp profile;",
			"set seccompProfile.type: RuntimeDefault for it or its Pod",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.seccompProfile.type",
	}}
}

test_an_unconfined_pod_is_denied_even_where_the_container_is_not if {
	denied(of_type("Unconfined"), of_type("RuntimeDefault")) == {{
		"message": "the Pod's seccomp profile is \"Unconfined\"; set its type to RuntimeDefault or Localhost",
		"path": "spec.template.spec.securityContext.seccompProfile.type",
	}}
}

test_an_unconfined_container_is_denied_even_where_its_pod_is_not if {
	denied(of_type("RuntimeDefault"), of_type("Unconfined")) == {{
		"message": concat(" ", [
			"the seccomp profile of container \"app\" is \"Unconfined\";",
			"set its type to RuntimeDefault or Localhost",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.seccompProfile.type",
	}}
}

test_a_container_names_a_profile_or_inherits_one if {
	every type in ["RuntimeDefault", "Localhost"] {
		denied({}, of_type(type)) == set()
		denied(of_type(type), {}) == set()
		denied(of_type(type), null) == set()
		denied(of_type(type), {"seccompProfile": null}) == set()
		denied(of_type("Localhost"), of_type(type)) == set()
	}
}

test_null_names_nothing if {
	count(denied(null, null)) == 1
	count(denied({"seccompProfile": null}, {"seccompProfile": null})) == 1
}

test_a_bad_profile_that_is_inherited_is_told_once if {
	denials := denied(of_type("Unconfined"), {})
	{denial.path | some denial in denials} == {"spec.template.spec.securityContext.seccompProfile.type"}
}

test_bad_profiles_at_both_are_told_twice if {
	count(denied(of_type("Unconfined"), of_type("Unconfined"))) == 2
}

test_a_profile_without_a_type_or_with_another_is_denied if {
	every profile in [{}, {"type": null}, {"type": ""}, {"type": "runtime/default"}, "RuntimeDefault"] {
		count(denied({"seccompProfile": profile}, of_type("Localhost"))) == 1
		count(denied({}, {"seccompProfile": profile})) == 1
	}
}

test_one_container_with_a_profile_does_not_cover_another if {
	containers := [
		fixture.secured("good", "container", of_type("Localhost")),
		fixture.container("bad", "container", {}),
	]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"bad"}
}

test_init_and_ephemeral_containers_are_judged if {
	denials := rule.deny with input as fixture.input_of(fixture.bare)
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
	unconfined := [fixture.secured(kind, kind, of_type("Unconfined")) | some kind in ["init", "ephemeral"]]
	told := rule.deny with input as fixture.with_context(fixture.input_of(unconfined), of_type("Localhost"))
	{denial.container | some denial in told} == {"init", "ephemeral"}
}

test_windows_pods_are_exempt_whatever_they_say if {
	every own in [{}, of_type("Unconfined")] {
		count(rule.deny) == 0 with input as fixture.with_spec(judged(own, own), {"os": {"name": "windows"}})
	}
}

test_pods_of_linux_are_not_exempt if {
	count(rule.deny) == 1 with input as fixture.with_spec(judged({}, {}), {"os": {"name": "linux"}})
}

test_user_namespaces_and_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.with_spec(judged({}, {}), {"hostUsers": false})
	count(rule.deny) == 1 with input as fixture.hook(judged({}, {}))
}

test_a_pod_without_containers_lacks_nothing if {
	count(rule.deny) == 0 with input as fixture.input_of([])
}

test_the_parts_of_a_cron_job_are_named_by_their_own_paths if {
	containers := [fixture.container("app", "container", {})]
	missing := rule.deny with input as fixture.cron_job_of(containers)
	{denial.path | some denial in missing} == {sprintf("%s.containers[0].securityContext.seccompProfile.type", [path])}
	unconfined := fixture.with_context(fixture.cron_job_of(containers), of_type("Unconfined"))
	bad := rule.deny with input as unconfined
	{denial.path | some denial in bad} == {sprintf("%s.securityContext.seccompProfile.type", [path])}
}

path := "spec.jobTemplate.spec.template.spec"

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
