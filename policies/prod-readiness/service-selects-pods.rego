# METADATA
# title: A Service must select Pods that have its ports
# description: |
#   A Service whose selector matches no Pod, or whose `targetPort` is a name that no selected Pod declares, refuses
#   every connection, and nothing says so at the install. Asked of Services with a selector; those without one and
#   `ExternalName` have their endpoints from elsewhere. A port's name must be declared with the Service port's protocol
#   by at least one of the selected Pods; numbers are not judged, since declaring a port opens nothing. Pods of hooks
#   do not count for a Service that stays.
#   Not judged are Services of the namespace `kube-system` (charts make them to watch the cluster's own Pods) and
#   selectors with labels that Kubernetes itself puts on Pods, such as `statefulset.kubernetes.io/pod-name`. Name
#   others whose Pods an operator makes, or labels at run time, in `elsewhere`: a render does not show those Pods.
# custom:
#   id: service-selects-pods
#   severity: high
#   enforcement: enforce
#   judges: [Service]
#   standard:
#     name: Kubernetes, Services and their selectors
#     reference: https://kubernetes.io/docs/concepts/services-networking/service/
#   parameters:
#     elsewhere: {description: "list of names of Services whose Pods the release does not render"}
#   remediation: |
#     ```yaml
#     kind: Service
#     spec:
#       selector:
#         app.kubernetes.io/name: app      # labels of the Pod template
#       ports:
#         - port: 80
#           targetPort: http               # a name in the container's ports
#     ```
package seatrial.prod_readiness.service_selects_pods

import data.seatrial.lib.objects
import data.seatrial.lib.peers

deny contains denial if {
	judged
	count(peers.selected) == 0
	denial := {
		"message": "the selector matches no Pod of the release; write labels that a Pod template has",
		"path": "spec.selector",
	}
}

deny contains denial if {
	judged
	count(peers.selected) > 0
	some index
	port := input.object.spec.ports[index]
	is_string(port.targetPort)
	not declared(port)
	denial := {
		"message": sprintf(
			"no selected Pod declares a port %q for %v; %s",
			[port.targetPort, protocol(port), advice],
		),
		"path": sprintf("spec.ports[%d].targetPort", [index]),
	}
}

judged if {
	objects.core
	count(input.object.spec.selector) > 0
	not input.object.spec.type == "ExternalName"
	not input.object.metadata.namespace == "kube-system"
	not input.object.metadata.name in input.parameters.elsewhere
	not labelled_at_run_time
}

# Labels that no template carries: controllers add them to each Pod.
labelled_at_run_time if {
	some label in [
		"statefulset.kubernetes.io/pod-name",
		"apps.kubernetes.io/pod-index",
		"pod-template-hash",
		"controller-revision-hash",
		"batch.kubernetes.io/job-name",
		"batch.kubernetes.io/job-completion-index",
		"job-name",
	]
	input.object.spec.selector[label]
}

declared(port) if {
	some peer in peers.selected
	some candidate in peer.ports
	candidate.name == port.targetPort
	candidate.protocol == protocol(port)
}

protocol(port) := port.protocol if {
	is_string(port.protocol)
} else := "TCP"

advice := sprintf("write one of %s, or a number", [concat(", ", names)]) if {
	names := {port.name |
		port := peers.selected[_].ports[_]
		is_string(port.name)
	}
	count(names) > 0
} else := "name the port in the container's ports, or write a number"
