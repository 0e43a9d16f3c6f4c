# METADATA
# title: Jobs should say how often they are tried
# description: |
#   Without `backoffLimit` Kubernetes tries six times, with growing pauses, before a Job counts as failed: ten minutes
#   in which a deployment waits, or six half-done migrations. Jobs, those of CronJobs and hooks say a number;
#   `backoffLimitPerIndex` counts as well.
# custom:
#   id: job-backoff-limit
#   severity: low
#   enforcement: audit
#   judges: [Job, CronJob]
#   standard:
#     name: Kubernetes, Pod backoff failure policy
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
#   remediation: |
#     ```yaml
#     kind: Job
#     spec:
#       backoffLimit: 2
#     ```
package seatrial.prod_readiness.job_backoff_limit

import data.seatrial.lib.jobs

deny contains denial if {
	jobs.spec
	not said
	denial := {
		"message": "the Job is tried six times, as it does not say how often; set backoffLimit",
		"path": sprintf("%s.backoffLimit", [jobs.path]),
	}
}

said if is_number(jobs.spec.backoffLimit)

said if is_number(jobs.spec.backoffLimitPerIndex)
