# METADATA
# title: Resource limits and requests
# description: |
#   How Kubernetes reads limits and requests, container by container. The numbers are the harness's: CPU in
#   millicores, memory in bytes, text for what is no quantity.
package seatrial.lib.resources

import data.seatrial.lib.kubernetes

# Containers that can have resources: the API refuses the field on ephemeral ones.
subjects contains container if {
	some container in input.pod.containers
	container.kind != "ephemeral"
}

# Why `resource` is not limited for this container; undefined where it is.
limit_problem(container, resource) := "has no limit" if {
	not container.resources.limits[resource]
	not limited_by_pod(resource)
}

limit_problem(container, resource) := "has a limit of 0, which means not limited" if {
	nothing(container.resources.limits[resource])
	not limited_by_pod(resource)
}

limit_problem(container, resource) := problem if {
	limit := container.resources.limits[resource]
	is_string(limit)
	problem := sprintf("has a limit that is no quantity (%s)", [limit])
}

limit_problem(container, "memory") := problem if {
	too_little(container.resources.limits.memory)
	problem := sprintf("has a limit of %d B, in which nothing runs", [container.resources.limits.memory])
}

# Why nothing of `resource` is reserved for this container; undefined where something is.
request_problem(container, resource) := "has neither a request nor a limit to take it from" if {
	not has_request(container, resource)
	not reserved_by_pod(resource)
}

request_problem(container, resource) := "has a request of 0, which reserves nothing" if {
	nothing(request(container, resource))
	not reserved_by_pod(resource)
}

request_problem(container, resource) := problem if {
	value := request(container, resource)
	is_string(value)
	problem := sprintf("has a request that is no quantity (%s)", [value])
}

request_problem(container, "memory") := problem if {
	own := container.resources.requests.memory
	too_little(own)
	problem := sprintf("has a request of %d B, which reserves next to nothing", [own])
}

# The request that counts: its own, or else the limit, which Kubernetes copies.
request(container, resource) := container.resources.requests[resource]

request(container, resource) := container.resources.limits[resource] if {
	not container.resources.requests[resource]
}

has_request(container, resource) if request(container, resource) != null

# The Pod as a whole has a limit, which bounds each container in it. The field counts from 1.34, where it is on
# by default; before that the API server drops it.
limited_by_pod(resource) if {
	kubernetes.at_least(1, 34)
	something(input.pod.resources.limits[resource])
}

reserved_by_pod(resource) if {
	kubernetes.at_least(1, 34)
	something(input.pod.resources.requests[resource])
}

# A Pod's limit becomes its request only where no container names a request: otherwise the Pod's request is the
# sum of the containers', and a container without one adds nothing to it.
reserved_by_pod(resource) if {
	limited_by_pod(resource)
	not input.pod.resources.requests[resource]
	every container in subjects { not has_request(container, resource) }
}

something(quantity) if {
	is_number(quantity)
	quantity > 0
}

nothing(quantity) if quantity <= 0

# More than nothing, and below 1 MiB: the unit is forgotten, or `m`, a thousandth of a byte, stands for `Mi`.
too_little(quantity) if {
	something(quantity)
	quantity < 1048576
}
