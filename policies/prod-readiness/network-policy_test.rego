package seatrial.prod_readiness.network_policy_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.network_policy as rule

policy := fixture.peer("networking.k8s.io/v1", "NetworkPolicy", "web", {})

service := fixture.peer("v1", "Service", "web", {})

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_pods_that_a_policy_selects_pass if {
	denied(fixture.linked(fixture.deployment({}, []), {"selected_by": [service, policy]})) == set()
}

test_pods_that_none_selects_are_denied if {
	denied(fixture.linked(fixture.deployment({}, []), {"selected_by": [service]})) == {{
		"message": concat(" ", [
			"no NetworkPolicy of the release selects the Pods;",
			"add one with their labels in its podSelector",
		]),
		"path": "spec.template.spec",
	}}
}

test_jobs_and_cron_jobs_are_judged if {
	count(denied(fixture.job({}, []))) == 1
	some denial in denied(fixture.cron_job({}, {}, []))
	denial.path == "spec.jobTemplate.spec.template.spec"
}

test_pods_on_the_hosts_network_are_exempt if {
	denied(base.with_spec(fixture.deployment({}, []), {"hostNetwork": true})) == set()
	every value in [false, null, "true"] {
		count(denied(base.with_spec(fixture.deployment({}, []), {"hostNetwork": value}))) == 1
	}
}

test_hooks_are_exempt if {
	denied(fixture.hook(fixture.deployment({}, []))) == set()
}

test_an_object_without_a_pod_gives_nothing if {
	denied(fixture.object_of("v1", "Service", {})) == set()
}
