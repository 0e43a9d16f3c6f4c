# METADATA
# title: Pods must not run Windows host processes
# description: |
#   A HostProcess container runs as a process of its Windows node, with the node's files and network: it is the
#   privileged container of Windows. The rule reads `securityContext.windowsOptions.hostProcess` of the Pod and of every
#   container, init and ephemeral ones included, as the baseline Pod Security Standard does: absent, null and false are
#   allowed. True at the Pod is a finding even where each container says false. What `os` the Pod names does not matter.
# custom:
#   id: windows-host-process
#   severity: critical
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "HostProcess"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove the field, for the Pod and for its containers:
#     ```yaml
#     spec:
#       securityContext:
#         windowsOptions:
#           hostProcess: false
#     ```
package seatrial.pss_baseline.windows_host_process

deny contains denial if {
	host_process := input.pod.spec.securityContext.windowsOptions.hostProcess
	not host_process in {false, null}
	denial := {
		"message": "the Pod runs as processes of its Windows node; remove hostProcess or set it to false",
		"path": sprintf("%s.securityContext.windowsOptions.hostProcess", [input.pod.path]),
	}
}

deny contains denial if {
	some container in input.pod.containers
	host_process := container.raw.securityContext.windowsOptions.hostProcess
	not host_process in {false, null}
	denial := {
		"message": sprintf(
			"container %q runs as a process of its Windows node; remove hostProcess or set it to false",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.windowsOptions.hostProcess", [container.path]),
	}
}
