package seatrial.prod_readiness.probes_not_identical_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.probes_not_identical as rule

probe(fields) := object.union({"httpGet": {"path": "/health", "port": "http"}}, fields)

probed(liveness, readiness) := base.container("app", "container", {
	"ports": [{"name": "http", "containerPort": 8080}],
	"livenessProbe": liveness,
	"readinessProbe": readiness,
})

denied(liveness, readiness) := denials if {
	denials := rule.deny with input as fixture.deployment({}, [probed(liveness, readiness)])
}

test_the_same_question_with_the_same_patience_is_denied if {
	denied(probe({}), probe({})) == {{
		"message": concat(" ", [
			"liveness and readiness of container \"app\" ask the same with the same patience;",
			"ask another path, or set a higher failureThreshold for liveness",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].livenessProbe",
	}}
}

test_what_is_not_said_equals_what_kubernetes_fills_in if {
	count(denied(probe({"failureThreshold": 3, "httpGet": {"port": 8080}}), probe({}))) == 1
	count(denied(probe({"initialDelaySeconds": 30}), probe({}))) == 1
}

test_another_question_or_another_patience_passes if {
	denied(probe({"httpGet": {"path": "/live"}}), probe({})) == set()
	denied(probe({"failureThreshold": 6}), probe({})) == set()
	denied(probe({"periodSeconds": 20}), probe({})) == set()
}

test_one_probe_alone_passes if {
	denied(probe({}), null) == set()
	denied(null, null) == set()
	denied({}, {}) == set()
	denied("yes", "yes") == set()
}

test_sidecars_are_judged_and_hooks_and_jobs_are_not if {
	twin := {"livenessProbe": probe({}), "readinessProbe": probe({})}
	count(rule.deny) == 1 with input as fixture.deployment({}, [fixture.sidecar(twin)])
	count(rule.deny) == 0 with input as fixture.deployment({}, [base.container("init", "init", twin)])
	count(rule.deny) == 0 with input as fixture.hook(fixture.deployment({}, [probed(probe({}), probe({}))]))
	count(rule.deny) == 0 with input as fixture.job({}, [probed(probe({}), probe({}))])
	count(rule.deny) == 0 with input as fixture.cron_job({}, {}, [probed(probe({}), probe({}))])
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.object_of("v1", "Service", {})
}
