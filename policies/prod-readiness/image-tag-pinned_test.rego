package seatrial.prod_readiness.image_tag_pinned_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.image_tag_pinned as rule

reading(tag, digest) := {"registry": "docker.io", "repository": "library/redis", "tag": tag, "digest": digest}

denied(image, read) := denials if {
	denials := rule.deny with input as base.input_of([fixture.imaged(image, read)])
}

test_a_tag_or_a_digest_is_a_version if {
	denied("redis:7", reading("7", null)) == set()
	denied("redis@sha256:ab", reading(null, "sha256:ab")) == set()
	denied("redis:latest@sha256:ab", reading("latest", "sha256:ab")) == set()
}

test_no_tag_is_denied if {
	denied("redis", reading(null, null)) == {{
		"message": concat(" ", [
			"image \"redis\" of container \"app\" has neither tag nor digest;",
			"name a version, such as :1.4.2",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].image",
	}}
}

test_latest_is_denied if {
	some denial in denied("redis:latest", reading("latest", null))
	contains(denial.message, "the tag latest, which moves")
}

test_an_image_that_cannot_be_read_is_denied if {
	some denial in denied("redis:", null)
	contains(denial.message, "image \"redis:\" of container \"app\" cannot be read")
	count(denied(null, null)) == 1
}

test_every_kind_of_container_and_hooks_are_judged if {
	containers := [object.union(fixture.imaged("a", reading(null, null)), {"name": kind, "kind": kind}) |
		some kind in ["container", "init", "ephemeral"]
	]
	denials := rule.deny with input as fixture.hook(base.input_of(containers))
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
}

test_the_path_is_the_containers_own if {
	nested := object.union(
		fixture.imaged("a", reading(null, null)),
		{"path": "spec.jobTemplate.spec.template.spec.containers[0]"},
	)
	some denial in rule.deny with input as fixture.cron_job({}, {}, [nested])
	denial.path == "spec.jobTemplate.spec.template.spec.containers[0].image"
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as base.without_pod
}
