package seatrial.prod_readiness.read_only_root_filesystem_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.prod_readiness.read_only_root_filesystem as rule

saying(value) := {"securityContext": {"readOnlyRootFilesystem": value}}

denied(raw) := denials if {
	denials := rule.deny with input as fixture.input_of([fixture.container("app", "container", raw)])
}

test_a_container_that_says_true_passes if {
	denied(saying(true)) == set()
}

test_a_container_that_says_nothing_is_denied if {
	denied({}) == {{
		"message": concat(" ", [
			"container \"app\" can write to its root filesystem;",
			"set securityContext.readOnlyRootFilesystem: true for it",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem",
	}}
}

test_anything_but_true_is_denied if {
	every value in [false, null, "true", 1] {
		count(denied(saying(value))) == 1
	}
}

test_a_security_context_of_null_is_denied if {
	count(denied({"securityContext": null})) == 1
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.container(kind, kind, {}) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_one_container_that_says_true_does_not_cover_another if {
	containers := [fixture.container("good", "container", saying(true)), fixture.container("bad", "container", {})]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"bad"}
}

test_the_field_at_the_pod_does_not_count_and_the_message_says_so if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	some denial in rule.deny with input as fixture.with_spec(base, saying(true))
	contains(denial.message, "under the Pod's securityContext has no effect")
}

test_windows_pods_are_exempt if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	count(rule.deny) == 0 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
}

test_hooks_are_judged if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	count(rule.deny) == 1 with input as object.union(base, {"hook": true})
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	container := object.union(
		fixture.container("app", "container", {}),
		{"path": "spec.jobTemplate.spec.template.spec.containers[0]"},
	)
	some denial in rule.deny with input as fixture.input_of([container])
	startswith(denial.path, "spec.jobTemplate.spec.template.spec.containers[0].securityContext")
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
