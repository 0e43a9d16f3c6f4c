# METADATA
# title: CronJobs should say whether their runs may overlap
# description: |
#   Without `concurrencyPolicy` a run that takes longer than the schedule's distance gets company, and the next one
#   more: two backups at once, or ten. A CronJob says Forbid, Replace, or Allow: each is fine when somebody chose it.
#   Hooks are judged like everything else.
# custom:
#   id: cronjob-concurrency-policy
#   severity: low
#   enforcement: audit
#   judges: [CronJob]
#   standard:
#     name: Kubernetes, concurrency policy of CronJobs
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy
#   remediation: |
#     ```yaml
#     kind: CronJob
#     spec:
#       concurrencyPolicy: Forbid
#     ```
package seatrial.prod_readiness.cronjob_concurrency_policy

import data.seatrial.lib.jobs

deny contains denial if {
	jobs.cron
	not input.object.spec.concurrencyPolicy in {"Allow", "Forbid", "Replace"}
	denial := {
		"message": "runs may overlap, as the CronJob does not say; set concurrencyPolicy, such as Forbid",
		"path": "spec.concurrencyPolicy",
	}
}
