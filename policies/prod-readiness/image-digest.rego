# METADATA
# title: Images must be named by their digest
# description: |
#   A tag can be pushed again; a digest is the content itself, so that what was tested is what runs. Off unless a
#   suite asks for it, since most charts leave the digest to whoever deploys them. Every container is judged, init
#   and ephemeral ones and hooks included.
# custom:
#   id: image-digest
#   severity: low
#   enforcement: "off"
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/containers/images/#image-names
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         image: registry.example.com/team/app:1.4.2@sha256:<64 hexadecimal digits>
#     ```
package seatrial.prod_readiness.image_digest

import data.seatrial.lib.images

deny contains denial if {
	some container in input.pod.containers
	not is_string(container.image.digest)
	denial := {
		"message": sprintf(
			"image %q of container %q has no digest; append @sha256: and the digest of what was tested",
			[images.written(container), container.name],
		),
		"container": container.name,
		"path": sprintf("%s.image", [container.path]),
	}
}
