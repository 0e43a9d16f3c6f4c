package seatrial.lib.apis_test

import data.seatrial.lib.apis
import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture

at(api_version, kind, minor) := base.for_minor(fixture.object_of(api_version, kind, {}), minor)

test_stable_versions_and_kinds_of_others_are_not_in_the_table if {
	not apis.entry with input as at("apps/v1", "Deployment", 36)
	not apis.entry with input as at("v1", "Service", 36)
	not apis.entry with input as at("example.org/v1beta1", "Deployment", 36)
	not apis.entry with input as at("apps/v1beta1", "Something", 36)
	not apis.entry with input as at(null, "Deployment", 36)
	not apis.entry with input as {}
}

test_betas_alphas_and_endpoints_are if {
	apis.entry.instead == "apps/v1" with input as at("apps/v1beta1", "Deployment", 36)
	apis.entry.instead == "storage.k8s.io/v1" with input as at("storage.k8s.io/v1alpha1", "VolumeAttachment", 36)
	apis.entry.instead == "discovery.k8s.io/v1 EndpointSlice" with input as at("v1", "Endpoints", 36)
}

test_a_version_is_deprecated_first_and_then_gone if {
	not apis.deprecated with input as at("batch/v1beta1", "CronJob", 20)
	apis.deprecated with input as at("batch/v1beta1", "CronJob", 21)
	not apis.gone with input as at("batch/v1beta1", "CronJob", 24)
	apis.deprecated with input as at("batch/v1beta1", "CronJob", 24)
	apis.gone with input as at("batch/v1beta1", "CronJob", 25)
	not apis.deprecated with input as at("batch/v1beta1", "CronJob", 25)
}

test_a_version_is_not_called_deprecated_before_there_is_something_better if {
	# v1 of it came in 1.36.
	not apis.deprecated with input as at("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 35)
	apis.deprecated with input as at("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 36)
}

test_what_has_no_end_is_never_gone if {
	apis.deprecated with input as at("v1", "Endpoints", 33)
	not apis.deprecated with input as at("v1", "Endpoints", 32)
	not apis.gone with input as at("v1", "Endpoints", 99)
}

# Minor versions in which some kinds were removed, by the deprecation guide.
test_the_table_knows_the_removals_of_the_guide if {
	every api_version, kinds in guide {
		every kind, minor in kinds {
			apis.gone with input as at(api_version, kind, minor)
			not apis.gone with input as at(api_version, kind, minor - 1)
		}
	}
}

guide := {
	"extensions/v1beta1": {"Deployment": 16, "DaemonSet": 16, "NetworkPolicy": 16, "Ingress": 22},
	"apps/v1beta2": {"StatefulSet": 16, "ReplicaSet": 16},
	"apiextensions.k8s.io/v1beta1": {"CustomResourceDefinition": 22},
	"apiregistration.k8s.io/v1beta1": {"APIService": 22},
	"admissionregistration.k8s.io/v1beta1": {"ValidatingWebhookConfiguration": 22},
	"networking.k8s.io/v1beta1": {"Ingress": 22, "IngressClass": 22},
	"rbac.authorization.k8s.io/v1beta1": {"Role": 22, "ClusterRoleBinding": 22},
	"scheduling.k8s.io/v1beta1": {"PriorityClass": 22},
	"discovery.k8s.io/v1beta1": {"EndpointSlice": 25},
	"policy/v1beta1": {"PodDisruptionBudget": 25, "PodSecurityPolicy": 25},
	"node.k8s.io/v1beta1": {"RuntimeClass": 25},
	"autoscaling/v2beta1": {"HorizontalPodAutoscaler": 25},
	"autoscaling/v2beta2": {"HorizontalPodAutoscaler": 26},
	"storage.k8s.io/v1beta1": {"CSIStorageCapacity": 27},
	"flowcontrol.apiserver.k8s.io/v1beta2": {"FlowSchema": 29},
	"flowcontrol.apiserver.k8s.io/v1beta3": {"FlowSchema": 32, "PriorityLevelConfiguration": 32},
}
