# METADATA
# title: SELinux options must be those of containers
# description: |
#   On nodes with SELinux the type decides what a process may touch. A type that is not made for containers, or a user
#   or role of one's own, leads out of the container. The rule reads `securityContext.seLinuxOptions` of the Pod and of
#   every container, init and ephemeral ones included, as the baseline Pod Security Standard does: `type` is absent,
#   null, empty, container_t, container_init_t, container_kvm_t or, from Kubernetes 1.31, container_engine_t; `user`
#   and `role` are absent, null or empty; `level` is free. A bad value at the Pod is a finding even where each container
#   has options of its own. Each field is a finding of its own.
# custom:
#   id: se-linux-options
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "SELinux"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Remove the field, or take a type that is made for containers:
#     ```yaml
#     spec:
#       securityContext:
#         seLinuxOptions:
#           type: container_t
#     ```
package seatrial.pss_baseline.se_linux_options

import data.seatrial.lib.kubernetes

deny contains denial if {
	some field, wrong in problems(input.pod.spec.securityContext.seLinuxOptions)
	denial := {
		"message": sprintf("the Pod's SELinux options %s", [wrong]),
		"path": sprintf("%s.securityContext.seLinuxOptions.%s", [input.pod.path, field]),
	}
}

deny contains denial if {
	some container in input.pod.containers
	some field, wrong in problems(container.raw.securityContext.seLinuxOptions)
	denial := {
		"message": sprintf("the SELinux options of container %q %s", [container.name, wrong]),
		"container": container.name,
		"path": sprintf("%s.securityContext.seLinuxOptions.%s", [container.path, field]),
	}
}

# What is wrong with options, by field.
problems(options) := {field: wrong |
	some field in ["type", "user", "role"]
	value := options[field]
	not value in {"", null}
	wrong := problem(field, value)
}

problem("type", value) := sprintf("name the type %v; leave it out or write container_t", [value]) if {
	not made_for_containers(value)
}

problem("user", value) := sprintf("name the user %v; remove it", [value])

problem("role", value) := sprintf("name the role %v; remove it", [value])

made_for_containers(type) if kubernetes.at_least(1, since[type])

# Types that are made for containers, and the minor version of Kubernetes 1 that allows them.
since := {"container_t": 0, "container_init_t": 0, "container_kvm_t": 0, "container_engine_t": 31}
