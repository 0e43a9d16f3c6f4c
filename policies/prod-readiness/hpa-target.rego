# METADATA
# title: What an autoscaler scales must exist and leave its replicas alone
# description: |
#   A HorizontalPodAutoscaler whose target is not there scales nothing and says so only in its status. And where the
#   target sets `replicas` itself, every upgrade sets the number back to that, whatever the load. Asked of every
#   profile, hooks exempt: the target is an object of the same release, and a Deployment, StatefulSet or ReplicaSet
#   that an autoscaler of the release names has no `spec.replicas`, whatever number it is (the chart's default of 1 is
#   the usual one).
# custom:
#   id: hpa-target
#   severity: medium
#   enforcement: enforce
#   judges: [HorizontalPodAutoscaler, Deployment, StatefulSet, ReplicaSet]
#   standard:
#     name: Kubernetes, migrating Deployments to horizontal autoscaling
#     reference: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
#   remediation: |
#     Leave the number out of the template while the autoscaler is on:
#     ```yaml
#     spec:
#       {{- if not .Values.autoscaling.enabled }}
#       replicas: {{ .Values.replicaCount }}
#       {{- end }}
#     ```
package seatrial.prod_readiness.hpa_target

import data.seatrial.lib.objects
import data.seatrial.lib.workloads

deny contains denial if {
	input.object.kind == "HorizontalPodAutoscaler"
	objects.in_group("autoscaling")
	objects.stays
	not input.links.target
	denial := {
		"message": sprintf(
			"the autoscaler's target %v %v is not in the release; name a workload that is, or remove the autoscaler",
			[named("kind"), named("name")],
		),
		"path": "spec.scaleTargetRef",
	}
}

deny contains denial if {
	workloads.scaled
	objects.stays
	objects.in_group("apps")
	input.object.spec.replicas != null
	denial := {
		"message": sprintf(
			"replicas is set although HorizontalPodAutoscaler %q decides them; leave spec.replicas out",
			[input.links.scaled_by[0].name],
		),
		"path": "spec.replicas",
	}
}

named(key) := name if {
	name := input.object.spec.scaleTargetRef[key]
} else := "(unnamed)"
