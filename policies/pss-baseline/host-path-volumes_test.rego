package seatrial.pss_baseline.host_path_volumes_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.host_path_volumes as rule

denied(volumes) := denials if {
	denials := rule.deny with input as fixture.with_spec(fixture.input_of(fixture.bare), {"volumes": volumes})
}

test_a_path_of_the_node_is_denied if {
	denied([{"name": "tmp", "emptyDir": {}}, {"name": "logs", "hostPath": {"path": "/var/log"}}]) == {{
		"message": concat(" ", [
			"volume \"logs\" mounts a path of the node;",
			"use a claim, an emptyDir or a ConfigMap instead of hostPath",
		]),
		"path": "spec.template.spec.volumes[1].hostPath",
	}}
}

test_other_volumes_and_none_pass if {
	denied([]) == set()
	denied(null) == set()
	denied([{"name": "nfs", "nfs": {"server": "s", "path": "/"}}, {"name": "bare"}, null]) == set()
	count(rule.deny) == 0 with input as fixture.input_of(fixture.bare)
}

test_null_is_absent_and_an_empty_mapping_is_there if {
	denied([{"name": "data", "hostPath": null}]) == set()
	count(denied([{"name": "data", "hostPath": {}}])) == 1
}

test_another_source_beside_it_does_not_help if {
	count(denied([{"name": "data", "hostPath": {"path": "/"}, "emptyDir": {}}])) == 1
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["/", false, []] {
		count(denied([{"name": "data", "hostPath": value}])) == 1
	}
}

test_a_volume_without_a_name_is_denied if {
	count(denied([{"hostPath": {"path": "/"}}])) == 1
}

test_each_volume_is_told if {
	denials := denied([{"name": name, "hostPath": {"path": "/"}} | some name in ["a", "b"]])
	paths := {denial.path | some denial in denials}
	paths == {"spec.template.spec.volumes[0].hostPath", "spec.template.spec.volumes[1].hostPath"}
}

test_windows_pods_and_hooks_are_judged if {
	volumes := [{"name": "data", "hostPath": {"path": "/"}}]
	base := fixture.with_spec(fixture.input_of([]), {"volumes": volumes})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_volume_of_a_cron_job_is_named_by_its_own_path if {
	volumes := [{"name": "data", "hostPath": {"path": "/"}}]
	denials := rule.deny with input as fixture.with_spec(fixture.cron_job_of(fixture.bare), {"volumes": volumes})
	{denial.path | some denial in denials} == {"spec.jobTemplate.spec.template.spec.volumes[0].hostPath"}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
