# METADATA
# title: Containers must have an ephemeral storage limit
# description: |
#   What a container writes to its root, to its logs and to emptyDir volumes lies on the node's disk; without a limit
#   one container can fill it and have its neighbours evicted. No upstream standard asks for it, so the meaning is
#   ours: every container and init container (sidecars included) has `resources.limits.ephemeral-storage` above 0.
#   Ephemeral containers are exempt: they cannot have resources. A `sizeLimit` of a volume does not count, as it
#   bounds that volume only. Hooks are judged like everything else.
# custom:
#   id: ephemeral-storage-limit
#   severity: low
#   enforcement: audit
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         resources:
#           limits:
#             ephemeral-storage: 1Gi
#     ```
package seatrial.prod_readiness.ephemeral_storage_limit

import data.seatrial.lib.resources

deny contains denial if {
	some container in resources.subjects
	problem := resources.limit_problem(container, "ephemeral-storage")
	denial := {
		"message": sprintf(
			"ephemeral storage of container %q %s; set resources.limits.ephemeral-storage, such as 1Gi",
			[container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.resources.limits.ephemeral-storage", [container.path]),
	}
}
