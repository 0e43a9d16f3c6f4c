# METADATA
# title: A PodDisruptionBudget must select Pods
# description: |
#   A budget that selects nothing protects nothing, and nobody notices until a drain takes every replica. Its selector
#   must match a Pod of the release that is no hook. A selector of `{}` selects every Pod of the namespace, no
#   selector selects none. Name budgets for Pods that an operator makes in `elsewhere`. Hooks are judged as well.
# custom:
#   id: pdb-selects-pods
#   severity: medium
#   enforcement: enforce
#   judges: [PodDisruptionBudget]
#   standard:
#     name: Kubernetes, disruption budgets and their selectors
#     reference: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
#   parameters:
#     elsewhere: {description: "list of names of PodDisruptionBudgets whose Pods the release does not render"}
#   remediation: |
#     ```yaml
#     apiVersion: policy/v1
#     kind: PodDisruptionBudget
#     spec:
#       maxUnavailable: 1
#       selector:
#         matchLabels:
#           app.kubernetes.io/name: app      # labels of the Pod template
#     ```
package seatrial.prod_readiness.pdb_selects_pods

import data.seatrial.lib.objects
import data.seatrial.lib.peers

deny contains denial if {
	objects.in_group("policy")
	count(peers.selected) == 0
	not input.object.metadata.name in input.parameters.elsewhere
	denial := {
		"message": "the budget selects no Pod of the release; write labels that a Pod template has",
		"path": "spec.selector",
	}
}
