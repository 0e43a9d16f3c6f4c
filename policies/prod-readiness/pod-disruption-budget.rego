# METADATA
# title: Production workloads should have a disruption budget that lets nodes be drained
# description: |
#   Without a PodDisruptionBudget a drain may evict every replica of a workload at once; with one that allows no
#   eviction, no node under it can be drained at all. Asked in profiles that are marked production, of what is no hook:
#   a Deployment or StatefulSet with more than one replica (at least, where an autoscaler decides) is selected by a
#   PodDisruptionBudget of the release; and no budget blocks: `maxUnavailable` 0 or 0 %, `minAvailable` 100 %, or as
#   many as there are replicas, parts rounded up as Kubernetes does. The number of replicas is read from the budget's
#   side, as the sum of all it selects, where each of those says its own; a workload that an autoscaler scales, or
#   that says nothing, is judged alone with its least number. A budget for one replica blocks too where it wants that
#   one. What selects other kinds is judged by what holds for every number.
# custom:
#   id: pod-disruption-budget
#   severity: medium
#   enforcement: audit
#   judges: [Deployment, StatefulSet, PodDisruptionBudget]
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
#   remediation: |
#     ```yaml
#     apiVersion: policy/v1
#     kind: PodDisruptionBudget
#     metadata:
#       name: app
#     spec:
#       maxUnavailable: 1
#       selector:
#         matchLabels:
#           app.kubernetes.io/name: app
#     ```
package seatrial.prod_readiness.pod_disruption_budget

import data.seatrial.lib.disruption
import data.seatrial.lib.objects
import data.seatrial.lib.workloads

deny contains denial if {
	objects.in_production
	workloads.replicated
	workloads.replicas > 1
	count(budgets) == 0
	denial := {
		"message": sprintf(
			"a drain may evict all %v replicas at once; add a PodDisruptionBudget that selects them",
			[workloads.replicas],
		),
		"path": "spec.replicas",
	}
}

deny contains denial if {
	objects.in_production
	workloads.replicated
	not is_number(input.object.spec.replicas)
	some budget in budgets
	not disruption.always_blocks(budget.spec)
	disruption.blocks(budget.spec, workloads.replicas)
	denial := {
		"message": sprintf(
			"PodDisruptionBudget %q lets none of the least number of replicas (%v) be evicted; write maxUnavailable: 1 there",
			[budget.name, workloads.replicas],
		),
		"path": "spec.replicas",
	}
}

deny contains denial if {
	objects.in_production
	is_budget
	some field in blocking_fields
	denial := {
		"message": sprintf(
			"%s: %v lets no Pod be evicted, so that no node can be drained; write maxUnavailable: 1",
			[field, input.object.spec[field]],
		),
		"path": sprintf("spec.%s", [field]),
	}
}

budgets := [peer |
	some peer in input.links.selected_by
	peer.kind == "PodDisruptionBudget"
]

is_budget if {
	input.object.kind == "PodDisruptionBudget"
	objects.in_group("policy")
}

# The field of this budget that blocks, whatever the number of Pods or because of it.
blocking_fields contains field if {
	some field in ["minAvailable", "maxUnavailable"]
	disruption.always_blocks({field: input.object.spec[field]})
}

blocking_fields contains field if {
	some field in ["minAvailable", "maxUnavailable"]
	total > 0
	disruption.blocks({field: input.object.spec[field]}, total)
}

# The Pods that this budget selects. Undefined where one of the workloads does not say its number.
total := sum([peer.spec.replicas | some peer in input.links.selects]) if {
	every peer in input.links.selects {
		is_number(peer.spec.replicas)
	}
}
