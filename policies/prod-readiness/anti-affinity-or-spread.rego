# METADATA
# title: Replicas in production should be spread over nodes
# description: |
#   Replicas on one node fall together with it. Asked of Deployments and StatefulSets with more than one replica (at
#   least, where an autoscaler decides) in profiles that are marked production, hooks exempt: the Pod says
#   `topologySpreadConstraints` or a `podAntiAffinity`, preferred or required. Which topology and which labels it
#   names is not judged. Audited, since the scheduler spreads a little by itself.
# custom:
#   id: anti-affinity-or-spread
#   severity: low
#   enforcement: audit
#   judges: [Deployment, StatefulSet]
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
#   remediation: |
#     ```yaml
#     spec:
#       template:
#         spec:
#           topologySpreadConstraints:
#             - maxSkew: 1
#               topologyKey: kubernetes.io/hostname
#               whenUnsatisfiable: ScheduleAnyway
#               labelSelector:
#                 matchLabels:
#                   app.kubernetes.io/name: app
#     ```
package seatrial.prod_readiness.anti_affinity_or_spread

import data.seatrial.lib.objects
import data.seatrial.lib.workloads

deny contains denial if {
	objects.in_production
	workloads.replicated
	workloads.replicas > 1
	not spread
	denial := {
		"message": sprintf(
			"%v replicas may all run on one node; add topologySpreadConstraints or a podAntiAffinity",
			[workloads.replicas],
		),
		"path": input.pod.path,
	}
}

spread if count(input.pod.spec.topologySpreadConstraints) > 0

spread if {
	some strength in [
		"requiredDuringSchedulingIgnoredDuringExecution",
		"preferredDuringSchedulingIgnoredDuringExecution",
	]
	count(input.pod.spec.affinity.podAntiAffinity[strength]) > 0
}
