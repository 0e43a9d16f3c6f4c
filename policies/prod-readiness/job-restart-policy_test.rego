package seatrial.prod_readiness.job_restart_policy_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.job_restart_policy as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

saying(policy) := base.with_spec(fixture.job({}, []), {"restartPolicy": policy})

test_never_and_on_failure_pass if {
	denied(saying("Never")) == set()
	denied(saying("OnFailure")) == set()
}

test_anything_else_is_denied if {
	denied(fixture.job({}, [])) == {{
		"message": "the Pods of a Job may not be restarted for ever; set restartPolicy: Never, or OnFailure",
		"path": "spec.template.spec.restartPolicy",
	}}
	every policy in ["Always", "never", null, false] {
		count(denied(saying(policy))) == 1
	}
}

test_the_jobs_of_a_cron_job_and_hooks_are_judged if {
	some denial in denied(fixture.cron_job({}, {}, []))
	denial.path == "spec.jobTemplate.spec.template.spec.restartPolicy"
	count(denied(fixture.hook(fixture.job({}, [])))) == 1
}

test_other_kinds_are_not_judged if {
	denied(fixture.deployment({}, [])) == set()
	denied(fixture.workload("batch.volcano.sh/v1alpha1", "Job", {"spec": {}}, [])) == set()
}
