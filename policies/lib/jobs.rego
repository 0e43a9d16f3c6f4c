# METADATA
# title: Jobs
# description: The spec of a Job, its own or the one in a CronJob, and where it is.
package seatrial.lib.jobs

import data.seatrial.lib.objects

spec := input.object.spec if {
	input.object.kind == "Job"
	objects.in_group("batch")
}

spec := input.object.spec.jobTemplate.spec if cron

path := "spec" if input.object.kind == "Job"

path := "spec.jobTemplate.spec" if input.object.kind == "CronJob"

cron if {
	input.object.kind == "CronJob"
	objects.in_group("batch")
}
