package seatrial.prod_readiness.probe_port_exists_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.probe_port_exists as rule

ports := [{"name": "http", "containerPort": 8080}, {"name": "admin", "containerPort": 9000}, {"containerPort": 1}]

asking(port) := {"readinessProbe": {"httpGet": {"path": "/", "port": port}}}

denied(raw) := denials if {
	denials := rule.deny with input as fixture.deployment({}, [base.container("app", "container", raw)])
}

test_a_declared_name_and_any_number_pass if {
	denied(object.union(asking("http"), {"ports": ports})) == set()
	denied(object.union(asking(1234), {"ports": ports})) == set()
	denied(asking(1234)) == set()
}

test_a_name_that_is_not_declared_is_denied if {
	denied(object.union(asking("web"), {"ports": ports})) == {{
		"message": concat(" ", [
			"readinessProbe of container \"app\" asks port \"web\", which the container does not declare;",
			"write one of admin, http",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].readinessProbe.httpGet.port",
	}}
}

test_a_container_without_ports_is_told_to_declare_them if {
	every given in [{}, {"ports": null}, {"ports": []}, {"ports": "http"}, {"ports": [null]}] {
		some denial in denied(object.union(asking("http"), given))
		endswith(denial.message, "does not declare; name it in ports")
	}
}

test_every_probe_and_handler_with_a_port_is_judged if {
	handler := {"tcpSocket": {"port": "x"}, "httpGet": {"port": "x"}}
	denials := denied({"startupProbe": handler, "readinessProbe": handler, "livenessProbe": handler})
	count({denial.path | some denial in denials}) == 6
}

test_a_name_of_another_container_does_not_count if {
	other := base.container("other", "container", {"ports": ports})
	asks := base.container("app", "container", asking("http"))
	count(rule.deny) == 1 with input as fixture.deployment({}, [asks, other])
}

test_what_asks_nothing_passes if {
	every probe in [null, {}, {"httpGet": null}, {"exec": {"command": ["true"]}}, {"grpc": {"port": 1}}, "yes"] {
		denied({"livenessProbe": probe}) == set()
	}
}

test_sidecars_are_judged_and_hooks_and_jobs_are_not if {
	app := base.container("app", "container", asking("http"))
	count(rule.deny) == 1 with input as fixture.deployment({}, [fixture.sidecar(asking("http"))])
	count(rule.deny) == 0 with input as fixture.hook(fixture.deployment({}, [app]))
	count(rule.deny) == 0 with input as fixture.job({}, [app])
	count(rule.deny) == 0 with input as fixture.cron_job({}, {}, [app])
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.object_of("v1", "Service", {})
}
