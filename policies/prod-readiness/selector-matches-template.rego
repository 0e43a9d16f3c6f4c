# METADATA
# title: A workload's selector must match its own Pods
# description: |
#   A Deployment, StatefulSet, DaemonSet or ReplicaSet whose selector does not match the labels of its template is
#   refused by the API server, and so is one without a selector; a template of labels that one helper writes and
#   another reads drifts apart unseen until then. A ReplicationController may leave its selector out. Jobs get their
#   selector from Kubernetes and are not judged. Hooks are judged like everything else.
# custom:
#   id: selector-matches-template
#   severity: high
#   enforcement: enforce
#   judges: [Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   standard:
#     name: Kubernetes, selectors of workloads
#     reference: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector
#   remediation: |
#     Write both from one helper:
#     ```yaml
#     spec:
#       selector:
#         matchLabels:
#           {{- include "app.selectorLabels" . | nindent 6 }}
#       template:
#         metadata:
#           labels:
#             {{- include "app.selectorLabels" . | nindent 8 }}
#     ```
package seatrial.prod_readiness.selector_matches_template

import data.seatrial.lib.objects
import data.seatrial.lib.selectors

deny contains denial if {
	objects.in_group("apps")
	not says(input.object.spec.selector)
	denial := {
		"message": "the workload has no selector; set spec.selector.matchLabels to labels of its template",
		"path": "spec.selector",
	}
}

deny contains denial if {
	some problem in selectors.mismatches(selector, input.pod.metadata.labels)
	denial := {
		"message": sprintf(
			"the selector asks for %s, which the labels of the Pod template do not meet; write the same labels in both",
			[problem],
		),
		"path": "spec.selector",
	}
}

says(value) if count(value.matchLabels) > 0

says(value) if count(value.matchExpressions) > 0

selector := input.object.spec.selector if objects.in_group("apps")

selector := {"matchLabels": input.object.spec.selector} if {
	input.object.kind == "ReplicationController"
	objects.core
}
