# METADATA
# title: Containers must run as a non-root user
# description: |
#   A process that is root in its container is root for every kernel bug that leads out of it. The rule reads
#   `runAsNonRoot` as the restricted Pod Security Standard does: every container, init and ephemeral ones
#   included, says true or inherits true from the Pod; false at the Pod is a violation even where each container
#   says true; `runAsUser` alone proves nothing to the standard. From Kubernetes 1.35 a Pod with `hostUsers: false`
#   is exempt, because its root is nobody on the node. Windows Pods are not exempt.
#   With `non_root: effective` the rule asks what would really run instead: a numeric user other than 0, or
#   `runAsNonRoot` without user 0, is enough, wherever it is written.
# custom:
#   id: run-as-non-root
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, restricted, "Running as Non-root"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   parameters:
#     non_root:
#       description: how to read the PodSpec, the standard's way (pss, the default) or by what would really run
#       values: [pss, effective]
#   remediation: |
#     Say it once for the Pod, and name a user that the image can run as:
#     ```yaml
#     spec:
#       securityContext:
#         runAsNonRoot: true
#         runAsUser: 10001
#     ```
package seatrial.pss_restricted.run_as_non_root

import data.seatrial.lib.pod_security

deny contains denial if {
	not pod_security.in_user_namespace
	not effective
	setting(input.pod.spec) == "not true"
	denial := {
		"message": "the Pod sets runAsNonRoot, but not to true; set it to true",
		"path": sprintf("%s.securityContext.runAsNonRoot", [input.pod.path]),
	}
}

deny contains denial if {
	not pod_security.in_user_namespace
	not effective
	some container in input.pod.containers
	setting(container.raw) == "not true"
	denial := {
		"message": sprintf("container %q sets runAsNonRoot, but not to true; set it to true", [container.name]),
		"container": container.name,
		"path": sprintf("%s.securityContext.runAsNonRoot", [container.path]),
	}
}

deny contains denial if {
	not pod_security.in_user_namespace
	not effective
	setting(input.pod.spec) == "unset"
	some container in input.pod.containers
	setting(container.raw) == "unset"
	denial := {
		"message": sprintf("container %q may run as root; set runAsNonRoot: true for it or its Pod", [container.name]),
		"container": container.name,
		"path": sprintf("%s.securityContext.runAsNonRoot", [container.path]),
	}
}

deny contains denial if {
	not pod_security.in_user_namespace
	effective
	some container in input.pod.containers
	not runs_as_non_root(container)
	denial := {
		"message": sprintf("container %q may run as root; set runAsUser (not 0) or runAsNonRoot: true", [container.name]),
		"container": container.name,
		"path": sprintf("%s.securityContext.runAsNonRoot", [container.path]),
	}
}

effective if input.parameters.non_root == "effective"

# What a Pod or a container says itself. Null counts as unset, as for the API server.
setting(holder) := "true" if {
	holder.securityContext.runAsNonRoot == true
} else := "not true" if {
	holder.securityContext.runAsNonRoot != null
} else := "unset"

runs_as_non_root(container) if {
	is_number(container.effective.runAsUser)
	container.effective.runAsUser != 0
}

# The kubelet refuses to start an image whose user is root.
runs_as_non_root(container) if {
	container.effective.runAsNonRoot == true
	not container.effective.runAsUser == 0
}
