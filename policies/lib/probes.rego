# METADATA
# title: Probes
# description: Which containers are probed, and how Kubernetes reads a probe.
package seatrial.lib.probes

import data.seatrial.lib.workloads

kinds := ["startupProbe", "readinessProbe", "livenessProbe"]

handlers := ["httpGet", "tcpSocket", "grpc", "exec"]

# Containers that run as long as their Pod, of Pods that run for good. Of init containers these are the sidecars;
# ephemeral containers cannot have probes.
subjects contains container if {
	workloads.long_running
	some container in input.pod.containers
	container.kind == "container"
}

subjects contains container if {
	workloads.long_running
	some container in input.pod.containers
	container.kind == "init"
	container.raw.restartPolicy == "Always"
}

# The container has a probe of this kind that asks something.
has(container, kind) if {
	some handler in handlers
	is_object(container.raw[kind][handler])
}

# How many attempts at what distance: what Kubernetes fills in stands for what is not said, and for 0.
patience(probe) := {
	"failureThreshold": setting(probe, "failureThreshold", 3),
	"periodSeconds": setting(probe, "periodSeconds", 10),
	"timeoutSeconds": setting(probe, "timeoutSeconds", 1),
}

# What a probe asks, in one form for all the ways to write it. Undefined where it asks nothing.
question(container, probe) := {
	"httpGet": {
		"host": text(probe.httpGet, "host", ""),
		"path": text(probe.httpGet, "path", "/"),
		"port": port(container, probe.httpGet.port),
		"scheme": text(probe.httpGet, "scheme", "HTTP"),
		"headers": object.get(probe.httpGet, "httpHeaders", null),
	},
} if {
	is_object(probe.httpGet)
} else := {
	"tcpSocket": {
		"host": text(probe.tcpSocket, "host", ""),
		"port": port(container, probe.tcpSocket.port),
	},
} if {
	is_object(probe.tcpSocket)
} else := {
	"grpc": {
		"port": probe.grpc.port,
		"service": text(probe.grpc, "service", ""),
	},
} if {
	is_object(probe.grpc)
} else := {"exec": probe.exec.command}

# The number behind a port's name; a name that the container does not declare stays as it is.
port(container, name) := declared if {
	numbers := {candidate.containerPort | candidate := container.raw.ports[_]; candidate.name == name}
	count(numbers) == 1
	some declared in numbers
} else := name

setting(probe, key, default_value) := probe[key] if {
	is_number(probe[key])
	probe[key] != 0
} else := default_value

text(holder, key, default_value) := holder[key] if {
	is_string(holder[key])
	holder[key] != ""
} else := default_value
