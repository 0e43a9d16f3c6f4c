# METADATA
# title: Production workloads must run at least two replicas
# description: |
#   One replica means an outage for every node that is drained and every Pod that is moved. The rule asks Deployments
#   and StatefulSets of profiles that are marked production for two replicas or more. Where a HorizontalPodAutoscaler
#   of the release names the workload, its `minReplicas` counts (1 where it says none) and the workload's own number
#   does not, since the autoscaler overwrites it. 0 replicas are denied like 1. Hooks are exempt; DaemonSets and Jobs
#   have no such number. An autoscaler of another kind (a KEDA ScaledObject) is not seen: waive the rule for what it
#   scales, and for what must run alone, such as a database without replication.
# custom:
#   id: replicas-at-least-two
#   severity: medium
#   enforcement: enforce
#   judges: [Deployment, StatefulSet]
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
#   remediation: |
#     In the values of the production profile, which should end in:
#     ```yaml
#     kind: Deployment
#     spec:
#       replicas: 3
#     ```
#     or, for a workload with an autoscaler:
#     ```yaml
#     kind: HorizontalPodAutoscaler
#     spec:
#       minReplicas: 3
#     ```
package seatrial.prod_readiness.replicas_at_least_two

import data.seatrial.lib.objects
import data.seatrial.lib.workloads

deny contains denial if {
	objects.in_production
	workloads.replicated
	not workloads.scaled
	workloads.replicas < 2
	denial := {
		"message": sprintf(
			"the number of replicas in production is %v, which leaves no spare; set spec.replicas to 2 or more",
			[workloads.replicas],
		),
		"path": "spec.replicas",
	}
}

deny contains denial if {
	objects.in_production
	workloads.replicated
	workloads.scaled
	workloads.replicas < 2
	denial := {
		"message": sprintf(
			"HorizontalPodAutoscaler %q may go down to %v in production, which leaves no spare; set minReplicas to 2 or more",
			[input.links.scaled_by[0].name, workloads.replicas],
		),
		"path": "spec.replicas",
	}
}
