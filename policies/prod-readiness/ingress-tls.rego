# METADATA
# title: An Ingress in production should have TLS for each host
# description: |
#   Without TLS passwords and sessions cross the network as text. Asked in profiles that are marked production, of
#   Ingresses that are no hooks: every host of `spec.rules` is in a `spec.tls` entry, by its name or by a wildcard for
#   its first label; an entry without hosts covers all. An Ingress without hosts needs one entry. Exempt are those whose
#   annotations say that a load balancer holds the certificate: AWS' `alb.ingress.kubernetes.io/certificate-arn` and
#   `listen-ports`, Google's `networking.gke.io/managed-certificates` and `ingress.gcp.kubernetes.io/pre-shared-cert`.
# custom:
#   id: ingress-tls
#   severity: medium
#   enforcement: audit
#   judges: [Ingress]
#   standard:
#     name: seatrial prod-readiness, no upstream standard
#     reference: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
#   remediation: |
#     ```yaml
#     kind: Ingress
#     spec:
#       tls:
#         - hosts: [app.example.com]
#           secretName: app-tls
#     ```
package seatrial.prod_readiness.ingress_tls

import data.seatrial.lib.objects

deny contains denial if {
	judged
	some index
	host := input.object.spec.rules[index].host
	is_string(host)
	not covered(host)
	denial := {
		"message": sprintf("host %s is served without TLS; add it to the hosts of a spec.tls entry", [host]),
		"path": sprintf("spec.rules[%v].host", [index]),
	}
}

deny contains denial if {
	judged
	count(hosts) == 0
	not covered("")
	denial := {
		"message": "the Ingress is served without TLS; add a spec.tls entry with the name of a Secret",
		"path": "spec.tls",
	}
}

judged if {
	objects.in_production
	is_ingress
	not elsewhere
}

is_ingress if objects.in_group("networking.k8s.io")

is_ingress if objects.in_group("extensions")

hosts := {host | host := input.object.spec.rules[_].host; is_string(host)}

# A host, or the whole Ingress where it names none.
covered(host) if host in input.object.spec.tls[_].hosts

covered(host) if {
	wildcard := concat(".", array.concat(["*"], array.slice(split(host, "."), 1, 100)))
	wildcard in input.object.spec.tls[_].hosts
}

covered(_) if {
	some entry
	input.object.spec.tls[entry]
	not input.object.spec.tls[entry].hosts[0]
}

covered("") if count(input.object.spec.tls) > 0

elsewhere if {
	some annotation in [
		"alb.ingress.kubernetes.io/certificate-arn",
		"alb.ingress.kubernetes.io/listen-ports",
		"networking.gke.io/managed-certificates",
		"ingress.gcp.kubernetes.io/pre-shared-cert",
	]
	input.object.metadata.annotations[annotation]
}
