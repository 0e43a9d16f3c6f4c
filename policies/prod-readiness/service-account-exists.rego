# METADATA
# title: The service account of a Pod should exist
# description: |
#   No Pod is made for an account that is not there: the workload stands at 0 and only its events say why. The account
#   that a Pod names, hooks included, is a ServiceAccount of the release; `default` is in every namespace. Audited,
#   because charts are often told to use an account that others made; a suite lists those in `provided`.
# custom:
#   id: service-account-exists
#   severity: medium
#   enforcement: audit
#   judges: pods
#   live: false
#   standard:
#     name: Kubernetes, service accounts of Pods
#     reference: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
#   parameters:
#     provided: {description: "list of ServiceAccount/name that exist outside the release"}
#   remediation: |
#     ```yaml
#     apiVersion: v1
#     kind: ServiceAccount
#     metadata:
#       name: app
#     ```
package seatrial.prod_readiness.service_account_exists

import data.seatrial.lib.peers

deny contains denial if {
	some reference in input.links.references
	reference.kind == "ServiceAccount"
	not reference.found == true
	reference.name != "default"
	not peers.provided("ServiceAccount", reference.name)
	denial := {
		"message": sprintf(
			"ServiceAccount %v is not in the release; add it, or list ServiceAccount/%v in the parameter provided",
			[reference.name, reference.name],
		),
		"path": reference.path,
	}
}
