# METADATA
# title: Facts about the cluster and the Pod
# description: What several rules ask of the input's Kubernetes version and PodSpec.
package seatrial.lib.kubernetes

# The version judged for is this one or a later one.
at_least(major, _) if input.kubernetes.major > major

at_least(major, minor) if {
	input.kubernetes.major == major
	input.kubernetes.minor >= minor
}

# The Pod runs on Windows nodes, by its own word.
windows if input.pod.spec.os.name == "windows"
