package seatrial.prod_readiness.default_service_account_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.default_service_account as rule

denied(spec) := denials if {
	denials := rule.deny with input as base.with_spec(base.input_of([]), spec)
}

test_an_account_of_its_own_passes if {
	denied({"serviceAccountName": "app"}) == set()
	denied({"serviceAccount": "app"}) == set()
}

test_the_default_account_is_denied_said_or_not if {
	denied({}) == {{
		"message": "the Pod runs as the service account default; set serviceAccountName to one of its own",
		"path": "spec.template.spec.serviceAccountName",
	}}
	every name in ["default", "", null, 1] {
		count(denied({"serviceAccountName": name})) == 1
	}
}

test_no_token_is_no_excuse if {
	count(denied({"automountServiceAccountToken": false})) == 1
}

test_hooks_and_cron_jobs_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(base.input_of([]))
	some denial in rule.deny with input as fixture.cron_job({}, {}, [])
	denial.path == "spec.jobTemplate.spec.template.spec.serviceAccountName"
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as base.without_pod
}
