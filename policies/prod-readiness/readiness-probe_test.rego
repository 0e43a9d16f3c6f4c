package seatrial.prod_readiness.readiness_probe_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.readiness_probe as rule

app(raw) := fixture.served(base.container("app", "container", raw), true)

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_served_container_with_a_readiness_probe_passes if {
	every handler in ["httpGet", "tcpSocket", "grpc", "exec"] {
		denied(fixture.deployment({}, [app({"readinessProbe": {handler: {"port": 80}}})])) == set()
	}
}

test_a_served_container_without_one_is_denied if {
	denied(fixture.deployment({}, [app({})])) == {{
		"message": concat(" ", [
			"container \"app\" gets a Service's traffic and has no readiness probe;",
			"give it a readinessProbe",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].readinessProbe",
	}}
}

test_another_probe_or_one_that_asks_nothing_does_not_count if {
	every raw in [
		{"livenessProbe": {"httpGet": {"port": 80}}},
		{"readinessProbe": null},
		{"readinessProbe": {}},
		{"readinessProbe": {"periodSeconds": 5}},
		{"readinessProbe": "yes"},
	] {
		count(denied(fixture.deployment({}, [app(raw)]))) == 1
	}
}

test_what_is_not_served_needs_none if {
	denied(fixture.deployment({}, [base.container("app", "container", {})])) == set()
	denied(fixture.deployment({}, [fixture.served(base.container("app", "container", {}), false)])) == set()
}

test_of_init_containers_only_sidecars_are_judged_and_ephemeral_ones_are_not if {
	containers := [
		fixture.served(base.container("init", "init", {}), true),
		fixture.served(base.container("debug", "ephemeral", {}), true),
		fixture.served(fixture.sidecar({}), true),
	]
	{denial.container | some denial in denied(fixture.deployment({}, containers))} == {"sidecar"}
}

test_hooks_jobs_and_cron_jobs_need_none if {
	denied(fixture.hook(fixture.deployment({}, [app({})]))) == set()
	denied(fixture.job({}, [app({})])) == set()
	denied(fixture.cron_job({}, {}, [app({})])) == set()
}

test_an_object_without_a_pod_gives_nothing if {
	denied(fixture.object_of("v1", "Service", {})) == set()
}
