package seatrial.prod_readiness.deprecated_api_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.deprecated_api as rule

denied(api_version, kind, minor) := denials if {
	denials := rule.deny with input as base.for_minor(fixture.object_of(api_version, kind, {}), minor)
}

test_stable_versions_pass if {
	denied("apps/v1", "Deployment", 36) == set()
	denied("policy/v1", "PodDisruptionBudget", 36) == set()
	denied("example.org/v1beta1", "Ingress", 36) == set()
}

test_a_version_that_is_gone_is_denied if {
	denied("policy/v1beta1", "PodDisruptionBudget", 36) == {{
		"message": concat(" ", [
			"policy/v1beta1 PodDisruptionBudget is not served any more, since Kubernetes 1.25;",
			"write policy/v1",
		]),
		"path": "apiVersion",
	}}
}

test_a_version_that_is_deprecated_is_denied_and_called_so if {
	denied("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 31) == {{
		"message": concat(" ", [
			"flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema is still served,",
			"but deprecated since Kubernetes 1.29 and to go with 1.32; write flowcontrol.apiserver.k8s.io/v1",
		]),
		"path": "apiVersion",
	}}
}

test_what_has_no_end_is_told_without_one if {
	some denial in denied("v1", "Endpoints", 36)
	denial.message == concat(" ", [
		"v1 Endpoints is still served, but deprecated since Kubernetes 1.33;",
		"write discovery.k8s.io/v1 EndpointSlice",
	])
}

test_a_version_that_was_fine_then_passes if {
	denied("batch/v1beta1", "CronJob", 20) == set()
}

test_hooks_are_judged if {
	count(rule.deny) == 1 with input as fixture.hook(fixture.object_of("batch/v1beta1", "CronJob", {}))
}

test_an_object_without_names_passes if {
	denied(null, null, 36) == set()
	count(rule.deny) == 0 with input as {}
}
