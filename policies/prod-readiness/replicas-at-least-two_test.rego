package seatrial.prod_readiness.replicas_at_least_two_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.replicas_at_least_two as rule

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

scaled(spec, scaler_spec) := fixture.linked(
	fixture.deployment(spec, []),
	{"scaled_by": [fixture.peer("autoscaling/v2", "HorizontalPodAutoscaler", "web", scaler_spec)]},
)

test_two_replicas_pass if {
	denied(fixture.deployment({"replicas": 2}, [])) == set()
	denied(fixture.stateful_set({"replicas": 3}, [])) == set()
}

test_fewer_are_denied if {
	denied(fixture.deployment({"replicas": 1}, [])) == {{
		"message": concat(" ", [
			"the number of replicas in production is 1, which leaves no spare;",
			"set spec.replicas to 2 or more",
		]),
		"path": "spec.replicas",
	}}
	every spec in [{}, {"replicas": null}, {"replicas": 0}, {"replicas": "3"}] {
		count(denied(fixture.stateful_set(spec, []))) == 1
	}
}

test_an_autoscalers_minimum_counts_instead if {
	denied(scaled({}, {"minReplicas": 2})) == set()
	denied(scaled({"replicas": 1}, {"minReplicas": 2})) == set()
	denied(scaled({"replicas": 5}, {"minReplicas": 1})) == {{
		"message": concat(" ", [
			"HorizontalPodAutoscaler \"web\" may go down to 1 in production, which leaves no spare;",
			"set minReplicas to 2 or more",
		]),
		"path": "spec.replicas",
	}}
	count(denied(scaled({}, {}))) == 1
}

test_only_what_stays_in_production_is_judged if {
	denied(fixture.development(fixture.deployment({}, []))) == set()
	denied(fixture.development(scaled({}, {}))) == set()
	denied(fixture.hook(fixture.deployment({}, []))) == set()
	denied(fixture.hook(scaled({}, {}))) == set()
}

test_other_kinds_are_not_judged if {
	denied(fixture.workload("apps/v1", "DaemonSet", {}, [])) == set()
	denied(fixture.workload("example.org/v1", "Deployment", {}, [])) == set()
	foreign := fixture.workload("example.org/v1", "Deployment", {}, [])
	denied(object.union(foreign, {"links": scaled({}, {}).links})) == set()
	denied(fixture.cron_job({}, {}, [])) == set()
}
