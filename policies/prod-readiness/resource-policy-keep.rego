# METADATA
# title: Only data should be kept after an uninstall
# description: |
#   Helm leaves an object with `helm.sh/resource-policy: keep` behind when a release is uninstalled, or no longer
#   renders it, and no release owns it from then on. That is wanted for what cannot be made again: volumes and their
#   claims, CustomResourceDefinitions, Namespaces, generated Secrets, ConfigMaps, custom resources. It surprises on
#   what runs, listens, grants or intercepts, and those are denied: everything with a Pod, Services, Ingresses,
#   ServiceAccounts, RBAC, webhooks, APIServices, autoscalers, disruption budgets and NetworkPolicies. Denied on any
#   object is a value other than keep, to the letter: an uninstall leaves the object all the same and does not mention
#   it, and an upgrade that no longer renders it deletes it. Hooks are exempt, as their own policies decide.
# custom:
#   id: resource-policy-keep
#   severity: low
#   enforcement: audit
#   judges: objects
#   standard:
#     name: Helm, telling Helm not to uninstall a resource
#     reference: https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource
#   remediation: |
#     Remove the annotation, or keep what holds the data instead:
#     ```yaml
#     kind: PersistentVolumeClaim
#     metadata:
#       annotations:
#         helm.sh/resource-policy: keep
#     ```
package seatrial.prod_readiness.resource_policy_keep

import data.seatrial.lib.objects

deny contains denial if {
	policy
	surprising
	denial := {
		"message": sprintf("this %s stays behind after an uninstall; remove helm.sh/resource-policy", [input.object.kind]),
		"path": "metadata.annotations",
	}
}

deny contains denial if {
	policy != "keep"
	not surprising
	denial := {
		"message": sprintf(
			"uninstall keeps this object and upgrade deletes it with helm.sh/resource-policy: %v; write keep, or remove it",
			[policy],
		),
		"path": "metadata.annotations",
	}
}

policy := value if {
	value := input.object.metadata.annotations["helm.sh/resource-policy"]
	is_string(value)
	objects.stays
}

surprising if input.pod

surprising if input.object.kind in {
	"Service",
	"Ingress",
	"ServiceAccount",
	"Role",
	"ClusterRole",
	"RoleBinding",
	"ClusterRoleBinding",
	"MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration",
	"APIService",
	"HorizontalPodAutoscaler",
	"PodDisruptionBudget",
	"NetworkPolicy",
}
