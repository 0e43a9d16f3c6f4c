package seatrial.prod_readiness.resource_policy_keep_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.resource_policy_keep as rule

annotated(value) := {"metadata": {"annotations": {"helm.sh/resource-policy": value}}}

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

kept(api_version, kind) := fixture.object_of(api_version, kind, annotated("keep"))

test_what_holds_data_may_be_kept if {
	denied(kept("v1", "PersistentVolumeClaim")) == set()
	denied(kept("v1", "Secret")) == set()
	denied(kept("apiextensions.k8s.io/v1", "CustomResourceDefinition")) == set()
	denied(kept("example.org/v1", "Database")) == set()
}

test_what_listens_or_grants_may_not if {
	denied(kept("rbac.authorization.k8s.io/v1", "ClusterRole")) == {{
		"message": "this ClusterRole stays behind after an uninstall; remove helm.sh/resource-policy",
		"path": "metadata.annotations",
	}}
	count(denied(kept("v1", "Service"))) == 1
}

test_what_runs_may_not if {
	count(denied(fixture.workload("apps/v1", "Deployment", annotated("keep"), []))) == 1
	count(denied(fixture.workload("argoproj.io/v1alpha1", "Rollout", annotated(" Keep"), []))) == 1
}

test_a_value_that_helm_reads_in_two_ways_is_denied_everywhere if {
	denied(fixture.object_of("v1", "PersistentVolumeClaim", annotated("retain"))) == {{
		"message": concat(" ", [
			"uninstall keeps this object and upgrade deletes it with helm.sh/resource-policy: retain;",
			"write keep, or remove it",
		]),
		"path": "metadata.annotations",
	}}
	count(denied(fixture.object_of("v1", "Secret", annotated("Keep")))) == 1
	count(denied(fixture.object_of("v1", "Service", annotated("retain")))) == 1
}

test_no_annotation_passes if {
	denied(fixture.deployment({}, [])) == set()
	every annotations in [null, {}, {"helm.sh/resource-policy": null}, "keep"] {
		denied(fixture.object_of("v1", "Service", {"metadata": {"annotations": annotations}})) == set()
		denied(fixture.object_of("v1", "Secret", {"metadata": {"annotations": annotations}})) == set()
	}
}

test_hooks_have_policies_of_their_own if {
	denied(fixture.hook(kept("v1", "Service"))) == set()
	denied(fixture.hook(fixture.object_of("v1", "Service", annotated("retain")))) == set()
}
