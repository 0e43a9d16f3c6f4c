package seatrial.prod_readiness.image_registry_allowed_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.image_registry_allowed as rule

redis := fixture.imaged("redis:7", {
	"registry": "docker.io",
	"repository": "library/redis",
	"tag": "7",
	"digest": null,
})

denied(parameters) := denials if {
	denials := rule.deny with input as fixture.told(base.input_of([redis]), parameters)
}

test_a_registry_allows_what_it_holds if {
	denied({"registries": ["docker.io"]}) == set()
	denied({"registries": ["ghcr.io", "docker.io/"]}) == set()
}

test_a_path_allows_what_is_below_it_and_itself if {
	denied({"registries": ["docker.io/library"]}) == set()
	denied({"registries": ["docker.io/library/redis"]}) == set()
}

test_another_registry_is_denied if {
	denied({"registries": ["ghcr.io", "quay.io/team"]}) == {{
		"message": concat(" ", [
			"image \"redis:7\" of container \"app\" comes from no allowed registry;",
			"take it from ghcr.io or quay.io/team",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].image",
	}}
}

test_the_same_first_letters_are_not_the_same_registry if {
	count(denied({"registries": ["docker.i", "docker.io/lib", "docker.io/library/red"]})) == 1
}

test_nothing_is_allowed_where_the_suite_names_nothing if {
	every parameters in [{}, {"registries": []}, {"registries": "docker.io"}, {"registries": [1]}] {
		some denial in denied(parameters)
		endswith(denial.message, "the suite allows none, name some in the parameter registries")
	}
}

test_an_image_that_cannot_be_read_is_denied if {
	unreadable := base.input_of([fixture.imaged("redis:", null)])
	count(rule.deny) == 1 with input as fixture.told(unreadable, {"registries": ["docker.io"]})
}

test_every_kind_of_container_and_hooks_are_judged if {
	containers := [object.union(redis, {"name": kind, "kind": kind}) |
		some kind in ["container", "init", "ephemeral"]
	]
	elsewhere := fixture.told(base.input_of(containers), {"registries": ["ghcr.io"]})
	denials := rule.deny with input as fixture.hook(elsewhere)
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as base.without_pod
}
