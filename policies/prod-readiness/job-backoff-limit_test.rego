package seatrial.prod_readiness.job_backoff_limit_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.job_backoff_limit as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_job_that_says_how_often_passes if {
	denied(fixture.job({"backoffLimit": 2}, [])) == set()
	denied(fixture.job({"backoffLimit": 0}, [])) == set()
	denied(fixture.job({"backoffLimitPerIndex": 1}, [])) == set()
	denied(fixture.cron_job({}, {"backoffLimit": 2}, [])) == set()
}

test_a_job_that_does_not_is_denied if {
	denied(fixture.job({}, [])) == {{
		"message": "the Job is tried six times, as it does not say how often; set backoffLimit",
		"path": "spec.backoffLimit",
	}}
	count(denied(fixture.job({"backoffLimit": null}, []))) == 1
	count(denied(fixture.job({"backoffLimit": "2"}, []))) == 1
}

test_the_jobs_of_a_cron_job_and_hooks_are_judged if {
	some denial in denied(fixture.cron_job({"backoffLimit": 2}, {}, []))
	denial.path == "spec.jobTemplate.spec.backoffLimit"
	count(denied(fixture.hook(fixture.job({}, [])))) == 1
}

test_other_kinds_are_not_judged if {
	denied(fixture.deployment({}, [])) == set()
	denied(fixture.workload("batch.volcano.sh/v1alpha1", "Job", {"spec": {}}, [])) == set()
}
