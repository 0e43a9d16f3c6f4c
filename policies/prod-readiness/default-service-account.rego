# METADATA
# title: Pods should not run as the default service account
# description: |
#   Every Pod of a namespace that names no account shares `default`, so that a right which one of them is given is
#   everyone's. Asked of every Pod, hooks included, whether it mounts the token or not: pull secrets and policies go by
#   the account as well. The old field `serviceAccount` counts where `serviceAccountName` is empty, as it does for
#   Kubernetes.
# custom:
#   id: default-service-account
#   severity: low
#   enforcement: audit
#   judges: pods
#   standard:
#     name: CIS Kubernetes Benchmark, default service accounts are not actively used (5.1.5)
#     reference: https://kubernetes.io/docs/concepts/security/service-accounts/
#   remediation: |
#     ```yaml
#     apiVersion: v1
#     kind: ServiceAccount
#     metadata:
#       name: app
#     automountServiceAccountToken: false
#     ---
#     spec:
#       template:
#         spec:
#           serviceAccountName: app
#     ```
package seatrial.prod_readiness.default_service_account

import data.seatrial.lib.identity

deny contains denial if {
	identity.account == "default"
	denial := {
		"message": "the Pod runs as the service account default; set serviceAccountName to one of its own",
		"path": sprintf("%s.serviceAccountName", [input.pod.path]),
	}
}
