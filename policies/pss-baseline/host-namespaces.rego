# METADATA
# title: Pods must not share the node's namespaces
# description: |
#   A Pod in the node's network, process or IPC namespace sees what every other Pod there sends, can signal the node's
#   processes and read their memory. The rule reads `hostNetwork`, `hostPID` and `hostIPC` of the Pod as the baseline
#   Pod Security Standard does: absent, null and false are allowed. Each field is a finding of its own.
# custom:
#   id: host-namespaces
#   severity: critical
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Host Namespaces"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove the fields. What the Pod serves on the node's network can be reached through a Service:
#     ```yaml
#     spec:
#       hostNetwork: false
#       hostPID: false
#       hostIPC: false
#     ```
package seatrial.pss_baseline.host_namespaces

deny contains denial if {
	some field, namespace in {"hostNetwork": "network", "hostPID": "process", "hostIPC": "IPC"}
	value := input.pod.spec[field]
	not value in {false, null}
	denial := {
		"message": sprintf("the Pod shares the %s namespace of its node; remove %s", [namespace, field]),
		"path": sprintf("%s.%s", [input.pod.path, field]),
	}
}
