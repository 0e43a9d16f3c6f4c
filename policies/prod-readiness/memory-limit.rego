# METADATA
# title: Containers must have a memory limit
# description: |
#   A container that leaks memory without a limit takes its neighbours down with it: the node runs out, and the
#   kernel chooses whom to kill. No upstream standard asks for a limit, so the meaning is ours: every container and
#   init container (sidecars included) has `resources.limits.memory` above 0, because Kubernetes reads 0 as not
#   limited, and of at least 1 MiB: `512` is 512 bytes, and `512m` half a byte, where `512Mi` is meant. From Kubernetes 1.34 a limit in the Pod's own `resources` bounds all its containers and satisfies the
#   rule. Ephemeral containers are exempt: they cannot have resources. What a LimitRange may add is not counted, as
#   the chart does not carry it.
# custom:
#   id: memory-limit
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         resources:
#           limits:
#             memory: 512Mi
#     ```
package seatrial.prod_readiness.memory_limit

import data.seatrial.lib.resources

deny contains denial if {
	some container in resources.subjects
	problem := resources.limit_problem(container, "memory")
	denial := {
		"message": sprintf(
			"memory of container %q %s; set resources.limits.memory, such as 512Mi",
			[container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.resources.limits.memory", [container.path]),
	}
}
