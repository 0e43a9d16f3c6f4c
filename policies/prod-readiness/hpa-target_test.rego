package seatrial.prod_readiness.hpa_target_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.hpa_target as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

autoscaler := fixture.object_of("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": {"scaleTargetRef": {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"name": "web",
}}})

aimed := object.union(autoscaler, {"links": {"target": fixture.pods("web", [])}})

scaled(workload) := fixture.linked(
	workload,
	{"scaled_by": [fixture.peer("autoscaling/v2", "HorizontalPodAutoscaler", "web", {})]},
)

test_a_target_in_the_release_passes if {
	denied(aimed) == set()
}

test_a_target_that_the_release_lacks_is_denied if {
	denied(autoscaler) == {{
		"message": concat(" ", [
			"the autoscaler's target Deployment web is not in the release;",
			"name a workload that is, or remove the autoscaler",
		]),
		"path": "spec.scaleTargetRef",
	}}
}

test_an_autoscaler_that_names_nothing_is_denied if {
	every spec in [{}, {"scaleTargetRef": null}, {"scaleTargetRef": "web"}] {
		some denial in denied(fixture.object_of("autoscaling/v2", "HorizontalPodAutoscaler", {"spec": spec}))
		contains(denial.message, "(unnamed) (unnamed)")
	}
}

test_a_scaled_workload_without_replicas_passes if {
	denied(scaled(fixture.deployment({}, []))) == set()
	denied(scaled(fixture.deployment({"replicas": null}, []))) == set()
}

test_a_scaled_workload_with_replicas_is_denied if {
	denied(scaled(fixture.deployment({"replicas": 1}, []))) == {{
		"message": concat(" ", [
			"replicas is set although HorizontalPodAutoscaler \"web\" decides them;",
			"leave spec.replicas out",
		]),
		"path": "spec.replicas",
	}}
	count(denied(scaled(fixture.stateful_set({"replicas": 5}, [])))) == 1
	count(denied(scaled(fixture.deployment({"replicas": "3"}, [])))) == 1
	count(denied(scaled(fixture.deployment({"replicas": 0}, [])))) == 1
}

test_a_workload_that_nothing_scales_sets_its_replicas if {
	denied(fixture.deployment({"replicas": 1}, [])) == set()
}

test_every_profile_is_judged_and_hooks_are_not if {
	count(denied(fixture.development(autoscaler))) == 1
	count(denied(fixture.development(scaled(fixture.deployment({"replicas": 1}, []))))) == 1
	denied(fixture.hook(autoscaler)) == set()
	denied(fixture.hook(scaled(fixture.deployment({"replicas": 1}, [])))) == set()
}

test_kinds_of_other_groups_are_not_judged if {
	denied(fixture.object_of("example.org/v1", "HorizontalPodAutoscaler", {"spec": {}})) == set()
	denied(scaled(fixture.workload("example.org/v1", "Deployment", {"spec": {"replicas": 1}}, []))) == set()
	denied(fixture.object_of("autoscaling/v1", "Scale", {"spec": {}})) == set()
}
