# METADATA
# title: Inputs with links, for tests
# description: |
#   Builds on the other fixture: objects of any kind, what the rest of a release has to do with them, and containers
#   with images, ports and probes.
package seatrial.lib.links_fixture_test

import data.seatrial.lib.fixture_test as fixture

# An object without a PodSpec, with these fields beside its names, that nothing is linked to.
object_of(api_version, kind, fields) := {
	"object": object.union(
		{"apiVersion": api_version, "kind": kind, "metadata": {"name": "fixture"}},
		fields,
	),
	"hook": false,
	"production": true,
	"kubernetes": {"major": 1, "minor": 36},
	"links": unlinked,
	"parameters": {},
}

# A workload with these containers and labels of its Pods; `fields` beside the names of the object.
workload(api_version, kind, fields, containers) := object.union(
	object_of(api_version, kind, fields),
	{"pod": {
		"path": "spec.template.spec",
		"spec": {},
		"metadata": {"labels": {"app": "fixture"}, "annotations": {}},
		"metadata_path": "spec.template.metadata",
		"resources": {"limits": {}, "requests": {}},
		"containers": containers,
	}},
)

deployment(spec, containers) := workload("apps/v1", "Deployment", {"spec": spec}, containers)

stateful_set(spec, containers) := workload("apps/v1", "StatefulSet", {"spec": spec}, containers)

job(spec, containers) := workload("batch/v1", "Job", {"spec": spec}, containers)

# A CronJob whose Jobs have this spec.
cron_job(spec, job_spec, containers) := object.union(
	workload("batch/v1", "CronJob", {"spec": object.union(spec, {"jobTemplate": {"spec": job_spec}})}, containers),
	{"pod": {
		"path": "spec.jobTemplate.spec.template.spec",
		"metadata_path": "spec.jobTemplate.spec.template.metadata",
	}},
)

# The same input with these lists in its links.
linked(input_value, links) := object.union(input_value, {"links": links})

# The same input as a hook's.
hook(input_value) := object.union(input_value, {"hook": true})

# The same input of a profile that is not marked production.
development(input_value) := object.union(input_value, {"production": false})

# The same input with these parameters.
told(input_value, parameters) := object.union(input_value, {"parameters": parameters})

# What an object is linked to.
peer(api_version, kind, name, spec) := {
	"apiVersion": api_version,
	"kind": kind,
	"name": name,
	"spec": spec,
	"hook": false,
	"labels": {},
	"ports": [],
}

# A Deployment that is linked, its container declaring these ports.
pods(name, ports) := object.union(
	peer("apps/v1", "Deployment", name, {}),
	{"labels": {"app": name}, "ports": ports},
)

# A reference to an object that the release lacks.
missing(kind, name) := {
	"kind": kind,
	"name": name,
	"path": "spec.template.spec.containers[0].envFrom[0]",
	"container": "app",
	"optional": false,
	"found": false,
}

# A container `app` with an image as the harness reads it.
imaged(image, reading) := object.union(
	fixture.container("app", "container", {"image": image}),
	{"image": reading},
)

# A container that a Service sends traffic to, or not.
served(container, value) := object.union(container, {"served": value})

# An init container that runs beside the others.
sidecar(raw) := fixture.container("sidecar", "init", object.union({"restartPolicy": "Always"}, raw))

unlinked := {
	"references": [],
	"selects": [],
	"selected_by": [],
	"scaled_by": [],
	"backends": [],
}
