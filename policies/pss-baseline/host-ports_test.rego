package seatrial.pss_baseline.host_ports_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.host_ports as rule

with_ports(ports) := fixture.input_of([fixture.container("app", "container", {"ports": ports})])

denied(ports) := denials if {
	denials := rule.deny with input as with_ports(ports)
}

test_a_port_of_the_node_is_denied if {
	denied([{"containerPort": 8080}, {"containerPort": 80, "hostPort": 80}]) == {{
		"message": "container \"app\" takes port 80 of its node; remove hostPort and let a Service lead to it",
		"container": "app",
		"path": "spec.template.spec.containers[0].ports[1].hostPort",
	}}
}

test_zero_null_and_silence_pass if {
	every value in [0, 0.0, null] {
		denied([{"containerPort": 80, "hostPort": value}]) == set()
	}
	denied([{"containerPort": 80}, null]) == set()
	denied([]) == set()
	denied(null) == set()
	count(rule.deny) == 0 with input as fixture.input_of(fixture.bare)
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["80", "", false, -1] {
		count(denied([{"containerPort": 80, "hostPort": value}])) == 1
	}
}

test_each_port_is_told if {
	count(denied([{"containerPort": 80, "hostPort": port} | some port in [80, 443]])) == 2
}

test_init_and_ephemeral_containers_are_judged if {
	ports := {"ports": [{"containerPort": 1, "hostPort": 1}]}
	containers := [fixture.container(kind, kind, ports) | some kind in ["init", "ephemeral"]]
	denials := rule.deny with input as fixture.input_of(containers)
	{denial.container | some denial in denials} == {"init", "ephemeral"}
}

test_the_nodes_network_is_another_question if {
	base := with_ports([{"containerPort": 80}])
	count(rule.deny) == 0 with input as fixture.with_spec(base, {"hostNetwork": true})
}

test_windows_pods_and_hooks_are_judged if {
	base := with_ports([{"containerPort": 80, "hostPort": 80}])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_a_container_of_a_cron_job_is_named_by_its_own_path if {
	ports := {"ports": [{"containerPort": 1, "hostPort": 1}]}
	denials := rule.deny with input as fixture.cron_job_of([fixture.container("app", "container", ports)])
	path := "spec.jobTemplate.spec.template.spec.containers[0].ports[0].hostPort"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
