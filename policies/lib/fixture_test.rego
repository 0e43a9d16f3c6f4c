# METADATA
# title: Inputs for tests
# description: Builds inputs of the shape that the harness hands to rules, so that a test names only what it is about.
package seatrial.lib.fixture_test

# A Pod template of a Deployment with these containers, for Kubernetes 1.36.
input_of(containers) := {
	"object": {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "fixture"}},
	"hook": false,
	"production": true,
	"kubernetes": {"major": 1, "minor": 36},
	"pod": {"path": "spec.template.spec", "spec": {}, "containers": containers},
	"parameters": {},
}

# The same input with these PodSpec fields.
with_spec(input_value, spec) := object.union(input_value, {"pod": {"spec": spec}})

# The same input for another minor version of Kubernetes 1.
for_minor(input_value, minor) := object.union(input_value, {"kubernetes": {"minor": minor}})

# The same input with resources of the Pod's own, normalised.
with_pod_resources(input_value, own) := object.union(input_value, {"pod": {"resources": own}})

# A container of a kind, written as `raw`.
container(name, kind, raw) := {
	"name": name,
	"kind": kind,
	"path": sprintf("spec.template.spec.%s[0]", [lists[kind]]),
	"raw": object.union({"name": name}, raw),
	"effective": {"runAsNonRoot": null, "runAsUser": null},
	"resources": {"limits": {}, "requests": {}},
}

# A container of a kind with these normalised limits and requests.
sized(name, kind, limits, requests) := object.union(
	container(name, kind, {}),
	{"resources": {"limits": limits, "requests": requests}},
)

# An object without a PodSpec.
without_pod := object.remove(input_of([]), ["pod"])

lists := {"container": "containers", "init": "initContainers", "ephemeral": "ephemeralContainers"}
