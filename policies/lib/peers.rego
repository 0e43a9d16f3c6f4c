# METADATA
# title: Linked objects
# description: What several rules ask of the objects that this one is linked to.
package seatrial.lib.peers

# What this object's selector selects and what will be there when it is needed: hooks come and go, and count for
# other hooks only.
selected := [peer |
	some peer in input.links.selects
	lasts(peer)
]

lasts(_) if input.hook

lasts(peer) if not peer.hook

# The suite says that this object exists outside the release: its parameter `provided` names it, `Kind/name`.
provided(kind, name) if sprintf("%s/%s", [kind, name]) in input.parameters.provided
