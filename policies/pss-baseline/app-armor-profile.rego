# METADATA
# title: AppArmor profiles must confine
# description: |
#   Nodes with AppArmor confine containers by default; a profile that confines nothing takes a layer away that stops
#   writes to the kernel's files and mounts. The rule reads `securityContext.appArmorProfile.type` of the Pod and of
#   every container, init and ephemeral ones included, as the baseline Pod Security Standard does: no profile,
#   RuntimeDefault and Localhost are allowed, a profile without a type is not, and a bad one at the Pod is a finding
#   even where each container names a good one. Annotations of the Pod that start with
#   `container.apparmor.security.beta.kubernetes.io/` may say `runtime/default`, `localhost/…` or nothing, whether
#   there is such a container or not.
# custom:
#   id: app-armor-profile
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "AppArmor"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Leave the profile out, or name the one of the container runtime:
#     ```yaml
#     spec:
#       securityContext:
#         appArmorProfile:
#           type: RuntimeDefault
#     ```
package seatrial.pss_baseline.app_armor_profile

import data.seatrial.lib.pod_security

deny contains denial if {
	profile := input.pod.spec.securityContext.appArmorProfile
	profile != null
	not pod_security.confines(profile)
	denial := {
		"message": sprintf(
			"the Pod's AppArmor profile is %s; set its type to RuntimeDefault or Localhost",
			[pod_security.type_of(profile)],
		),
		"path": sprintf("%s.securityContext.appArmorProfile.type", [input.pod.path]),
	}
}

deny contains denial if {
	some container in input.pod.containers
	profile := container.raw.securityContext.appArmorProfile
	profile != null
	not pod_security.confines(profile)
	denial := {
		"message": sprintf(
			"the AppArmor profile of container %q is %s; set its type to RuntimeDefault or Localhost",
			[container.name, pod_security.type_of(profile)],
		),
		"container": container.name,
		"path": sprintf("%s.securityContext.appArmorProfile.type", [container.path]),
	}
}

deny contains denial if {
	some key
	value := input.pod.metadata.annotations[key]
	startswith(key, prefix)
	not value in {"", "runtime/default", null}
	not startswith(value, "localhost/")
	container := trim_prefix(key, prefix)
	denial := {
		"message": sprintf(
			"an annotation sets the AppArmor profile of container %q to %q; write runtime/default or remove it",
			[container, sprintf("%v", [value])],
		),
		"container": container,
		"path": sprintf("%s.annotations[%q]", [input.pod.metadata_path, key]),
	}
}

prefix := "container.apparmor.security.beta.kubernetes.io/"
