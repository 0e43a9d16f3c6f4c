# METADATA
# title: The object that is judged
# description: What several rules ask of the object itself, whatever it holds.
package seatrial.lib.objects

# The object's kind is this group's: other groups have a Service, an Ingress or a NetworkPolicy of their own, which
# mean other things.
in_group(group) if startswith(input.object.apiVersion, concat("", [group, "/"]))

# The object's kind is one of the core group.
core if input.object.apiVersion == "v1"

# The object is installed and stays, in a profile that is marked production.
in_production if {
	input.production == true
	stays
}

# Not a hook: those come and go.
stays if not input.hook
