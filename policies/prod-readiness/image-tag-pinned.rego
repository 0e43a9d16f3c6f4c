# METADATA
# title: Images must name a version
# description: |
#   Without a tag, and with `latest`, an image is whatever the registry holds on the day a node pulls it: two Pods of
#   one Deployment can run different programs, and a rollback brings nothing back. The rule asks every container,
#   init and ephemeral ones and hooks included, for a tag other than `latest` or for a digest. A digest is enough,
#   whatever tag stands before it. A moving tag such as `1.4` or `stable` passes, since its name does not tell; ask
#   for digests (`image-digest`) where that matters. An image that cannot be read as a reference is denied.
# custom:
#   id: image-tag-pinned
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Kubernetes, configuration of images
#     reference: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         image: registry.example.com/team/app:1.4.2
#     ```
package seatrial.prod_readiness.image_tag_pinned

import data.seatrial.lib.images

deny contains denial if {
	some container in input.pod.containers
	problem := unpinned(container.image)
	denial := {
		"message": sprintf(
			"image %q of container %q %s; name a version, such as :1.4.2",
			[images.written(container), container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.image", [container.path]),
	}
}

unpinned(image) := "cannot be read" if {
	image == null
} else := "has neither tag nor digest" if {
	image.tag == null
	image.digest == null
} else := "has the tag latest, which moves" if {
	image.tag == "latest"
	image.digest == null
}
