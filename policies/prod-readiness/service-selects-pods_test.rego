package seatrial.prod_readiness.service_selects_pods_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.service_selects_pods as rule

http := {"name": "http", "port": 8080, "protocol": "TCP", "container": "app"}

dns := {"name": "dns", "port": 53, "protocol": "UDP", "container": "app"}

service(spec) := fixture.object_of("v1", "Service", {"spec": object.union({"selector": {"app": "web"}}, spec)})

serving(spec, ports) := fixture.linked(service(spec), {"selects": [fixture.pods("web", ports)]})

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_a_service_with_pods_and_their_ports_passes if {
	denied(serving({"ports": [{"port": 80, "targetPort": "http"}]}, [http])) == set()
	denied(serving({"ports": [{"port": 53, "targetPort": "dns", "protocol": "UDP"}]}, [http, dns])) == set()
}

test_a_selector_that_matches_nothing_is_denied if {
	denied(service({"ports": [{"port": 80, "targetPort": "http"}]})) == {{
		"message": "the selector matches no Pod of the release; write labels that a Pod template has",
		"path": "spec.selector",
	}}
}

test_a_port_that_no_pod_declares_is_denied if {
	denied(serving({"ports": [{"port": 1}, {"port": 80, "targetPort": "web"}]}, [http, dns])) == {{
		"message": "no selected Pod declares a port \"web\" for TCP; write one of dns, http, or a number",
		"path": "spec.ports[1].targetPort",
	}}
}

test_the_protocol_of_a_named_port_counts if {
	some denial in denied(serving({"ports": [{"port": 53, "targetPort": "dns"}]}, [dns]))
	contains(denial.message, "\"dns\" for TCP")
	count(denied(serving({"ports": [{"port": 53, "targetPort": "http", "protocol": "UDP"}]}, [http]))) == 1
}

test_pods_without_named_ports_are_told_to_name_them if {
	every ports in [[], [{"port": 80, "protocol": "TCP", "container": "app"}]] {
		some denial in denied(serving({"ports": [{"port": 80, "targetPort": "http"}]}, ports))
		endswith(denial.message, "for TCP; name the port in the container's ports, or write a number")
	}
}

test_one_of_several_selected_pods_is_enough if {
	two := fixture.linked(
		service({"ports": [{"port": 80, "targetPort": "http"}]}),
		{"selects": [fixture.pods("other", []), fixture.pods("web", [http])]},
	)
	denied(two) == set()
}

test_numbers_and_what_is_not_said_are_not_judged if {
	every port in [{"port": 80}, {"port": 80, "targetPort": 1234}, {"port": 80, "targetPort": null}, null] {
		denied(serving({"ports": [port]}, [])) == set()
	}
	denied(serving({"ports": null}, [])) == set()
}

test_services_with_endpoints_from_elsewhere_are_exempt if {
	denied(fixture.object_of("v1", "Service", {"spec": {}})) == set()
	denied(fixture.object_of("v1", "Service", {"spec": {"selector": null}})) == set()
	denied(fixture.object_of("v1", "Service", {"spec": {"selector": {}}})) == set()
	denied(service({"type": "ExternalName"})) == set()
	denied(object.union(service({}), {"object": {"metadata": {"namespace": "kube-system"}}})) == set()
}

test_labels_that_controllers_write_are_not_judged if {
	denied(service({"selector": {"statefulset.kubernetes.io/pod-name": "web-0"}})) == set()
	denied(service({"selector": {"job-name": "load"}})) == set()
}

test_the_suite_names_services_whose_pods_an_operator_makes if {
	denied(fixture.told(service({}), {"elsewhere": ["fixture"]})) == set()
	wrong_port := serving({"ports": [{"port": 80, "targetPort": "web"}]}, [http])
	denied(fixture.told(wrong_port, {"elsewhere": ["fixture"]})) == set()
	count(denied(fixture.told(service({}), {"elsewhere": ["other"]}))) == 1
	count(denied(fixture.told(service({}), {"elsewhere": null}))) == 1
}

test_pods_of_hooks_count_for_hooks_only if {
	served_by_hook := fixture.linked(service({}), {"selects": [fixture.hook(fixture.pods("test", []))]})
	count(denied(served_by_hook)) == 1
	denied(fixture.hook(served_by_hook)) == set()
	count(denied(fixture.hook(service({})))) == 1
}

test_kinds_of_other_groups_are_not_judged if {
	foreign := {"spec": {"selector": {"app": "web"}}}
	denied(fixture.object_of("serving.knative.dev/v1", "Service", foreign)) == set()
}
