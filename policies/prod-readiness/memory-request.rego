# METADATA
# title: Containers must request memory
# description: |
#   The scheduler places a Pod by its requests. A container that requests no memory lands on a node that may have none
#   left, and is among the first to be killed when it runs out.
#   No upstream standard asks for a request, so the meaning is ours, with Kubernetes' own defaults: every container
#   and init container (sidecars included) has a request above 0 in `resources.requests.memory`, or names none and has
#   a limit, which Kubernetes copies to the request. A request below 1 MiB lacks its unit, or has `m`, a thousandth of
#   a byte, for `Mi`. An explicit request of 0 reserves nothing and is a finding
#   even beside a limit. From Kubernetes 1.34 a request in the Pod's own `resources` satisfies the rule for all its
#   containers; so does a limit there as long as no container names a request, because only then does it become
#   the Pod's request. Ephemeral containers are exempt: they cannot have resources.
# custom:
#   id: memory-request
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
#           requests:
#             memory: 256Mi
#     ```
package seatrial.prod_readiness.memory_request

import data.seatrial.lib.resources

deny contains denial if {
	some container in resources.subjects
	problem := resources.request_problem(container, "memory")
	denial := {
		"message": sprintf(
			"memory of container %q %s; set resources.requests.memory, such as 256Mi",
			[container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.resources.requests.memory", [container.path]),
	}
}
