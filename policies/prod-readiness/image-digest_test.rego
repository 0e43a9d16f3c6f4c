package seatrial.prod_readiness.image_digest_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.image_digest as rule

reading(tag, digest) := {"registry": "docker.io", "repository": "library/redis", "tag": tag, "digest": digest}

denied(image, read) := denials if {
	denials := rule.deny with input as base.input_of([fixture.imaged(image, read)])
}

test_a_digest_passes_with_or_without_a_tag if {
	denied("redis@sha256:ab", reading(null, "sha256:ab")) == set()
	denied("redis:7@sha256:ab", reading("7", "sha256:ab")) == set()
}

test_a_tag_alone_is_denied if {
	denied("redis:7", reading("7", null)) == {{
		"message": concat(" ", [
			"image \"redis:7\" of container \"app\" has no digest;",
			"append @sha256: and the digest of what was tested",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].image",
	}}
}

test_an_image_that_cannot_be_read_is_denied if {
	count(denied("redis:", null)) == 1
}

test_every_kind_of_container_and_hooks_are_judged if {
	containers := [object.union(fixture.imaged("a", reading("1", null)), {"name": kind, "kind": kind}) |
		some kind in ["container", "init", "ephemeral"]
	]
	denials := rule.deny with input as fixture.hook(base.input_of(containers))
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as base.without_pod
}
