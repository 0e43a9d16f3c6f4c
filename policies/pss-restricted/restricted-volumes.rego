# METADATA
# title: Pods must mount harmless kinds of volumes only
# description: |
#   Volumes that name a path of the node or a storage server reach past what the cluster's administrator offers as
#   storage. The rule reads every volume as the restricted Pod Security Standard does: its source is one of configMap,
#   csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected and secret; null is absent, and an
#   empty mapping is there. A volume without any source is an emptyDir, which the API server makes of it before it
#   judges. A source that Kubernetes does not know is a finding.
# custom:
#   id: restricted-volumes
#   severity: medium
#   enforcement: enforce
#   judges: pods
#   overrides: [host-path-volumes]
#   standard:
#     name: Pod Security Standards, restricted, "Volume Types"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
#   remediation: |
#     Claim storage, and leave where it comes from to the storage class:
#     ```yaml
#     volumes:
#       - name: data
#         persistentVolumeClaim:
#           claimName: data
#     ```
package seatrial.pss_restricted.restricted_volumes

deny contains denial if {
	some index
	volume := input.pod.spec.volumes[index]
	not harmless(volume)
	some source in sources(volume)
	denial := {
		"message": sprintf(
			"volume %q is of the kind %s, which is restricted; use a claim, an emptyDir or a ConfigMap instead",
			[object.get(volume, "name", ""), source],
		),
		"path": sprintf("%s.volumes[%v].%s", [input.pod.path, index, source]),
	}
}

harmless(volume) if {
	some source in allowed
	volume[source] != null
}

# What a volume says besides its name: where it comes from. Usually one.
sources(volume) := {key |
	some key
	value := volume[key]
	key != "name"
	value != null
}

allowed := [
	"configMap",
	"emptyDir",
	"secret",
	"persistentVolumeClaim",
	"projected",
	"downwardAPI",
	"csi",
	"ephemeral",
	"image",
]
