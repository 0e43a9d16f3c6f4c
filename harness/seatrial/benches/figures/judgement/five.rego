# Five ordinary rules, as people write them for conftest.
package main

pod := input.spec if input.kind == "Pod"

pod := input.spec.template.spec if input.kind in {"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"}

pod := input.spec.jobTemplate.spec.template.spec if input.kind == "CronJob"

containers contains container if some container in pod.containers

containers contains container if some container in pod.initContainers

deny contains message if {
	some container in containers
	not runs_as_non_root(container)
	message := sprintf("%s %s: container %s may run as root", [input.kind, input.metadata.name, container.name])
}

deny contains message if {
	some container in containers
	not container.securityContext.readOnlyRootFilesystem
	message := sprintf(
		"%s %s: container %s may write to its root filesystem",
		[input.kind, input.metadata.name, container.name],
	)
}

deny contains message if {
	some container in containers
	not container.resources.limits.cpu
	message := sprintf("%s %s: container %s has no CPU limit", [input.kind, input.metadata.name, container.name])
}

deny contains message if {
	some container in containers
	not container.resources.limits.memory
	message := sprintf("%s %s: container %s has no memory limit", [input.kind, input.metadata.name, container.name])
}

deny contains message if {
	some container in containers
	not is_pinned(container.image)
	message := sprintf("%s %s: container %s has an image without a tag", [input.kind, input.metadata.name, container.name])
}

runs_as_non_root(container) if container.securityContext.runAsNonRoot

runs_as_non_root(container) if {
	not has_own_answer(container)
	pod.securityContext.runAsNonRoot
}

has_own_answer(container) if container.securityContext.runAsNonRoot == false

is_pinned(image) if contains(image, "@sha256:")

is_pinned(image) if {
	name := split(image, "/")
	[_, tag] := split(name[count(name) - 1], ":")
	tag != "latest"
}
