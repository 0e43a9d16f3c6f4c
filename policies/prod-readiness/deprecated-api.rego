# METADATA
# title: APIs must be served by the Kubernetes version, and not deprecated
# description: |
#   What the API server no longer serves cannot be installed: the whole release fails. What it still serves and calls
#   deprecated will go with one of the next upgrades of the cluster; the message says from which version on. Judged is
#   every object, hooks included, against the Kubernetes version of the cell, by a table of Kubernetes' own groups; a
#   deprecated version is denied only once the cell's Kubernetes serves what to write instead. Deprecated without an
#   end, and denied from 1.33, is `v1` Endpoints. Versions of custom resources are their makers' matter.
# custom:
#   id: deprecated-api
#   severity: high
#   enforcement: enforce
#   judges: objects
#   standard:
#     name: Kubernetes, deprecated API migration guide
#     reference: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
#   remediation: |
#     Write the version that is served, or let the chart choose by what the cluster has:
#     ```yaml
#     apiVersion: {{ if .Capabilities.APIVersions.Has "policy/v1" }}policy/v1{{ else }}policy/v1beta1{{ end }}
#     kind: PodDisruptionBudget
#     ```
package seatrial.prod_readiness.deprecated_api

import data.seatrial.lib.apis

deny contains denial if {
	apis.gone
	denial := {
		"message": sprintf(
			"%s %s is not served any more, since Kubernetes 1.%d; write %s",
			[input.object.apiVersion, input.object.kind, apis.entry.removed, apis.entry.instead],
		),
		"path": "apiVersion",
	}
}

deny contains denial if {
	apis.deprecated
	denial := {
		"message": sprintf(
			"%s %s is still served, but deprecated since Kubernetes 1.%d%s; write %s",
			[input.object.apiVersion, input.object.kind, apis.entry.deprecated, end, apis.entry.instead],
		),
		"path": "apiVersion",
	}
}

end := sprintf(" and to go with 1.%d", [apis.entry.removed]) if {
	apis.entry.removed
} else := ""
