# METADATA
# title: Containers must not add dangerous capabilities
# description: |
#   Each capability is a part of root's power. Container runtimes grant a small set; what is added beyond it, such as
#   SYS_ADMIN or NET_RAW, leads to the node or to other Pods. The rule reads `securityContext.capabilities.add` of every
#   container, init and ephemeral ones included, as the baseline Pod Security Standard does: AUDIT_WRITE, CHOWN,
#   DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE, SETFCAP, SETGID, SETPCAP, SETUID and SYS_CHROOT are
#   allowed, in exactly this spelling: not ALL, and not with CAP_ in front. Where `capabilities-restricted` is asked
#   as well, as in the pack `pss-restricted`, that rule takes the place of this one.
# custom:
#   id: capabilities-baseline
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Capabilities"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Drop all and add back what the program cannot do without:
#     ```yaml
#     containers:
#       - name: app
#         securityContext:
#           capabilities:
#             drop: [ALL]
#             add: [NET_BIND_SERVICE]
#     ```
package seatrial.pss_baseline.capabilities_baseline

deny contains denial if {
	some container in input.pod.containers
	some index
	capability := container.raw.securityContext.capabilities.add[index]
	not capability in allowed
	denial := {
		"message": sprintf(
			"container %q adds the capability %v, which the baseline does not allow; remove it",
			[container.name, capability],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.capabilities.add[%v]", [container.path, index]),
	}
}

allowed := {
	"AUDIT_WRITE",
	"CHOWN",
	"DAC_OVERRIDE",
	"FOWNER",
	"FSETID",
	"KILL",
	"MKNOD",
	"NET_BIND_SERVICE",
	"SETFCAP",
	"SETGID",
	"SETPCAP",
	"SETUID",
	"SYS_CHROOT",
}
