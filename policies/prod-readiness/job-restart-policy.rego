# METADATA
# title: Jobs must say Never or OnFailure
# description: |
#   The Pods of a Job may not have `restartPolicy: Always`, which is what they have when they say nothing: the API
#   server refuses the Job, of a CronJob too. Jobs, those of CronJobs and hooks say Never or OnFailure. Never leaves
#   each failed Pod with its log; OnFailure restarts the container in place.
# custom:
#   id: job-restart-policy
#   severity: medium
#   enforcement: audit
#   judges: [Job, CronJob]
#   standard:
#     name: Kubernetes, Pod templates of Jobs
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-template
#   remediation: |
#     ```yaml
#     kind: Job
#     spec:
#       template:
#         spec:
#           restartPolicy: Never
#     ```
package seatrial.prod_readiness.job_restart_policy

import data.seatrial.lib.jobs

deny contains denial if {
	jobs.spec
	not input.pod.spec.restartPolicy in {"Never", "OnFailure"}
	denial := {
		"message": "the Pods of a Job may not be restarted for ever; set restartPolicy: Never, or OnFailure",
		"path": sprintf("%s.template.spec.restartPolicy", [jobs.path]),
	}
}
