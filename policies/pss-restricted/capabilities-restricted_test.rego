package seatrial.pss_restricted.capabilities_restricted_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.capabilities_restricted as rule

capabilities(fields) := {"capabilities": fields}

denied(context) := denials if {
	denials := rule.deny with input as fixture.input_of([fixture.secured("app", "container", context)])
}

test_a_container_that_drops_all_passes if {
	denied(capabilities({"drop": ["ALL"]})) == set()
	denied(capabilities({"drop": ["NET_RAW", "ALL"], "add": ["NET_BIND_SERVICE"]})) == set()
	denied(capabilities({"drop": ["ALL"], "add": []})) == set()
	denied(capabilities({"drop": ["ALL"], "add": null})) == set()
}

test_a_container_that_drops_nothing_is_denied if {
	denied({}) == {{
		"message": concat(" ", [
			"container \"app\" keeps capabilities that it need not have;",
			"set securityContext.capabilities.drop: [ALL] for it",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.capabilities.drop",
	}}
}

test_a_container_that_adds_is_denied if {
	denied(capabilities({"drop": ["ALL"], "add": ["NET_BIND_SERVICE", "CHOWN"]})) == {{
		"message": "container \"app\" adds the capability CHOWN; remove it, only NET_BIND_SERVICE may be added",
		"container": "app",
		"path": "spec.template.spec.containers[0].securityContext.capabilities.add[1]",
	}}
}

test_silence_and_null_drop_nothing if {
	every context in [null, capabilities(null), capabilities({}), capabilities({"drop": null})] {
		count(denied(context)) == 1
	}
}

test_all_has_one_spelling if {
	every drop in [[], ["all"], ["All"], ["CAP_ALL"], ["NET_RAW", "CHOWN"], [null], "ALL", [["ALL"]]] {
		count(denied(capabilities({"drop": drop}))) == 1
	}
}

test_only_one_capability_may_be_added if {
	every name in ["ALL", "CAP_NET_BIND_SERVICE", "net_bind_service", "SYS_ADMIN", "", null] {
		count(denied(capabilities({"drop": ["ALL"], "add": [name]}))) == 1
	}
}

test_dropping_nothing_and_adding_are_told_for_themselves if {
	count(denied(capabilities({"add": ["CHOWN", "KILL"]}))) == 3
	count(denied(capabilities({"add": ["NET_BIND_SERVICE"]}))) == 1
}

test_the_field_at_the_pod_does_not_count_and_the_message_says_so if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	some denial in rule.deny with input as fixture.with_context(base, capabilities({"drop": ["ALL"]}))
	contains(denial.message, "under the Pod's securityContext has no effect")
}

test_init_and_ephemeral_containers_are_judged if {
	denials := rule.deny with input as fixture.input_of(fixture.bare)
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
	context := capabilities({"drop": ["ALL"], "add": ["CHOWN"]})
	adding := [fixture.secured(kind, kind, context) | some kind in ["init", "ephemeral"]]
	told := rule.deny with input as fixture.input_of(adding)
	{denial.container | some denial in told} == {"init", "ephemeral"}
}

test_windows_pods_are_exempt_whatever_they_say if {
	every context in [{}, capabilities({"add": ["SYS_ADMIN"]})] {
		base := fixture.input_of([fixture.secured("app", "container", context)])
		count(rule.deny) == 0 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	}
}

test_pods_of_linux_are_not_exempt if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "linux"}})
}

test_user_namespaces_and_hooks_are_judged if {
	base := fixture.input_of([fixture.container("app", "container", {})])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	context := capabilities({"add": ["CHOWN"]})
	denials := rule.deny with input as fixture.cron_job_of([fixture.secured("app", "container", context)])
	{denial.path | some denial in denials} == {
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.drop",
		"spec.jobTemplate.spec.template.spec.containers[0].securityContext.capabilities.add[0]",
	}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
