# METADATA
# title: Services that an Ingress names must exist
# description: |
#   An Ingress to a Service, or to a port of it, that is not there answers with an error page, and the API server does
#   not mind. Every backend of an Ingress is judged, the default one included: the release has the Service, and the
#   Service has the port, by its name or number. Exempt are ports named `use-annotation`, with which the AWS Load
#   Balancer Controller reads a backend from an annotation, and Services that the suite lists in `provided`.
# custom:
#   id: ingress-backend-exists
#   severity: high
#   enforcement: enforce
#   judges: [Ingress]
#   standard:
#     name: Kubernetes, backends of an Ingress
#     reference: https://kubernetes.io/docs/concepts/services-networking/ingress/
#   parameters:
#     provided: {description: "list of Service/name that exist outside the release"}
#   remediation: |
#     ```yaml
#     kind: Ingress
#     spec:
#       rules:
#         - host: app.example.com
#           http:
#             paths:
#               - path: /
#                 pathType: Prefix
#                 backend:
#                   service:
#                     name: app            # metadata.name of a Service of the chart
#                     port: {name: http}   # a name in its spec.ports
#     ```
package seatrial.prod_readiness.ingress_backend_exists

import data.seatrial.lib.peers

deny contains denial if {
	some backend in judged
	not backend.found == true
	denial := {
		"message": sprintf(
			"Service %v is not in the release; name one that is, or list Service/%v in the parameter provided",
			[backend.service, backend.service],
		),
		"path": backend.path,
	}
}

deny contains denial if {
	some backend in judged
	backend.found == true
	backend.port_found == false
	denial := {
		"message": sprintf(
			"Service %v has no port %v; write a name or a number in its spec.ports",
			[backend.service, backend.port],
		),
		"path": backend.path,
	}
}

judged contains backend if {
	some backend in input.links.backends
	not backend.port == "use-annotation"
	not peers.provided("Service", backend.service)
}
