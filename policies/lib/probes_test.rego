package seatrial.lib.probes_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.lib.probes

subjects(input_value) := names if {
	names := {subject.name | some subject in probes.subjects} with input as input_value
}

containers := [
	base.container("app", "container", {}),
	base.container("init", "init", {}),
	base.container("debug", "ephemeral", {"restartPolicy": "Always"}),
	fixture.sidecar({}),
]

app := base.container("app", "container", {"ports": [
	{"name": "http", "containerPort": 8080},
	{"name": "twice", "containerPort": 1},
	{"name": "twice", "containerPort": 2},
]})

asked(probe) := probes.question(app, probe)

http(fields) := {"httpGet": fields}

test_containers_and_sidecars_of_long_running_pods_are_probed if {
	subjects(fixture.deployment({}, containers)) == {"app", "sidecar"}
	subjects(fixture.job({}, containers)) == set()
	subjects(fixture.hook(fixture.deployment({}, containers))) == set()
	subjects(fixture.object_of("v1", "Service", {})) == set()
}

test_a_probe_is_one_that_asks_something if {
	every handler in ["httpGet", "tcpSocket", "grpc", "exec"] {
		probes.has({"raw": {"livenessProbe": {handler: {}}}}, "livenessProbe")
	}
	not probes.has({"raw": {"livenessProbe": {"exec": {}}}}, "readinessProbe")
	not probes.has({"raw": {"livenessProbe": {"exec": null}}}, "livenessProbe")
	not probes.has({"raw": {"livenessProbe": {"periodSeconds": 5}}}, "livenessProbe")
	not probes.has({"raw": {"livenessProbe": {"other": {}}}}, "livenessProbe")
	not probes.has({"raw": {"livenessProbe": null}}, "livenessProbe")
	not probes.has({"raw": {"livenessProbe": "yes"}}, "livenessProbe")
}

test_what_is_not_said_of_attempts_is_what_kubernetes_fills_in if {
	probes.patience({}) == {"failureThreshold": 3, "periodSeconds": 10, "timeoutSeconds": 1}
	probes.patience({"failureThreshold": 0, "periodSeconds": null}) == probes.patience({})
	said := {"failureThreshold": 5, "periodSeconds": 20, "timeoutSeconds": 2}
	probes.patience(said) == said
}

test_one_question_can_be_written_in_several_ways if {
	asked(http({"port": "http"})) == asked(http({"port": 8080, "path": "/", "scheme": "HTTP", "host": ""}))
	asked(http({"port": 8080, "path": ""})) == asked(http({"port": 8080, "path": "/"}))
	asked({"tcpSocket": {"port": "http"}}) == asked({"tcpSocket": {"port": 8080, "host": ""}})
	asked({"grpc": {"port": 1}}) == asked({"grpc": {"port": 1, "service": null}})
	asked({"exec": {"command": ["a"]}}) == {"exec": ["a"]}
}

test_questions_differ_where_any_part_of_them_does if {
	asked(http({"port": 8080})) != asked(http({"port": 8081}))
	asked(http({"port": 8080})) != asked(http({"port": 8080, "path": "/ready"}))
	asked(http({"port": 8080})) != asked(http({"port": 8080, "scheme": "HTTPS"}))
	asked(http({"port": 8080})) != asked(http({"port": 8080, "host": "localhost"}))
	asked(http({"port": 8080})) != asked(http({"port": 8080, "httpHeaders": []}))
	asked(http({"port": 8080})) != asked({"tcpSocket": {"port": 8080}})
	asked({"tcpSocket": {"port": 1}}) != asked({"tcpSocket": {"port": 2}})
	asked({"tcpSocket": {"port": 1}}) != asked({"tcpSocket": {"port": 1, "host": "localhost"}})
	asked({"grpc": {"port": 1}}) != asked({"grpc": {"port": 2}})
	asked({"grpc": {"port": 1}}) != asked({"grpc": {"port": 1, "service": "ready"}})
	asked({"exec": {"command": ["a"]}}) != asked({"exec": {"command": ["b"]}})
}

test_a_probe_that_asks_nothing_has_no_question if {
	not asked({})
	not asked(http({}))
	not asked({"exec": null})
}

test_a_name_that_no_port_has_or_two_have_stays_a_name if {
	probes.port(app, "other") == "other"
	probes.port(app, "twice") == "twice"
	probes.port({"raw": {"ports": null}}, "http") == "http"
	probes.port(app, 80) == 80
}
