# METADATA
# title: Containers must request CPU
# description: |
#   The scheduler places a Pod by its requests, and a node that is short of CPU shares it out by them: a container
#   that requests none starves first, and an autoscaler cannot measure it.
#   No upstream standard asks for a request, so the meaning is ours, with Kubernetes' own defaults: every container
#   and init container (sidecars included) has a request above 0 in `resources.requests.cpu`, or names none and has
#   a limit, which Kubernetes copies to the request. An explicit request of 0 reserves nothing and is a finding
#   even beside a limit. From Kubernetes 1.34 a request in the Pod's own `resources` satisfies the rule for all its
#   containers; so does a limit there as long as no container names a request, because only then does it become
#   the Pod's request. Ephemeral containers are exempt: they cannot have resources.
# custom:
#   id: cpu-request
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
#             cpu: 250m
#     ```
package seatrial.prod_readiness.cpu_request

import data.seatrial.lib.resources

deny contains denial if {
	some container in resources.subjects
	problem := resources.request_problem(container, "cpu")
	denial := {
		"message": sprintf(
			"CPU of container %q %s; set resources.requests.cpu, such as 250m",
			[container.name, problem],
		),
		"container": container.name,
		"path": sprintf("%s.resources.requests.cpu", [container.path]),
	}
}
