# METADATA
# title: Containers must have a read-only root filesystem
# description: |
#   Who breaks into a container with a writable root can replace its programs and leave tools behind. No upstream
#   standard asks for this, so the meaning is ours: every container, init and ephemeral ones included, sets
#   `securityContext.readOnlyRootFilesystem: true` itself. There is no such field for the Pod; one that is written
#   there is dropped by the API server, and the message says so. Windows Pods are exempt: the API refuses the field
#   for them. Hooks are judged like everything else.
# custom:
#   id: read-only-root-filesystem
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
#   remediation: |
#     Set it on each container, and mount an emptyDir where the program must write:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           readOnlyRootFilesystem: true
#         volumeMounts:
#           - {name: tmp, mountPath: /tmp}
#     volumes:
#       - name: tmp
#         emptyDir: {}
#     ```
package seatrial.prod_readiness.read_only_root_filesystem

import data.seatrial.lib.kubernetes

deny contains denial if {
	not kubernetes.windows
	some container in input.pod.containers
	not container.raw.securityContext.readOnlyRootFilesystem == true
	denial := {
		"message": sprintf("container %q can write to its root filesystem; %s", [container.name, advice]),
		"container": container.name,
		"path": sprintf("%s.securityContext.readOnlyRootFilesystem", [container.path]),
	}
}

default advice := "set securityContext.readOnlyRootFilesystem: true for it"

advice := "the field under the Pod's securityContext has no effect, move it to the container" if {
	input.pod.spec.securityContext.readOnlyRootFilesystem == true
}
