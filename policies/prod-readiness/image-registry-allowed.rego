# METADATA
# title: Images must come from an allowed registry
# description: |
#   Who runs only what its own registry has scanned wants to hear of an image from elsewhere. Off unless a suite asks
#   for it and names `registries`; with none named, every image is denied. An entry is a registry (`ghcr.io`) or a
#   path in one (`ghcr.io/team`), which allows everything below it and nothing that merely starts with the same
#   letters. Images without a registry are those of `docker.io`, and those without a path are in
#   `docker.io/library`. Every container is judged, init and ephemeral ones and hooks included.
# custom:
#   id: image-registry-allowed
#   severity: medium
#   enforcement: "off"
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   parameters:
#     registries: {description: "list of registries, or of paths in them, that images may come from"}
#   remediation: |
#     Copy the image to an allowed registry and name it there:
#     ```yaml
#     containers:
#       - name: app
#         image: registry.example.com/mirror/redis:7.4.1
#     ```
package seatrial.prod_readiness.image_registry_allowed

import data.seatrial.lib.images

deny contains denial if {
	some container in input.pod.containers
	not allowed(container)
	denial := {
		"message": sprintf(
			"image %q of container %q comes from no allowed registry; %s",
			[images.written(container), container.name, advice],
		),
		"container": container.name,
		"path": sprintf("%s.image", [container.path]),
	}
}

allowed(container) if {
	origin := concat("", [images.origin(container), "/"])
	some registry in registries
	startswith(origin, concat("", [trim_suffix(registry, "/"), "/"]))
}

registries := [registry |
	registry := input.parameters.registries[_]
	is_string(registry)
]

advice := sprintf("take it from %s", [concat(" or ", registries)]) if {
	count(registries) > 0
} else := "the suite allows none, name some in the parameter registries"
