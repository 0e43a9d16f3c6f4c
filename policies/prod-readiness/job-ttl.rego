# METADATA
# title: Jobs should be removed some time after they end
# description: |
#   A Job that has ended stays, with its Pods and their logs, until somebody deletes it. Asked of Jobs that stand
#   alone: `ttlSecondsAfterFinished` is a number. Jobs of a CronJob are removed by its history limits, and hooks by
#   Helm and their `helm.sh/hook-delete-policy`, so that both are exempt.
# custom:
#   id: job-ttl
#   severity: low
#   enforcement: audit
#   judges: [Job]
#   standard:
#     name: Kubernetes, automatic clean-up of finished Jobs
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
#   remediation: |
#     ```yaml
#     kind: Job
#     spec:
#       ttlSecondsAfterFinished: 86400
#     ```
package seatrial.prod_readiness.job_ttl

import data.seatrial.lib.jobs
import data.seatrial.lib.objects

deny contains denial if {
	objects.stays
	jobs.spec
	not jobs.cron
	not is_number(jobs.spec.ttlSecondsAfterFinished)
	denial := {
		"message": "the Job stays for ever once it has ended; set ttlSecondsAfterFinished, such as 86400",
		"path": "spec.ttlSecondsAfterFinished",
	}
}
