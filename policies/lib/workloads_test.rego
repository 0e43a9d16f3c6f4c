package seatrial.lib.workloads_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.lib.workloads

autoscaler(spec) := fixture.peer("autoscaling/v2", "HorizontalPodAutoscaler", "fixture", spec)

replicas(spec, autoscalers) := number if {
	scaled := fixture.linked(fixture.deployment(spec, []), {"scaled_by": autoscalers})
	number := workloads.replicas with input as scaled
}

of_policy(policy) := object.union(fixture.workload("v1", "Pod", {}, []), {"pod": {"spec": {"restartPolicy": policy}}})

test_deployments_and_pods_run_for_good if {
	workloads.long_running with input as fixture.deployment({}, [])
	workloads.long_running with input as fixture.workload("v1", "Pod", {}, [])
	workloads.long_running with input as of_policy("Always")
	workloads.long_running with input as of_policy(null)
}

test_jobs_hooks_and_pods_that_end_do_not if {
	not workloads.long_running with input as fixture.job({}, [])
	not workloads.long_running with input as fixture.cron_job({}, {}, [])
	not workloads.long_running with input as fixture.hook(fixture.deployment({}, []))
	not workloads.long_running with input as of_policy("Never")
	not workloads.long_running with input as of_policy("OnFailure")
}

test_deployments_and_stateful_sets_of_apps_are_replicated if {
	workloads.replicated with input as fixture.deployment({}, [])
	workloads.replicated with input as fixture.stateful_set({}, [])
	not workloads.replicated with input as fixture.workload("apps/v1", "DaemonSet", {}, [])
	not workloads.replicated with input as fixture.workload("example.org/v1", "Deployment", {}, [])
}

test_what_an_object_says_of_its_replicas_counts_and_is_one_where_it_says_nothing if {
	replicas({"replicas": 3}, []) == 3
	replicas({"replicas": 0}, []) == 0
	replicas({}, []) == 1
	replicas({"replicas": null}, []) == 1
	replicas({"replicas": "3"}, []) == 1
	workloads.replicas == 1 with input as {"object": {"spec": null}}
}

test_the_least_minimum_of_the_autoscalers_counts_where_there_are_any if {
	replicas({"replicas": 5}, [autoscaler({"minReplicas": 2})]) == 2
	replicas({"replicas": 5}, [autoscaler({"minReplicas": 4}), autoscaler({"minReplicas": 3})]) == 3
	replicas({"replicas": 5}, [autoscaler({})]) == 1
	replicas({"replicas": 5}, [autoscaler({"minReplicas": null})]) == 1
}
