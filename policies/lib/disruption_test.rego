package seatrial.lib.disruption_test

import data.seatrial.lib.disruption

test_a_budget_of_nothing_blocks_always if {
	disruption.always_blocks({"maxUnavailable": 0})
	disruption.always_blocks({"maxUnavailable": "0%"})
	disruption.always_blocks({"minAvailable": "100%"})
	not disruption.always_blocks({"minAvailable": "99%"})
	not disruption.always_blocks({"maxUnavailable": 1})
	not disruption.always_blocks({"minAvailable": 100})
	not disruption.always_blocks({})
	not disruption.always_blocks(null)
}

test_a_budget_blocks_when_it_wants_as_many_as_there_are if {
	disruption.blocks({"minAvailable": 2}, 2)
	disruption.blocks({"minAvailable": 3}, 2)
	disruption.blocks({"maxUnavailable": 0}, 2)
	not disruption.blocks({"minAvailable": 1}, 2)
	not disruption.blocks({"maxUnavailable": 1}, 1)
	not disruption.blocks({}, 1)
	not disruption.blocks(null, 1)
}

test_parts_are_rounded_up if {
	disruption.blocks({"minAvailable": "50%"}, 1)
	disruption.blocks({"minAvailable": "99%"}, 3)
	not disruption.blocks({"minAvailable": "50%"}, 2)
	not disruption.blocks({"maxUnavailable": "1%"}, 1)
	disruption.blocks({"maxUnavailable": "0%"}, 3)
}

test_what_is_neither_number_nor_part_blocks_nothing if {
	not disruption.blocks({"minAvailable": "2"}, 2)
	not disruption.blocks({"minAvailable": "many%"}, 2)
	not disruption.blocks({"minAvailable": null}, 2)
	not disruption.blocks({"maxUnavailable": "none"}, 2)
}
