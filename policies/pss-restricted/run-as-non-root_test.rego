package seatrial.pss_restricted.run_as_non_root_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.run_as_non_root as rule

saying(value) := {"securityContext": {"runAsNonRoot": value}}

app(raw) := fixture.container("app", "container", raw)

# Denials for a Pod that says `pod` and one container that says `raw`.
denied(pod, raw) := denials if {
	denials := rule.deny with input as fixture.with_spec(fixture.input_of([app(raw)]), pod)
}

# Denials under the effective reading, for one container with this effective security context.
denied_effectively(pod, effective) := denials if {
	container := object.union(app(saying(effective.runAsNonRoot)), {"effective": effective})
	base := fixture.with_spec(fixture.input_of([container]), pod)
	denials := rule.deny with input as object.union(base, {"parameters": {"non_root": "effective"}})
}

test_a_container_that_says_true_passes if {
	denied({}, saying(true)) == set()
}

test_a_container_inherits_true_from_its_pod if {
	denied(saying(true), {}) == set()
	denied(saying(true), saying(null)) == set()
	denied(saying(true), {"securityContext": null}) == set()
}

test_nobody_saying_anything_is_denied if {
	denied({}, {}) == {{
		"message": "container \"app\" may run as root; set runAsNonRoot: true for it or its Pod",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.runAsNonRoot",
	}}
}

test_null_says_nothing if {
	count(denied(saying(null), {})) == 1
	count(denied({"securityContext": null}, {"securityContext": null})) == 1
}

test_a_user_number_alone_proves_nothing_to_the_standard if {
	count(denied({}, {"securityContext": {"runAsUser": 1000}})) == 1
	count(denied({"securityContext": {"runAsUser": 1000}}, {})) == 1
}

test_false_in_a_container_is_denied_even_under_a_pod_that_says_true if {
	denied(saying(true), saying(false)) == {{
		"message": "container \"app\" sets runAsNonRoot, but not to true; set it to true",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.runAsNonRoot",
	}}
}

test_false_at_the_pod_is_denied_even_where_the_container_says_true if {
	denied(saying(false), saying(true)) == {{
		"message": "the Pod sets runAsNonRoot, but not to true; set it to true",
		"path": "spec.template.spec.securityContext.runAsNonRoot",
	}}
}

test_false_at_both_is_told_twice if {
	count(denied(saying(false), saying(false))) == 2
}

test_a_value_of_the_wrong_type_is_not_true if {
	count(denied({}, saying("true"))) == 1
	count(denied(saying("true"), saying(true))) == 1
}

test_init_and_ephemeral_containers_are_judged if {
	containers := [fixture.container(kind, kind, {}) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	path := "spec.jobTemplate.spec.template.spec"
	container := object.union(app({}), {"path": sprintf("%s.initContainers[1]", [path])})
	base := object.union(fixture.input_of([container]), {"pod": {"path": path}})
	denials := rule.deny with input as base
	{denial.path | some denial in denials} == {sprintf("%s.initContainers[1].securityContext.runAsNonRoot", [path])}
}

test_the_pod_of_a_cron_job_is_named_by_its_own_path if {
	path := "spec.jobTemplate.spec.template.spec"
	base := object.union(fixture.input_of([]), {"pod": {"path": path, "spec": saying(false)}})
	denials := rule.deny with input as base
	{denial.path | some denial in denials} == {sprintf("%s.securityContext.runAsNonRoot", [path])}
}

test_a_user_namespace_exempts_from_1_35 if {
	bare := fixture.with_spec(fixture.input_of([app({})]), {"hostUsers": false})
	count(rule.deny) == 0 with input as bare
	count(rule.deny) == 0 with input as fixture.for_minor(bare, 35)
	count(rule.deny) == 1 with input as fixture.for_minor(bare, 34)
}

test_a_user_namespace_exempts_even_an_explicit_false if {
	denied(object.union(saying(false), {"hostUsers": false}), saying(false)) == set()
}

test_host_users_that_are_true_or_null_exempt_nobody if {
	count(denied({"hostUsers": true}, {})) == 1
	count(denied({"hostUsers": null}, {})) == 1
}

test_windows_pods_are_judged if {
	count(denied({"os": {"name": "windows"}}, {})) == 1
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as object.union(fixture.input_of([app({})]), {"hook": true})
}

test_effective_takes_a_user_number_or_non_root if {
	denied_effectively({}, {"runAsNonRoot": null, "runAsUser": 1000}) == set()
	denied_effectively({}, {"runAsNonRoot": true, "runAsUser": null}) == set()
	denied_effectively(saying(false), {"runAsNonRoot": false, "runAsUser": 1000}) == set()
}

test_effective_denies_user_zero_and_silence if {
	count(denied_effectively({}, {"runAsNonRoot": true, "runAsUser": 0})) == 1
	count(denied_effectively({}, {"runAsNonRoot": false, "runAsUser": null})) == 1
	denied_effectively({}, {"runAsNonRoot": null, "runAsUser": null}) == {{
		"message": "container \"app\" may run as root; set runAsUser (not 0) or runAsNonRoot: true",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.runAsNonRoot",
	}}
}

test_effective_knows_user_namespaces_too if {
	denied_effectively({"hostUsers": false}, {"runAsNonRoot": null, "runAsUser": 0}) == set()
}

test_any_other_parameter_value_is_read_as_the_standard if {
	base := fixture.input_of([object.union(app({}), {"effective": {"runAsUser": 1000}})])
	every value in ["pss", "Effective", null] {
		count(rule.deny) == 1 with input as object.union(base, {"parameters": {"non_root": value}})
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
