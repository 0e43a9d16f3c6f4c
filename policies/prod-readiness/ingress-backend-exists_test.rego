package seatrial.prod_readiness.ingress_backend_exists_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.ingress_backend_exists as rule

ingress(backends) := fixture.linked(
	fixture.object_of("networking.k8s.io/v1", "Ingress", {}),
	{"backends": backends},
)

backend(fields) := object.union(
	{
		"service": "web",
		"port": "http",
		"path": "spec.rules[0].http.paths[0].backend.service",
		"found": true,
		"port_found": true,
	},
	fields,
)

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_service_with_the_port_passes if {
	denied(ingress([backend({})])) == set()
	denied(ingress([])) == set()
}

test_a_service_that_the_release_lacks_is_denied if {
	denied(ingress([backend({}), backend({"found": false, "port_found": false})])) == {{
		"message": concat(" ", [
			"Service web is not in the release;",
			"name one that is, or list Service/web in the parameter provided",
		]),
		"path": "spec.rules[0].http.paths[0].backend.service",
	}}
}

test_a_port_that_the_service_lacks_is_denied if {
	denied(ingress([backend({"port": 81, "port_found": false})])) == {{
		"message": "Service web has no port 81; write a name or a number in its spec.ports",
		"path": "spec.rules[0].http.paths[0].backend.service",
	}}
}

test_a_backend_without_a_name_is_denied if {
	count(denied(ingress([backend({"service": null, "port": null, "found": false})]))) == 1
}

test_backends_that_an_annotation_describes_are_exempt if {
	denied(ingress([backend({"service": "ssl-redirect", "port": "use-annotation", "found": false})])) == set()
}

test_services_that_the_suite_provides_are_exempt if {
	lacking := ingress([backend({"found": false})])
	denied(fixture.told(lacking, {"provided": ["Service/web"]})) == set()
	count(denied(fixture.told(lacking, {"provided": ["Service/other"]}))) == 1
}

test_hooks_are_judged if {
	count(denied(fixture.hook(ingress([backend({"found": false})])))) == 1
}
