package seatrial.prod_readiness.cronjob_concurrency_policy_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.cronjob_concurrency_policy as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_each_policy_passes_when_it_is_said if {
	every policy in ["Allow", "Forbid", "Replace"] {
		denied(fixture.cron_job({"concurrencyPolicy": policy}, {}, [])) == set()
	}
}

test_no_policy_or_another_word_is_denied if {
	denied(fixture.cron_job({}, {}, [])) == {{
		"message": "runs may overlap, as the CronJob does not say; set concurrencyPolicy, such as Forbid",
		"path": "spec.concurrencyPolicy",
	}}
	every policy in ["forbid", "", null, false] {
		count(denied(fixture.cron_job({"concurrencyPolicy": policy}, {}, []))) == 1
	}
}

test_hooks_are_judged if {
	count(denied(fixture.hook(fixture.cron_job({}, {}, [])))) == 1
}

test_other_kinds_are_not_judged if {
	denied(fixture.job({}, [])) == set()
	denied(fixture.workload("example.org/v1", "CronJob", {"spec": {}}, [])) == set()
}
