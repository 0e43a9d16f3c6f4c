package seatrial.prod_readiness.anti_affinity_or_spread_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.anti_affinity_or_spread as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

several(pod_spec) := base.with_spec(fixture.deployment({"replicas": 3}, []), pod_spec)

anti_affinity(strength, terms) := {"affinity": {"podAntiAffinity": {
	concat("", [strength, "DuringSchedulingIgnoredDuringExecution"]): terms,
}}}

test_a_spread_constraint_or_an_anti_affinity_passes if {
	denied(several({"topologySpreadConstraints": [{"maxSkew": 1}]})) == set()
	denied(several(anti_affinity("required", [{"topologyKey": "zone"}]))) == set()
	denied(several(anti_affinity("preferred", [{"weight": 1}]))) == set()
}

test_neither_is_denied if {
	denied(several({})) == {{
		"message": concat(" ", [
			"3 replicas may all run on one node;",
			"add topologySpreadConstraints or a podAntiAffinity",
		]),
		"path": "spec.template.spec",
	}}
}

test_what_says_nothing_does_not_count if {
	every spec in [
		{"topologySpreadConstraints": []},
		{"topologySpreadConstraints": null},
		{"affinity": null},
		{"affinity": {"podAntiAffinity": {}}},
		{"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{}]}}},
		{"affinity": {"nodeAffinity": {}}},
		anti_affinity("required", []),
		anti_affinity("preferred", null),
	] {
		count(denied(several(spec))) == 1
	}
}

test_one_replica_needs_neither if {
	denied(fixture.deployment({"replicas": 1}, [])) == set()
	denied(fixture.deployment({}, [])) == set()
}

test_the_minimum_of_an_autoscaler_counts if {
	scaler := fixture.peer("autoscaling/v2", "HorizontalPodAutoscaler", "web", {"minReplicas": 2})
	count(denied(fixture.linked(fixture.stateful_set({}, []), {"scaled_by": [scaler]}))) == 1
}

test_only_what_stays_in_production_is_judged if {
	denied(fixture.development(several({}))) == set()
	denied(fixture.hook(several({}))) == set()
}

test_other_kinds_are_not_judged if {
	denied(fixture.workload("apps/v1", "DaemonSet", {"spec": {"replicas": 3}}, [])) == set()
}
