package seatrial.prod_readiness.cronjob_deadlines_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.cronjob_deadlines as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

cron_job(start, end) := fixture.cron_job({"startingDeadlineSeconds": start}, {"activeDeadlineSeconds": end}, [])

test_both_deadlines_pass if {
	denied(cron_job(300, 3600)) == set()
	denied(cron_job(10, 1)) == set()
}

test_a_deadline_of_the_pod_ends_a_run if {
	pod_says := base.with_spec(cron_job(300, null), {"activeDeadlineSeconds": 60})
	denied(pod_says) == set()
}

test_no_start_deadline_is_denied if {
	denied(cron_job(null, 3600)) == {{
		"message": "a missed run starts at any later time; set startingDeadlineSeconds, such as 300",
		"path": "spec.startingDeadlineSeconds",
	}}
	count(denied(cron_job("300", 3600))) == 1
}

test_a_start_deadline_that_is_too_short_is_denied if {
	denied(cron_job(5, 3600)) == {{
		"message": concat(" ", [
			"with startingDeadlineSeconds: 5 runs may never start,",
			"as the controller looks every 10 s; write 10 or more",
		]),
		"path": "spec.startingDeadlineSeconds",
	}}
}

test_no_end_deadline_is_denied if {
	denied(cron_job(300, null)) == {{
		"message": "a run that hangs goes on for ever; set activeDeadlineSeconds of the Job, such as 3600",
		"path": "spec.jobTemplate.spec.activeDeadlineSeconds",
	}}
	count(denied(cron_job(300, "3600"))) == 1
}

test_hooks_are_judged if {
	count(denied(fixture.hook(fixture.cron_job({}, {}, [])))) == 2
}

test_other_kinds_are_not_judged if {
	denied(fixture.job({}, [])) == set()
	denied(fixture.job({"startingDeadlineSeconds": 1}, [])) == set()
	denied(fixture.workload("example.org/v1", "CronJob", {"spec": {}}, [])) == set()
}
