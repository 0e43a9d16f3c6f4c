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
	"pod": {
		"path": "spec.template.spec",
		"spec": {},
		"metadata": {"labels": {}, "annotations": {}},
		"metadata_path": "spec.template.metadata",
		"resources": {"limits": {}, "requests": {}},
		"containers": containers,
	},
	"links": no_links,
	"parameters": {},
}

# The Pod template of a CronJob with these containers. Their paths are taken to be those of a Deployment.
cron_job_of(containers) := object.union(input_of([]), {
	"object": {"apiVersion": "batch/v1", "kind": "CronJob"},
	"pod": {
		"path": cron_job_path,
		"metadata_path": "spec.jobTemplate.spec.template.metadata",
		"containers": [moved_to_cron_job(one) | some one in containers],
	},
})

moved_to_cron_job(one) := object.union(one, {"path": replace(one.path, "spec.template.spec", cron_job_path)})

cron_job_path := "spec.jobTemplate.spec.template.spec"

# The same input with these PodSpec fields.
with_spec(input_value, spec) := object.union(input_value, {"pod": {"spec": spec}})

# The same input with this security context of the Pod.
with_context(input_value, context) := with_spec(input_value, {"securityContext": context})

# The same input for a Pod with these annotations.
with_annotations(input_value, annotations) := object.union(
	input_value,
	{"pod": {"metadata": {"annotations": annotations}}},
)

# The same input for a Pod with these labels.
with_labels(input_value, labels) := object.union(input_value, {"pod": {"metadata": {"labels": labels}}})

# The same input for another minor version of Kubernetes 1.
for_minor(input_value, minor) := object.union(input_value, {"kubernetes": {"minor": minor}})

# The same input with resources of the Pod's own, normalised.
with_pod_resources(input_value, own) := object.union(input_value, {"pod": {"resources": own}})

# The same input as a hook.
hook(input_value) := object.union(input_value, {"hook": true})

# The same input with these parameters.
with_parameters(input_value, parameters) := object.union(input_value, {"parameters": parameters})

# The same input with these links to the rest of the release.
with_links(input_value, links) := object.union(input_value, {"links": links})

# A container of a kind, written as `raw`. Nothing is inherited: `effective` is what `raw` says itself.
container(name, kind, raw) := {
	"name": name,
	"kind": kind,
	"path": sprintf("spec.template.spec.%s[0]", [lists[kind]]),
	"raw": object.union({"name": name}, raw),
	"effective": {field: value |
		some field in inherited
		value := object.get(raw, ["securityContext", field], null)
	},
	"resources": {"limits": {}, "requests": {}},
	"image": null,
	"served": false,
}

# A container of a kind with this security context of its own.
secured(name, kind, context) := container(name, kind, {"securityContext": context})

# A container of a kind with these normalised limits and requests.
sized(name, kind, limits, requests) := object.union(
	container(name, kind, {}),
	{"resources": {"limits": limits, "requests": requests}},
)

# The same container with this image, taken apart.
imaged(container_value, image) := object.union(container_value, {"image": image})

# The same container, which a Service of the release sends traffic to.
served(container_value) := object.union(container_value, {"served": true})

# One container without any field for each kind, named for it.
bare := [container(kind, kind, {}) | some kind in ["container", "init", "ephemeral"]]

# An object without a PodSpec.
without_pod := object.remove(input_of([]), ["pod"])

# Such an object as it was rendered, with its links.
object_of(rendered, links) := object.union(
	object.remove(without_pod, ["object", "links"]),
	{"object": rendered, "links": object.union(no_links, links)},
)

# Another object of the release as links describe it.
peer(kind, name, spec) := {
	"apiVersion": "v1",
	"kind": kind,
	"name": name,
	"spec": spec,
	"hook": false,
	"labels": {},
	"ports": [],
}

lists := {"container": "containers", "init": "initContainers", "ephemeral": "ephemeralContainers"}

inherited := ["runAsNonRoot", "runAsUser", "seccompProfile", "seLinuxOptions", "appArmorProfile", "windowsOptions"]

no_links := {"references": [], "selects": [], "selected_by": [], "scaled_by": [], "backends": []}
