package seatrial.prod_readiness.job_ttl_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.job_ttl as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_job_with_a_time_to_live_passes if {
	denied(fixture.job({"ttlSecondsAfterFinished": 60}, [])) == set()
	denied(fixture.job({"ttlSecondsAfterFinished": 0}, [])) == set()
}

test_a_job_without_one_is_denied if {
	denied(fixture.job({}, [])) == {{
		"message": "the Job stays for ever once it has ended; set ttlSecondsAfterFinished, such as 86400",
		"path": "spec.ttlSecondsAfterFinished",
	}}
	count(denied(fixture.job({"ttlSecondsAfterFinished": null}, []))) == 1
	count(denied(fixture.job({"ttlSecondsAfterFinished": "60"}, []))) == 1
}

test_hooks_and_cron_jobs_are_exempt if {
	denied(fixture.hook(fixture.job({}, []))) == set()
	denied(fixture.cron_job({}, {}, [])) == set()
}

test_other_kinds_are_not_judged if {
	denied(fixture.deployment({}, [])) == set()
	denied(fixture.workload("batch.volcano.sh/v1alpha1", "Job", {"spec": {}}, [])) == set()
}
