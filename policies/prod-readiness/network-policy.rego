# METADATA
# title: Every Pod should be selected by a NetworkPolicy
# description: |
#   A Pod that no NetworkPolicy selects can be reached by every Pod of the cluster, and can reach everything. Each
#   object with Pods is selected by a NetworkPolicy of the release; what the policy allows is not judged. Exempt are
#   hooks, which come and go, and Pods with `hostNetwork: true`, to which NetworkPolicies do not apply. Policies of
#   other kinds (Calico's, Cilium's) and those that the namespace has already are not seen, hence audited.
# custom:
#   id: network-policy
#   severity: medium
#   enforcement: audit
#   judges: pods
#   live: false
#   standard:
#     name: CIS Kubernetes Benchmark, all namespaces have NetworkPolicies (5.3.2)
#     reference: https://kubernetes.io/docs/concepts/services-networking/network-policies/
#   remediation: |
#     ```yaml
#     apiVersion: networking.k8s.io/v1
#     kind: NetworkPolicy
#     metadata:
#       name: app
#     spec:
#       podSelector:
#         matchLabels:
#           app.kubernetes.io/name: app
#       policyTypes: [Ingress]
#       ingress:
#         - ports:
#             - port: http
#     ```
package seatrial.prod_readiness.network_policy

import data.seatrial.lib.objects

deny contains denial if {
	input.pod
	objects.stays
	not input.pod.spec.hostNetwork == true
	not selected
	denial := {
		"message": "no NetworkPolicy of the release selects the Pods; add one with their labels in its podSelector",
		"path": input.pod.path,
	}
}

selected if {
	some peer in input.links.selected_by
	peer.kind == "NetworkPolicy"
}
