package seatrial.pss_baseline.sysctls_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.pss_baseline.sysctls as rule

setting(sysctls) := fixture.with_context(fixture.input_of(fixture.bare), {"sysctls": sysctls})

# Denials for one sysctl of this name at a minor version.
denied(name, minor) := denials if {
	base := setting([{"name": name, "value": "1"}])
	denials := rule.deny with input as fixture.for_minor(base, minor)
}

# As the standard lists them, with the minor version before which each is not allowed.
safe := [
	["kernel.shm_rmid_forced", 0],
	["net.ipv4.ip_local_port_range", 0],
	["net.ipv4.ip_unprivileged_port_start", 0],
	["net.ipv4.ping_group_range", 0],
	["net.ipv4.tcp_syncookies", 0],
	["net.ipv4.ip_local_reserved_ports", 27],
	["net.ipv4.tcp_keepalive_time", 29],
	["net.ipv4.tcp_fin_timeout", 29],
	["net.ipv4.tcp_keepalive_intvl", 29],
	["net.ipv4.tcp_keepalive_probes", 29],
	["net.ipv4.tcp_rmem", 32],
	["net.ipv4.tcp_wmem", 32],
	["net.ipv4.tcp_slow_start_after_idle", 37],
	["net.ipv4.tcp_notsent_lowat", 37],
]

test_an_unsafe_sysctl_is_denied if {
	sysctls := [{"name": "net.ipv4.tcp_syncookies", "value": "1"}, {"name": "kernel.msgmax", "value": "1"}]
	denials := rule.deny with input as setting(sysctls)
	denials == {{
		"message": concat(" ", [
			"the Pod sets the sysctl \"kernel.msgmax\",",
			"which is not a safe one in Kubernetes 1.36; remove it",
		]),
		"path": "spec.template.spec.securityContext.sysctls[1].name",
	}}
}

test_a_safe_sysctl_passes_from_its_version_on if {
	count(safe) == 14
	every one in safe {
		denied(one[0], one[1]) == set()
		denied(one[0], 99) == set()
	}
}

test_a_safe_sysctl_is_denied_before_its_version if {
	every one in [one | some one in safe; one[1] > 0] {
		count(denied(one[0], one[1] - 1)) == 1
	}
}

test_another_spelling_is_another_name if {
	every name in ["net/ipv4/tcp_syncookies", "NET.IPV4.TCP_SYNCOOKIES", "net.ipv4.tcp_syncookies ", "", null, 1] {
		count(denied(name, 36)) == 1
	}
}

test_a_sysctl_without_a_name_is_denied if {
	every sysctl in [{"value": "1"}, {}, null] {
		count(rule.deny) == 1 with input as setting([sysctl])
	}
}

test_no_sysctls_pass if {
	every sysctls in [null, []] {
		count(rule.deny) == 0 with input as setting(sysctls)
	}
	count(rule.deny) == 0 with input as fixture.input_of(fixture.bare)
	count(rule.deny) == 0 with input as fixture.with_spec(fixture.input_of([]), {"securityContext": null})
}

test_a_container_has_no_such_field if {
	own := {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}
	count(rule.deny) == 0 with input as fixture.input_of([fixture.secured("app", "container", own)])
}

test_windows_pods_user_namespaces_and_hooks_are_judged if {
	base := setting([{"name": "kernel.msgmax", "value": "1"}])
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"os": {"name": "windows"}})
	count(rule.deny) == 1 with input as fixture.with_spec(base, {"hostUsers": false})
	count(rule.deny) == 1 with input as fixture.hook(base)
}

test_the_pod_of_a_cron_job_is_named_by_its_own_path if {
	context := {"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}
	denials := rule.deny with input as fixture.with_context(fixture.cron_job_of(fixture.bare), context)
	path := "spec.jobTemplate.spec.template.spec.securityContext.sysctls[0].name"
	{denial.path | some denial in denials} == {path}
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.without_pod
}
