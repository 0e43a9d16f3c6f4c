# METADATA
# title: Containers must drop all capabilities
# description: |
#   Each capability is a part of root's power, and a program that is not root needs none. The rule reads
#   `securityContext.capabilities` of every container, init and ephemeral ones included, as the restricted Pod Security
#   Standard does: `drop` names ALL, in exactly this spelling, and `add` nothing but NET_BIND_SERVICE. What is not
#   dropped and what is added are findings of their own. Naming every capability is not ALL. There is no such field for
#   the Pod; one that is written there is dropped by the API server, and the message says so. Pods that name Windows as
#   their `os` are exempt: the API refuses the field for them.
# custom:
#   id: capabilities-restricted
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   overrides: [capabilities-baseline]
#   standard:
#     name: Pod Security Standards, restricted, "Capabilities"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Say it for each container, and listen on a port above 1023:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           capabilities:
#             drop: [ALL]
#     ```
package seatrial.pss_restricted.capabilities_restricted

import data.seatrial.lib.kubernetes

deny contains denial if {
	not kubernetes.windows
	some container in input.pod.containers
	not drops_all(container)
	denial := {
		"message": sprintf("container %q keeps capabilities that it need not have; %s", [container.name, advice]),
		"container": container.name,
		"path": sprintf("%s.securityContext.capabilities.drop", [container.path]),
	}
}

deny contains denial if {
	not kubernetes.windows
	some container in input.pod.containers
	some index
	capability := container.raw.securityContext.capabilities.add[index]
	capability != "NET_BIND_SERVICE"
	denial := {
		"message": sprintf(
			"container %q adds the capability %v; remove it, only NET_BIND_SERVICE may be added",
			[container.name, capability],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.capabilities.add[%v]", [container.path, index]),
	}
}

drops_all(container) if "ALL" in container.raw.securityContext.capabilities.drop

default advice := "set securityContext.capabilities.drop: [ALL] for it"

advice := "the field under the Pod's securityContext has no effect, move it to the container" if {
	"ALL" in input.pod.spec.securityContext.capabilities.drop
}
