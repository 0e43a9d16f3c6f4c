# METADATA
# title: Containers must have a CPU limit
# description: |
#   Without a limit one busy container slows everything on its node. Whether CPU should be limited at all is
#   contested, since a limit throttles even where CPU is idle; the rule has an id of its own so that a suite can
#   turn it off alone. No upstream standard asks for it, so the meaning is ours: every container and init container
#   (sidecars included) has `resources.limits.cpu` above 0, because Kubernetes reads 0 as not limited. From
#   Kubernetes 1.34 a limit in the Pod's own `resources` bounds all its containers and satisfies the rule. Ephemeral
#   containers are exempt: they cannot have resources. What a LimitRange may add is not counted, as the chart does
#   not carry it.
# custom:
#   id: cpu-limit
#   severity: medium
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
#             cpu: 500m
#     ```
package seatrial.prod_readiness.cpu_limit

import data.seatrial.lib.resources

deny contains denial if {
	some container in resources.subjects
	problem := resources.limit_problem(container, "cpu")
	denial := {
		"message": sprintf(
			"CPU of container %q %s; set resources.limits.cpu, such as 500m",
			[container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.resources.limits.cpu", [container.path]),
	}
}
