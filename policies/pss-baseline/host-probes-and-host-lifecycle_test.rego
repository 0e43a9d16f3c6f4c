package seatrial.pss_baseline.host_probes_and_host_lifecycle_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.host_probes_and_host_lifecycle as rule

with_raw(raw) := fixture.input_of([fixture.container("app", "container", raw)])

denied(raw) := denials if {
	denials := rule.deny with input as with_raw(raw)
}

# Every place where a host can stand, as steps from the container.
places := [place |
	some holder in [
		["livenessProbe"], ["readinessProbe"], ["startupProbe"],
		["lifecycle", "postStart"], ["lifecycle", "preStop"],
	]
	some action in ["httpGet", "tcpSocket"]
	place := array.concat(holder, [action, "host"])
]

# A container with this host at one of them.
hosted(["lifecycle", moment, action, "host"], host) := {"lifecycle": {moment: {action: {"port": 80, "host": host}}}}

hosted([probe, action, "host"], host) := {probe: {action: {"port": 80, "host": host}}}

test_a_probe_that_asks_elsewhere_is_denied if {
	denied(hosted(["livenessProbe", "httpGet", "host"], "127.0.0.1")) == {{
		"message": concat(" ", [
			"livenessProbe.httpGet of container \"app\" makes the node call host \"127.0.0.1\";",
			"remove host, so that the Pod itself is asked",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].livenessProbe.httpGet.host",
	}}
}

test_a_lifecycle_hook_that_asks_elsewhere_is_denied if {
	denied(hosted(["lifecycle", "preStop", "tcpSocket", "host"], "example.org")) == {{
		"message": concat(" ", [
			"lifecycle.preStop.tcpSocket of container \"app\" makes the node call host \"example.org\";",
			"remove host, so that the Pod itself is asked",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].lifecycle.preStop.tcpSocket.host",
	}}
}

test_a_host_is_found_at_every_place if {
	count(places) == 10
	every place in places {
		denials := denied(hosted(place, "localhost"))
		path := sprintf("spec.template.spec.containers[0].%s", [concat(".", place)])
		{denial.path | some denial in denials} == {path}
	}
}

test_empty_null_and_silence_pass if {
	every place in places {
		denied(hosted(place, "")) == set()
		denied(hosted(place, null)) == set()
	}
	denied({}) == set()
	every nothing in [null, {}, {"httpGet": null}, {"httpGet": {"port": 80}}, {"exec": {"command": ["true"]}}] {
		denied({"livenessProbe": nothing, "lifecycle": {"postStart": nothing}}) == set()
	}
	denied({"lifecycle": null}) == set()
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in [1, false, {}] {
		count(denied(hosted(["livenessProbe", "httpGet", "host"], value))) == 1
	}
}

test_a_grpc_probe_and_headers_name_no_host if {
	denied({"livenessProbe": {"grpc": {"port": 1, "service": "host"}}}) == set()
	header := {"name": "Host", "value": "example.org"}
	denied({"livenessProbe": {"httpGet": {"port": 1, "httpHeaders": [header]}}}) == set()
}

test_the_control_is_new_in_1_34 if {
	every place in [["livenessProbe", "httpGet", "host"], ["lifecycle", "preStop", "httpGet", "host"]] {
		base := with_raw(hosted(place, "localhost"))
		count(rule.deny) == 0 with input as fixture.for_minor(base, 33)
		count(rule.deny) == 1 with input as fixture.for_minor(base, 34)
		count(rule.deny) == 1 with input as fixture.for_minor(base, 99)
	}
}

test_init_and_ephemeral_containers_are_judged if {
	every place in [["startupProbe", "tcpSocket", "host"], ["lifecycle", "postStart", "httpGet", "host"]] {
		raw := hosted(place, "localhost")
		containers := [fixture.container(kind, kind, raw) | some kind in ["init", "ephemeral"]]
		denials := rule.deny with input as fixture.input_of(containers)
		{denial.container | some denial in denials} == {"init", "ephemeral"}
	}
}

test_windows_pods_and_hooks_are_judged if {
	base := with_raw(hosted(["livenessProbe", "httpGet", "host"], "localhost"))
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	raw := hosted(["livenessProbe", "httpGet", "host"], "localhost")
	denials := rule.deny with input as fixture.cron_job_of([fixture.container("app", "container", raw)])
	path := "spec.jobTemplate.spec.template.spec.containers[0].livenessProbe.httpGet.host"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
