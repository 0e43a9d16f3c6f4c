# METADATA
# title: Pods must not mount paths of their node
# description: |
#   A hostPath volume lets a container read, and often write, what belongs to the node: other Pods' files, the container
#   runtime's socket, the kubelet's credentials. The rule reads `hostPath` of every volume as the baseline Pod Security
#   Standard does: absent and null are allowed, and an empty mapping is a hostPath. Where `restricted-volumes` is
#   asked as well, as in the pack `pss-restricted`, that rule takes the place of this one.
# custom:
#   id: host-path-volumes
#   severity: high
#   enforcement: enforce
#   judges: pods
#   standard:
#     name: Pod Security Standards, baseline, "HostPath Volumes"
#     reference: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
#   remediation: |
#     Claim storage instead, or take an emptyDir where the data need not stay:
#     ```yaml
#     volumes:
#       - name: data
#         persistentVolumeClaim:
#           claimName: data
#     ```
package seatrial.pss_baseline.host_path_volumes

deny contains denial if {
	some index
	volume := input.pod.spec.volumes[index]
	volume.hostPath != null
	denial := {
		"message": sprintf(
			"volume %q mounts a path of the node; use a claim, an emptyDir or a ConfigMap instead of hostPath",
			[object.get(volume, "name", "")],
		),
		"path": sprintf("%s.volumes[%v].hostPath", [input.pod.path, index]),
	}
}
