package seatrial.prod_readiness.liveness_probe_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.liveness_probe as rule

app(raw) := base.container("app", "container", raw)

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_container_with_a_liveness_probe_passes if {
	every handler in ["httpGet", "tcpSocket", "grpc", "exec"] {
		denied(fixture.deployment({}, [app({"livenessProbe": {handler: {"port": 80}}})])) == set()
	}
}

test_a_container_without_one_is_denied_served_or_not if {
	denied(fixture.deployment({}, [app({"readinessProbe": {"exec": {}}})])) == {{
		"message": "container \"app\" is not restarted when it hangs; give it a livenessProbe",
		"container": "app",
		"path": "spec.template.spec.containers[0].livenessProbe",
	}}
}

test_a_probe_that_asks_nothing_does_not_count if {
	every probe in [null, {}, {"periodSeconds": 5}, "yes"] {
		count(denied(fixture.deployment({}, [app({"livenessProbe": probe})]))) == 1
	}
}

test_of_init_containers_only_sidecars_are_judged_and_ephemeral_ones_are_not if {
	containers := [
		base.container("init", "init", {}),
		base.container("debug", "ephemeral", {}),
		fixture.sidecar({}),
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
