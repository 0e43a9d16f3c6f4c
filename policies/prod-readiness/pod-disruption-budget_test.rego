package seatrial.prod_readiness.pod_disruption_budget_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.pod_disruption_budget as rule

budget_peer(spec) := fixture.peer("policy/v1", "PodDisruptionBudget", "web", spec)

guarded(workload, budget_spec) := fixture.linked(workload, {"selected_by": [
	fixture.peer("v1", "Service", "web", {}),
	budget_peer(budget_spec),
]})

scaled(spec, minimum) := fixture.linked(
	fixture.deployment(spec, []),
	{"scaled_by": [fixture.peer("autoscaling/v2", "HorizontalPodAutoscaler", "web", {"minReplicas": minimum})]},
)

# A budget that selects Deployments with these specs.
budget(spec, selected) := fixture.linked(
	fixture.object_of("policy/v1", "PodDisruptionBudget", {"spec": spec}),
	{"selects": [fixture.peer("apps/v1", "Deployment", "web", one) | some one in selected]},
)

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_workload_under_a_budget_passes if {
	denied(guarded(fixture.deployment({"replicas": 3}, []), {"maxUnavailable": 1})) == set()
	denied(guarded(fixture.stateful_set({"replicas": 3}, []), {"minAvailable": 2})) == set()
	denied(guarded(scaled({}, 3), {"minAvailable": 2})) == set()
}

test_several_replicas_without_a_budget_are_denied if {
	service := fixture.peer("v1", "Service", "web", {})
	denied(fixture.linked(fixture.deployment({"replicas": 3}, []), {"selected_by": [service]})) == {{
		"message": "a drain may evict all 3 replicas at once; add a PodDisruptionBudget that selects them",
		"path": "spec.replicas",
	}}
	count(denied(fixture.stateful_set({"replicas": 2}, []))) == 1
	count(denied(scaled({}, 2))) == 1
}

test_one_replica_or_none_needs_no_budget if {
	every spec in [{}, {"replicas": 1}, {"replicas": 0}, {"replicas": null}] {
		denied(fixture.deployment(spec, [])) == set()
	}
	denied(scaled({"replicas": 3}, 1)) == set()
}

test_a_budget_that_wants_all_that_an_autoscaler_keeps_is_denied if {
	denied(guarded(scaled({}, 2), {"minAvailable": 2})) == {{
		"message": concat(" ", [
			"PodDisruptionBudget \"web\" lets none of the least number of replicas (2) be evicted;",
			"write maxUnavailable: 1 there",
		]),
		"path": "spec.replicas",
	}}
	count(denied(guarded(scaled({}, 1), {"minAvailable": "50%"}))) == 1
	count(denied(guarded(fixture.deployment({}, []), {"minAvailable": 1}))) == 1
}

test_a_blocked_drain_is_told_once if {
	denied(guarded(fixture.deployment({"replicas": 2}, []), {"minAvailable": 2})) == set()
	denied(guarded(scaled({}, 2), {"maxUnavailable": 0})) == set()
}

test_a_budget_that_allows_nothing_is_denied_whatever_it_selects if {
	denied(budget({"maxUnavailable": 0}, [{}])) == {{
		"message": concat(" ", [
			"maxUnavailable: 0 lets no Pod be evicted, so that no node can be drained;",
			"write maxUnavailable: 1",
		]),
		"path": "spec.maxUnavailable",
	}}
	count(denied(budget({"maxUnavailable": "0%"}, []))) == 1
	count(denied(budget({"minAvailable": "100%"}, [{}]))) == 1
}

test_a_budget_that_wants_as_many_as_there_are_is_denied if {
	{denial.path | some denial in denied(budget({"minAvailable": 2}, [{"replicas": 2}]))} == {"spec.minAvailable"}
	count(denied(budget({"minAvailable": 1}, [{"replicas": 1}]))) == 1
	count(denied(budget({"minAvailable": "67%"}, [{"replicas": 2}]))) == 1
}

test_a_budget_that_leaves_one_to_evict_passes if {
	denied(budget({"minAvailable": 1}, [{"replicas": 2}])) == set()
	denied(budget({"minAvailable": 2}, [{"replicas": 2}, {"replicas": 1}])) == set()
	denied(budget({"maxUnavailable": "10%"}, [{"replicas": 2}])) == set()
	denied(budget({}, [{"replicas": 2}])) == set()
}

test_a_number_that_is_not_known_here_is_not_judged_here if {
	denied(budget({"minAvailable": 2}, [{}])) == set()
	denied(budget({"minAvailable": 2}, [{"replicas": 2}, {"replicas": null}])) == set()
	denied(budget({"minAvailable": 2}, [])) == set()
	denied(budget({"minAvailable": 2}, [{"replicas": 0}])) == set()
}

test_only_what_stays_in_production_is_judged if {
	every change in ["hook", "development"] {
		every one in [
			fixture.deployment({"replicas": 3}, []),
			guarded(scaled({}, 2), {"minAvailable": 2}),
			budget({"maxUnavailable": 0}, []),
		] {
			denied(object.union(one, changes[change])) == set()
		}
	}
}

changes := {"hook": {"hook": true}, "development": {"production": false}}

test_other_kinds_are_not_judged if {
	denied(fixture.workload("apps/v1", "DaemonSet", {"spec": {"replicas": 3}}, [])) == set()
	daemon_set := fixture.workload("apps/v1", "DaemonSet", {"spec": {}}, [])
	denied(guarded(daemon_set, {"minAvailable": 1})) == set()
	foreign := fixture.object_of("example.org/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 0}})
	denied(foreign) == set()
	denied(fixture.object_of("policy/v1", "PodSecurityPolicy", {"spec": {"maxUnavailable": 0}})) == set()
}
