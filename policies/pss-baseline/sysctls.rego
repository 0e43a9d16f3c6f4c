# METADATA
# title: Pods must set safe sysctls only
# description: |
#   Kernel parameters that are not confined to the Pod change the node for everybody on it. The rule reads the names in
#   `securityContext.sysctls` of the Pod as the baseline Pod Security Standard does, and allows those that the judged
#   Kubernetes version calls safe: kernel.shm_rmid_forced and, each in net.ipv4, ip_local_port_range,
#   ip_unprivileged_port_start, ping_group_range and tcp_syncookies; from 1.27 ip_local_reserved_ports; from 1.29
#   tcp_fin_timeout, tcp_keepalive_intvl, tcp_keepalive_probes and tcp_keepalive_time; from 1.32 tcp_rmem and tcp_wmem;
#   from 1.37 tcp_notsent_lowat and tcp_slow_start_after_idle. The spelling with slashes is another name.
# custom:
#   id: sysctls
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "Sysctls"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Keep to the safe ones; others are the node's business:
#     ```yaml
#     spec:
#       securityContext:
#         sysctls:
#           - name: net.ipv4.ip_unprivileged_port_start
#             value: "80"
#     ```
package seatrial.pss_baseline.sysctls

import data.seatrial.lib.kubernetes

deny contains denial if {
	some index
	sysctl := input.pod.spec.securityContext.sysctls[index]
	not safe(sysctl)
	denial := {
		"message": sprintf(
			"the Pod sets the sysctl %q, which is not a safe one in Kubernetes %d.%d; remove it",
			[name(sysctl), input.kubernetes.major, input.kubernetes.minor],
		),
		"path": sprintf("%s.securityContext.sysctls[%v].name", [input.pod.path, index]),
	}
}

safe(sysctl) if kubernetes.at_least(1, since[sysctl.name])

name(sysctl) := sysctl.name if {
	is_string(sysctl.name)
} else := ""

# Safe sysctls, and the minor version of Kubernetes 1 that calls them so.
since := {
	"kernel.shm_rmid_forced": 0,
	"net.ipv4.ip_local_port_range": 0,
	"net.ipv4.ip_unprivileged_port_start": 0,
	"net.ipv4.ping_group_range": 0,
	"net.ipv4.tcp_syncookies": 0,
	"net.ipv4.ip_local_reserved_ports": 27,
	"net.ipv4.tcp_fin_timeout": 29,
	"net.ipv4.tcp_keepalive_intvl": 29,
	"net.ipv4.tcp_keepalive_probes": 29,
	"net.ipv4.tcp_keepalive_time": 29,
	"net.ipv4.tcp_rmem": 32,
	"net.ipv4.tcp_wmem": 32,
	"net.ipv4.tcp_notsent_lowat": 37,
	"net.ipv4.tcp_slow_start_after_idle": 37,
}
