package seatrial.prod_readiness.automount_service_account_token_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.automount_service_account_token as rule

denied(spec) := denials if {
	denials := rule.deny with input as base.with_spec(base.input_of([]), spec)
}

test_false_passes_with_any_account if {
	denied({"automountServiceAccountToken": false}) == set()
	denied({"automountServiceAccountToken": false, "serviceAccountName": "app"}) == set()
}

test_true_passes_with_an_account_of_its_own if {
	denied({"automountServiceAccountToken": true, "serviceAccountName": "app"}) == set()
	denied({"automountServiceAccountToken": true, "serviceAccount": "app"}) == set()
}

test_true_with_the_default_account_is_denied if {
	denied({"automountServiceAccountToken": true}) == {{
		"message": concat(" ", [
			"the Pod mounts the token of the default service account;",
			"name an account of its own, or set automountServiceAccountToken: false",
		]),
		"path": "spec.template.spec.automountServiceAccountToken",
	}}
	count(denied({"automountServiceAccountToken": true, "serviceAccountName": "default"})) == 1
}

test_a_pod_that_does_not_say_is_denied if {
	denied({"serviceAccountName": "app"}) == {{
		"message": concat(" ", [
			"the Pod does not say whether it needs a token for the API server;",
			"set automountServiceAccountToken: false, or true where it does",
		]),
		"path": "spec.template.spec.automountServiceAccountToken",
	}}
	every value in [null, "false", 0] {
		count(denied({"automountServiceAccountToken": value})) == 1
	}
}

test_hooks_and_cron_jobs_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(base.input_of([]))
	some denial in rule.deny with input as fixture.cron_job({}, {}, [])
	denial.path == "spec.jobTemplate.spec.template.spec.automountServiceAccountToken"
}
