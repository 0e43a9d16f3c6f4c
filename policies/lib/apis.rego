# METADATA
# title: Old APIs
# description: |
#   Kinds of Kubernetes' own groups in versions that are deprecated or gone: the minor versions of Kubernetes 1 from
#   which they are deprecated and no longer served, what to write instead, and from which minor version that is served.
#   From the lifecycle tags in Kubernetes' Go types up to 1.37 and from its deprecation guide
#   (https://kubernetes.io/docs/reference/using-api/deprecation-guide/). Left out are what no manifest holds (reviews,
#   evictions, scales) and versions without a successor. Removals that lie ahead are Kubernetes' plans.
package seatrial.lib.apis

import data.seatrial.lib.kubernetes

# What is said of the object's kind; undefined for a kind that is as it should be. Most objects are of a stable
# version: those do not look into the table.
entry := old[input.object.apiVersion][input.object.kind] if candidate

candidate if contains(input.object.apiVersion, "beta")

candidate if contains(input.object.apiVersion, "alpha")

candidate if input.object.kind == "Endpoints"

# The API server no longer knows the kind.
gone if kubernetes.at_least(1, entry.removed)

# The API server takes the kind, warns, and knows what to write instead.
deprecated if {
	not gone
	kubernetes.at_least(1, entry.deprecated)
	kubernetes.at_least(1, entry.from)
}

old := {
	"admissionregistration.k8s.io/v1alpha1": {
		"MutatingAdmissionPolicy": {
			"deprecated": 35,
			"removed": 38,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 36,
		},
		"MutatingAdmissionPolicyBinding": {
			"deprecated": 35,
			"removed": 38,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 36,
		},
		"ValidatingAdmissionPolicy": {
			"deprecated": 29,
			"removed": 32,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 30,
		},
		"ValidatingAdmissionPolicyBinding": {
			"deprecated": 29,
			"removed": 32,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 30,
		},
	},
	"admissionregistration.k8s.io/v1beta1": {
		"MutatingAdmissionPolicy": {
			"deprecated": 37,
			"removed": 40,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 36,
		},
		"MutatingAdmissionPolicyBinding": {
			"deprecated": 37,
			"removed": 40,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 36,
		},
		"MutatingWebhookConfiguration": {
			"deprecated": 16,
			"removed": 22,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 16,
		},
		"ValidatingAdmissionPolicy": {
			"deprecated": 31,
			"removed": 34,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 30,
		},
		"ValidatingAdmissionPolicyBinding": {
			"deprecated": 31,
			"removed": 34,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 30,
		},
		"ValidatingWebhookConfiguration": {
			"deprecated": 16,
			"removed": 22,
			"instead": "admissionregistration.k8s.io/v1",
			"from": 16,
		},
	},
	"apiextensions.k8s.io/v1beta1": {
		"CustomResourceDefinition": {"deprecated": 16, "removed": 22, "instead": "apiextensions.k8s.io/v1", "from": 16},
	},
	"apiregistration.k8s.io/v1beta1": {
		"APIService": {"deprecated": 19, "removed": 22, "instead": "apiregistration.k8s.io/v1", "from": 10},
	},
	"apps/v1beta1": {
		"ControllerRevision": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
		"Deployment": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
		"StatefulSet": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
	},
	"apps/v1beta2": {
		"ControllerRevision": {"deprecated": 9, "removed": 16, "instead": "apps/v1", "from": 9},
		"DaemonSet": {"deprecated": 9, "removed": 16, "instead": "apps/v1", "from": 9},
		"Deployment": {"deprecated": 9, "removed": 16, "instead": "apps/v1", "from": 9},
		"ReplicaSet": {"deprecated": 9, "removed": 16, "instead": "apps/v1", "from": 9},
		"StatefulSet": {"deprecated": 9, "removed": 16, "instead": "apps/v1", "from": 9},
	},
	"autoscaling/v2beta1": {
		"HorizontalPodAutoscaler": {"deprecated": 22, "removed": 25, "instead": "autoscaling/v2", "from": 23},
	},
	"autoscaling/v2beta2": {
		"HorizontalPodAutoscaler": {"deprecated": 23, "removed": 26, "instead": "autoscaling/v2", "from": 23},
	},
	"batch/v1beta1": {
		"CronJob": {"deprecated": 21, "removed": 25, "instead": "batch/v1", "from": 21},
	},
	"batch/v2alpha1": {
		"CronJob": {"deprecated": 21, "removed": 21, "instead": "batch/v1", "from": 21},
	},
	"certificates.k8s.io/v1alpha1": {
		"ClusterTrustBundle": {"deprecated": 34, "removed": 37, "instead": "certificates.k8s.io/v1", "from": 37},
		"PodCertificateRequest": {"deprecated": 37, "removed": 40, "instead": "certificates.k8s.io/v1", "from": 37},
	},
	"certificates.k8s.io/v1beta1": {
		"CertificateSigningRequest": {"deprecated": 19, "removed": 22, "instead": "certificates.k8s.io/v1", "from": 19},
		"ClusterTrustBundle": {"deprecated": 37, "removed": 40, "instead": "certificates.k8s.io/v1", "from": 37},
		"PodCertificateRequest": {"deprecated": 37, "removed": 40, "instead": "certificates.k8s.io/v1", "from": 37},
	},
	"coordination.k8s.io/v1alpha2": {
		"LeaseCandidate": {"deprecated": 35, "removed": 38, "instead": "coordination.k8s.io/v1beta1", "from": 33},
	},
	"coordination.k8s.io/v1beta1": {
		"Lease": {"deprecated": 19, "removed": 22, "instead": "coordination.k8s.io/v1", "from": 14},
	},
	"discovery.k8s.io/v1beta1": {
		"EndpointSlice": {"deprecated": 21, "removed": 25, "instead": "discovery.k8s.io/v1", "from": 21},
	},
	"events.k8s.io/v1beta1": {
		"Event": {"deprecated": 22, "removed": 25, "instead": "events.k8s.io/v1", "from": 19},
	},
	"extensions/v1beta1": {
		"DaemonSet": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
		"Deployment": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
		"Ingress": {"deprecated": 14, "removed": 22, "instead": "networking.k8s.io/v1", "from": 19},
		"NetworkPolicy": {"deprecated": 9, "removed": 16, "instead": "networking.k8s.io/v1", "from": 7},
		"PodSecurityPolicy": {
			"deprecated": 10,
			"removed": 16,
			"instead": "pod-security.kubernetes.io labels on the namespace",
			"from": 23,
		},
		"ReplicaSet": {"deprecated": 8, "removed": 16, "instead": "apps/v1", "from": 9},
	},
	"flowcontrol.apiserver.k8s.io/v1beta1": {
		"FlowSchema": {"deprecated": 23, "removed": 26, "instead": "flowcontrol.apiserver.k8s.io/v1", "from": 29},
		"PriorityLevelConfiguration": {
			"deprecated": 23,
			"removed": 26,
			"instead": "flowcontrol.apiserver.k8s.io/v1",
			"from": 29,
		},
	},
	"flowcontrol.apiserver.k8s.io/v1beta2": {
		"FlowSchema": {"deprecated": 26, "removed": 29, "instead": "flowcontrol.apiserver.k8s.io/v1", "from": 29},
		"PriorityLevelConfiguration": {
			"deprecated": 26,
			"removed": 29,
			"instead": "flowcontrol.apiserver.k8s.io/v1",
			"from": 29,
		},
	},
	"flowcontrol.apiserver.k8s.io/v1beta3": {
		"FlowSchema": {"deprecated": 29, "removed": 32, "instead": "flowcontrol.apiserver.k8s.io/v1", "from": 29},
		"PriorityLevelConfiguration": {
			"deprecated": 29,
			"removed": 32,
			"instead": "flowcontrol.apiserver.k8s.io/v1",
			"from": 29,
		},
	},
	"networking.k8s.io/v1alpha1": {
		"IPAddress": {"deprecated": 30, "removed": 33, "instead": "networking.k8s.io/v1", "from": 33},
		"ServiceCIDR": {"deprecated": 30, "removed": 33, "instead": "networking.k8s.io/v1", "from": 33},
	},
	"networking.k8s.io/v1beta1": {
		"IPAddress": {"deprecated": 34, "removed": 37, "instead": "networking.k8s.io/v1", "from": 33},
		"Ingress": {"deprecated": 19, "removed": 22, "instead": "networking.k8s.io/v1", "from": 19},
		"IngressClass": {"deprecated": 19, "removed": 22, "instead": "networking.k8s.io/v1", "from": 19},
		"ServiceCIDR": {"deprecated": 34, "removed": 37, "instead": "networking.k8s.io/v1", "from": 33},
	},
	"node.k8s.io/v1beta1": {
		"RuntimeClass": {"deprecated": 22, "removed": 25, "instead": "node.k8s.io/v1", "from": 20},
	},
	"policy/v1beta1": {
		"PodDisruptionBudget": {"deprecated": 21, "removed": 25, "instead": "policy/v1", "from": 21},
		"PodSecurityPolicy": {
			"deprecated": 21,
			"removed": 25,
			"instead": "pod-security.kubernetes.io labels on the namespace",
			"from": 23,
		},
	},
	"rbac.authorization.k8s.io/v1beta1": {
		"ClusterRole": {"deprecated": 17, "removed": 22, "instead": "rbac.authorization.k8s.io/v1", "from": 8},
		"ClusterRoleBinding": {"deprecated": 17, "removed": 22, "instead": "rbac.authorization.k8s.io/v1", "from": 8},
		"Role": {"deprecated": 17, "removed": 22, "instead": "rbac.authorization.k8s.io/v1", "from": 8},
		"RoleBinding": {"deprecated": 17, "removed": 22, "instead": "rbac.authorization.k8s.io/v1", "from": 8},
	},
	"resource.k8s.io/v1alpha3": {
		"DeviceTaintRule": {"deprecated": 36, "removed": 39, "instead": "resource.k8s.io/v1", "from": 37},
	},
	"resource.k8s.io/v1beta1": {
		"DeviceClass": {"deprecated": 35, "removed": 38, "instead": "resource.k8s.io/v1", "from": 34},
		"ResourceClaim": {"deprecated": 35, "removed": 38, "instead": "resource.k8s.io/v1", "from": 34},
		"ResourceClaimTemplate": {"deprecated": 35, "removed": 38, "instead": "resource.k8s.io/v1", "from": 34},
		"ResourceSlice": {"deprecated": 35, "removed": 38, "instead": "resource.k8s.io/v1", "from": 34},
	},
	"resource.k8s.io/v1beta2": {
		"DeviceClass": {"deprecated": 36, "removed": 39, "instead": "resource.k8s.io/v1", "from": 34},
		"DeviceTaintRule": {"deprecated": 39, "removed": 42, "instead": "resource.k8s.io/v1", "from": 37},
		"ResourceClaim": {"deprecated": 36, "removed": 39, "instead": "resource.k8s.io/v1", "from": 34},
		"ResourceClaimTemplate": {"deprecated": 36, "removed": 39, "instead": "resource.k8s.io/v1", "from": 34},
		"ResourceSlice": {"deprecated": 36, "removed": 39, "instead": "resource.k8s.io/v1", "from": 34},
	},
	"scheduling.k8s.io/v1beta1": {
		"PriorityClass": {"deprecated": 14, "removed": 22, "instead": "scheduling.k8s.io/v1", "from": 14},
	},
	"storage.k8s.io/v1alpha1": {
		"CSIStorageCapacity": {"deprecated": 21, "removed": 24, "instead": "storage.k8s.io/v1", "from": 24},
		"VolumeAttachment": {"deprecated": 21, "removed": 24, "instead": "storage.k8s.io/v1", "from": 13},
		"VolumeAttributesClass": {"deprecated": 32, "removed": 35, "instead": "storage.k8s.io/v1", "from": 34},
	},
	"storage.k8s.io/v1beta1": {
		"CSIDriver": {"deprecated": 19, "removed": 22, "instead": "storage.k8s.io/v1", "from": 18},
		"CSIStorageCapacity": {"deprecated": 24, "removed": 27, "instead": "storage.k8s.io/v1", "from": 24},
		"StorageClass": {"deprecated": 19, "removed": 22, "instead": "storage.k8s.io/v1", "from": 6},
		"VolumeAttachment": {"deprecated": 19, "removed": 22, "instead": "storage.k8s.io/v1", "from": 13},
		"VolumeAttributesClass": {"deprecated": 34, "removed": 37, "instead": "storage.k8s.io/v1", "from": 34},
	},
	"storagemigration.k8s.io/v1alpha1": {
		"StorageVersionMigration": {
			"deprecated": 33,
			"removed": 36,
			"instead": "storagemigration.k8s.io/v1",
			"from": 37,
		},
	},
	"storagemigration.k8s.io/v1beta1": {
		"StorageVersionMigration": {
			"deprecated": 37,
			"removed": 40,
			"instead": "storagemigration.k8s.io/v1",
			"from": 37,
		},
	},
	"v1": {
		"Endpoints": {"deprecated": 33, "instead": "discovery.k8s.io/v1 EndpointSlice", "from": 21},
	},
}
