package seatrial.lib.peers_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.lib.peers

selecting := fixture.linked(
	fixture.object_of("v1", "Service", {}),
	{"selects": [fixture.pods("web", []), fixture.hook(fixture.pods("test", []))]},
)

names(input_value) := found if {
	found := {peer.name | some peer in peers.selected} with input as input_value
}

test_hooks_count_for_hooks_only if {
	names(selecting) == {"web"}
	names(fixture.hook(selecting)) == {"web", "test"}
}

test_what_the_suite_names_is_provided if {
	given := fixture.told(selecting, {"provided": ["Secret/db"]})
	peers.provided("Secret", "db") with input as given
	not peers.provided("ConfigMap", "db") with input as given
	not peers.provided("Secret", "d") with input as given
	not peers.provided("Secret", "db") with input as selecting
	not peers.provided("Secret", "db") with input as fixture.told(selecting, {"provided": null})
}
