# METADATA
# title: Pods should not carry a token that they do not use
# description: |
#   Kubernetes mounts a token for its API into every container unless it is told not to; who breaks into the program
#   acts as its account. Every Pod, hooks included, says `automountServiceAccountToken` itself: false, or true where
#   the program talks to the API, and then only with an account of its own, never with `default`. What the
#   ServiceAccount object says does not count here: it is another object, often made by somebody else, and the Pod's
#   field overrides it.
# custom:
#   id: automount-service-account-token
#   severity: medium
#   enforcement: audit
#   judges: pods
#   standard:
#     name: CIS Kubernetes Benchmark, service account tokens are mounted only where necessary (5.1.6)
#     reference: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
#   remediation: |
#     ```yaml
#     spec:
#       template:
#         spec:
#           automountServiceAccountToken: false
#     ```
#     or, for a program that talks to the API server:
#     ```yaml
#     spec:
#       template:
#         spec:
#           serviceAccountName: app
#           automountServiceAccountToken: true
#     ```
package seatrial.prod_readiness.automount_service_account_token

import data.seatrial.lib.identity

deny contains denial if {
	not said
	denial := {
		"message": concat(" ", [
			"the Pod does not say whether it needs a token for the API server;",
			"set automountServiceAccountToken: false, or true where it does",
		]),
		"path": sprintf("%s.automountServiceAccountToken", [input.pod.path]),
	}
}

deny contains denial if {
	input.pod.spec.automountServiceAccountToken == true
	identity.account == "default"
	denial := {
		"message": concat(" ", [
			"the Pod mounts the token of the default service account;",
			"name an account of its own, or set automountServiceAccountToken: false",
		]),
		"path": sprintf("%s.automountServiceAccountToken", [input.pod.path]),
	}
}

said if is_boolean(input.pod.spec.automountServiceAccountToken)
