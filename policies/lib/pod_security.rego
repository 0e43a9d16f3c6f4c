# METADATA
# title: What controls of the Pod Security Standards share
# description: |
#   The parts of Kubernetes' admission plugin that more than one control uses, read as the plugin reads them: null is
#   absent, and a text that is not there is the empty one.
package seatrial.lib.pod_security

import data.seatrial.lib.kubernetes

# The Pod has a user namespace of its own: its root is nobody on the node. The standards take that into account from
# 1.35.
in_user_namespace if {
	input.pod.spec.hostUsers == false
	kubernetes.at_least(1, 35)
}

# A seccomp or AppArmor profile that confines. One without a type names none.
confines(profile) if profile.type in {"RuntimeDefault", "Localhost"}

# How a message quotes the type of a profile.
type_of(profile) := sprintf("%q", [profile.type]) if {
	is_string(profile.type)
} else := "without a type"

# Denials for seccomp profiles that the Pod or a container names and that do not confine.
unconfined_seccomp contains denial if {
	profile := input.pod.spec.securityContext.seccompProfile
	profile != null
	not confines(profile)
	denial := {
		"message": sprintf(
			"the Pod's seccomp profile is %s; set its type to RuntimeDefault or Localhost",
			[type_of(profile)],
		),
		"path": sprintf("%s.securityContext.seccompProfile.type", [input.pod.path]),
	}
}

unconfined_seccomp contains denial if {
	some container in input.pod.containers
	profile := container.raw.securityContext.seccompProfile
	profile != null
	not confines(profile)
	denial := {
		"message": sprintf(
			"the seccomp profile of container %q is %s; set its type to RuntimeDefault or Localhost",
			[container.name, type_of(profile)],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.seccompProfile.type", [container.path]),
	}
}

# Denials for containers that ask for another view of /proc than the masked one.
unmasked_proc contains denial if {
	some container in input.pod.containers
	mount := container.raw.securityContext.procMount
	not mount in {"Default", null}
	denial := {
		"message": sprintf(
			"container %q takes the masks off /proc; remove procMount or set it to Default",
			[container.name],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.procMount", [container.path]),
	}
}
