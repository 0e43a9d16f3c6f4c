package seatrial.lib.jobs_test

import data.seatrial.lib.jobs
import data.seatrial.lib.links_fixture_test as fixture

test_the_spec_of_a_job_is_its_own if {
	jobs.spec == {"backoffLimit": 2} with input as fixture.job({"backoffLimit": 2}, [])
	jobs.path == "spec" with input as fixture.job({}, [])
	not jobs.cron with input as fixture.job({}, [])
}

test_the_spec_of_a_cron_job_is_that_of_its_jobs if {
	jobs.spec == {"backoffLimit": 2} with input as fixture.cron_job({}, {"backoffLimit": 2}, [])
	jobs.path == "spec.jobTemplate.spec" with input as fixture.cron_job({}, {}, [])
	jobs.cron with input as fixture.cron_job({}, {}, [])
}

test_other_kinds_have_none if {
	not jobs.spec with input as fixture.deployment({}, [])
	not jobs.path with input as fixture.deployment({}, [])
	not jobs.spec with input as fixture.workload("batch.volcano.sh/v1alpha1", "Job", {"spec": {}}, [])
	not jobs.cron with input as fixture.workload("example.org/v1", "CronJob", {"spec": {}}, [])
	not jobs.cron with input as fixture.workload("batch/v1", "Other", {"spec": {}}, [])
}
