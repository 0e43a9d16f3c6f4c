# METADATA
# title: Images
# description: What rules say about the image of a container.
package seatrial.lib.images

# The image as the chart wrote it; empty where it wrote none.
written(container) := container.raw.image if {
	is_string(container.raw.image)
} else := ""

# Where the image comes from, registry first, without tag and digest. Undefined where it cannot be read.
origin(container) := sprintf("%s/%s", [container.image.registry, container.image.repository])
