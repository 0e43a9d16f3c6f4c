package seatrial.pss_restricted.restricted_volumes_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_restricted.restricted_volumes as rule

denied(volumes) := denials if {
	denials := rule.deny with input as fixture.with_spec(fixture.input_of(fixture.bare), {"volumes": volumes})
}

# As the standard lists them.
harmless := [
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
	"persistentVolumeClaim", "projected", "secret",
]

# What else the API knows.
restricted := [
	"hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
	"flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
	"portworxVolume", "photonPersistentDisk", "scaleIO", "storageos",
]

test_a_restricted_kind_is_denied if {
	denied([{"name": "tmp", "emptyDir": {}}, {"name": "data", "nfs": {"server": "s", "path": "/"}}]) == {{
		"message": concat(" ", [
			"volume \"data\" is of the kind nfs, which is restricted;",
			"use a claim, an emptyDir or a ConfigMap instead",
		]),
		"path": "spec.template.spec.volumes[1].nfs",
	}}
}

test_every_harmless_kind_passes if {
	denied([{"name": source, source: {}} | some source in harmless]) == set()
}

test_every_other_kind_is_denied if {
	every source in restricted {
		denials := denied([{"name": "data", source: {}}])
		{denial.path | some denial in denials} == {sprintf("spec.template.spec.volumes[0].%s", [source])}
	}
}

test_a_kind_that_nobody_knows_is_denied if {
	count(denied([{"name": "data", "hostpath": {"path": "/"}}])) == 1
}

test_no_volumes_pass if {
	denied([]) == set()
	denied(null) == set()
	count(rule.deny) == 0 with input as fixture.input_of(fixture.bare)
}

test_a_volume_without_a_source_is_an_empty_dir if {
	denied([{"name": "tmp"}]) == set()
	denied([{"name": "tmp", "emptyDir": null}]) == set()
	denied([{"name": "tmp", "hostPath": null}]) == set()
	denied([null]) == set()
}

test_null_beside_a_restricted_kind_is_no_source if {
	count(denied([{"name": "data", "emptyDir": null, "hostPath": {"path": "/"}}])) == 1
}

test_a_harmless_source_beside_another_passes_as_it_does_in_kubernetes if {
	denied([{"name": "data", "emptyDir": {}, "hostPath": {"path": "/"}}]) == set()
}

test_a_value_of_the_wrong_type_does_not_pass if {
	every value in ["/", false, []] {
		count(denied([{"name": "data", "hostPath": value}])) == 1
	}
}

test_a_volume_without_a_name_is_denied if {
	count(denied([{"hostPath": {"path": "/"}}])) == 1
}

test_windows_pods_user_namespaces_and_hooks_are_judged if {
	volumes := [{"name": "data", "hostPath": {"path": "/"}}]
	base := fixture.with_spec(fixture.input_of([]), {"volumes": volumes})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
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
