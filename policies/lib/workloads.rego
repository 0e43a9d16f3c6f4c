# METADATA
# title: Workloads
# description: Which Pods run for good, and how many of them.
package seatrial.lib.workloads

import data.seatrial.lib.objects

# The Pods are meant to run until somebody stops them: neither a hook's nor a Job's.
long_running if {
	objects.stays
	not ends
}

ends if input.object.kind in {"Job", "CronJob"}

ends if input.pod.spec.restartPolicy in {"Never", "OnFailure"}

# A number of equal Pods behind one name.
replicated if {
	input.object.kind in {"Deployment", "StatefulSet"}
	objects.in_group("apps")
}

scaled if count(input.links.scaled_by) > 0

# How many Pods there are at least: an autoscaler's minimum where one decides, else what the object says.
replicas := min([number_or_one(scaler.spec, "minReplicas") | some scaler in input.links.scaled_by]) if {
	scaled
} else := number_or_one(input.object.spec, "replicas")

# Kubernetes fills in 1 for what is not said.
number_or_one(holder, key) := holder[key] if {
	is_number(holder[key])
} else := 1
