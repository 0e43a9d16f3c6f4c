# METADATA
# title: CronJobs should have deadlines for their start and their end
# description: |
#   Without `startingDeadlineSeconds` a run that was missed (the controller was down, the last one still ran) starts at
#   any later time, and after a hundred missed ones none starts any more. Without `activeDeadlineSeconds` a run that
#   hangs goes on for ever, and with `concurrencyPolicy: Forbid` it is the last. A CronJob says both: the first as 10
#   or more, since the controller looks every ten seconds, the second for its Jobs or for their Pods. Hooks are judged
#   like everything else.
# custom:
#   id: cronjob-deadlines
#   severity: low
#   enforcement: audit
#   judges: [CronJob]
#   standard:
#     name: Kubernetes, deadlines of CronJobs and Jobs
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
#   remediation: |
#     ```yaml
#     kind: CronJob
#     spec:
#       startingDeadlineSeconds: 300
#       jobTemplate:
#         spec:
#           activeDeadlineSeconds: 3600
#     ```
package seatrial.prod_readiness.cronjob_deadlines

import data.seatrial.lib.jobs

deny contains denial if {
	jobs.cron
	not is_number(input.object.spec.startingDeadlineSeconds)
	denial := {
		"message": "a missed run starts at any later time; set startingDeadlineSeconds, such as 300",
		"path": "spec.startingDeadlineSeconds",
	}
}

deny contains denial if {
	jobs.cron
	is_number(input.object.spec.startingDeadlineSeconds)
	input.object.spec.startingDeadlineSeconds < 10
	denial := {
		"message": sprintf(
			"with startingDeadlineSeconds: %v runs may never start, as the controller looks every 10 s; write 10 or more",
			[input.object.spec.startingDeadlineSeconds],
		),
		"path": "spec.startingDeadlineSeconds",
	}
}

deny contains denial if {
	jobs.cron
	not ends
	denial := {
		"message": "a run that hangs goes on for ever; set activeDeadlineSeconds of the Job, such as 3600",
		"path": "spec.jobTemplate.spec.activeDeadlineSeconds",
	}
}

ends if is_number(jobs.spec.activeDeadlineSeconds)

ends if is_number(input.pod.spec.activeDeadlineSeconds)
