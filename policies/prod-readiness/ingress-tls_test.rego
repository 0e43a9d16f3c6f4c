package seatrial.prod_readiness.ingress_tls_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.ingress_tls as rule

ingress(spec) := fixture.object_of("networking.k8s.io/v1", "Ingress", {"spec": spec})

serving(hosts, tls) := ingress({"rules": [{"host": host} | some host in hosts], "tls": tls})

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_host_with_tls_passes if {
	denied(serving(["a.example.com"], [{"hosts": ["b.example.com"]}, {"hosts": ["a.example.com"]}])) == set()
	denied(serving(["a.example.com"], [{"hosts": ["*.example.com"]}])) == set()
	denied(serving(["a.example.com"], [{"secretName": "tls"}])) == set()
	denied(serving(["a.example.com"], [{"secretName": "tls", "hosts": []}])) == set()
}

test_a_host_without_tls_is_denied if {
	denied(serving(["a.example.com", "b.example.com"], [{"hosts": ["a.example.com"]}])) == {{
		"message": "host b.example.com is served without TLS; add it to the hosts of a spec.tls entry",
		"path": "spec.rules[1].host",
	}}
	every tls in [[], null, "yes", [{"hosts": ["example.com"]}], [{"hosts": ["*.com"]}]] {
		count(denied(serving(["a.example.com"], tls))) == 1
	}
}

test_an_ingress_without_hosts_needs_one_entry if {
	denied(ingress({"defaultBackend": {}})) == {{
		"message": "the Ingress is served without TLS; add a spec.tls entry with the name of a Secret",
		"path": "spec.tls",
	}}
	count(denied(ingress({"rules": [{"host": null}, {}]}))) == 1
	denied(ingress({"tls": [{"hosts": ["a.example.com"], "secretName": "tls"}]})) == set()
}

test_ingresses_whose_load_balancer_holds_the_certificate_are_exempt if {
	every annotation in [
		"alb.ingress.kubernetes.io/certificate-arn",
		"alb.ingress.kubernetes.io/listen-ports",
		"networking.gke.io/managed-certificates",
		"ingress.gcp.kubernetes.io/pre-shared-cert",
	] {
		annotated := {"object": {"metadata": {"annotations": {annotation: "here"}}}}
		denied(object.union(serving(["a.example.com"], []), annotated)) == set()
	}
}

test_only_what_stays_in_production_is_judged if {
	denied(fixture.development(serving(["a.example.com"], []))) == set()
	denied(fixture.hook(serving(["a.example.com"], []))) == set()
	denied(fixture.hook(ingress({}))) == set()
}

test_the_old_group_is_judged_and_others_are_not if {
	count(denied(fixture.object_of("extensions/v1beta1", "Ingress", {}))) == 1
	denied(fixture.object_of("config.openshift.io/v1", "Ingress", {})) == set()
}
