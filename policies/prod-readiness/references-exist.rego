# METADATA
# title: ConfigMaps and Secrets that Pods need must exist
# description: |
#   A Pod that takes a variable or a volume from a ConfigMap or Secret which is not there, or from a key that it lacks,
#   never starts: it waits in CreateContainerConfigError or ContainerCreating. Every such reference of every container
#   and volume, hooks included, is to an object of the release that has the key, unless it is marked `optional`.
#   A chart may rely on what others make: a Secret named in the values, one that cert-manager, an operator or a hook's
#   Job writes at run time. The render does not show those, so that a suite lists them in `provided`; they are then
#   part of what the chart demands, in writing. Exempt by themselves are the ConfigMap `kube-root-ca.crt`, which every
#   namespace has, and `imagePullSecrets`, without which Kubernetes pulls all the same.
# custom:
#   id: references-exist
#   severity: high
#   enforcement: enforce
#   judges: pods
#   live: false
#   standard:
#     name: Kubernetes, Pods and their ConfigMaps and Secrets
#     reference: https://kubernetes.io/docs/concepts/configuration/configmap/
#   parameters:
#     provided: {description: "list of ConfigMap/name and Secret/name that exist outside the release"}
#   remediation: |
#     Correct the name or the key, or say that the Pod can do without:
#     ```yaml
#     env:
#       - name: PASSWORD
#         valueFrom:
#           secretKeyRef:
#             name: db          # metadata.name of a Secret of the chart
#             key: password     # a key in its data
#     envFrom:
#       - configMapRef:
#           name: extra-settings
#           optional: true
#     ```
package seatrial.prod_readiness.references_exist

import data.seatrial.lib.peers

deny contains denial if {
	some reference in needed
	not reference.found == true
	denial := at(reference, sprintf(
		"%s %v is not in the release; correct the name, mark it optional, or list %s/%v in the parameter provided",
		[reference.kind, reference.name, reference.kind, reference.name],
	))
}

deny contains denial if {
	some reference in needed
	reference.found == true
	reference.key_found == false
	denial := at(reference, sprintf(
		"%s %v has no key %v; write one that it has, or mark it optional",
		[reference.kind, reference.name, reference.key],
	))
}

needed contains reference if {
	some reference in input.links.references
	reference.kind in {"ConfigMap", "Secret"}
	not reference.optional == true
	not contains(reference.path, ".imagePullSecrets[")
	not peers.provided(reference.kind, reference.name)
	not everywhere(reference)
}

everywhere(reference) if {
	reference.kind == "ConfigMap"
	reference.name == "kube-root-ca.crt"
}

at(reference, message) := {
	"message": message,
	"container": reference.container,
	"path": reference.path,
}

at(reference, message) := {
	"message": message,
	"path": reference.path,
} if {
	not reference.container
}
