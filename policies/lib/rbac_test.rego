package seatrial.lib.rbac_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.lib.rbac

role(kind, rules) := fixture.object_of("rbac.authorization.k8s.io/v1", kind, {"rules": rules})

test_roles_and_cluster_roles_have_rules if {
	rbac.rules == {0: {"verbs": ["get"]}} with input as role("Role", [{"verbs": ["get"]}])
	rbac.rules == {0: {"verbs": ["get"]}} with input as role("ClusterRole", [{"verbs": ["get"]}])
	rbac.rules == {} with input as role("ClusterRole", null)
	rbac.rules == {} with input as role("RoleBinding", [{"verbs": ["get"]}])
	rbac.rules == {} with input as fixture.object_of("example.org/v1", "Role", {"rules": [{"verbs": ["get"]}]})
}

test_a_group_is_named_or_all_are if {
	rbac.of_group({"apiGroups": ["apps", ""]}, "")
	rbac.of_group({"apiGroups": ["*"]}, "")
	not rbac.of_group({"apiGroups": ["apps"]}, "")
	not rbac.of_group({"apiGroups": null}, "")
	not rbac.of_group(null, "")
}

test_a_resource_is_named_or_all_are if {
	rbac.of_resource({"resources": ["pods", "secrets"]}, "secrets")
	rbac.of_resource({"resources": ["*"]}, "secrets")
	not rbac.of_resource({"resources": ["secrets/status"]}, "secrets")
	not rbac.of_resource({"resources": "secrets"}, "secrets")
}

test_a_subresource_is_named_with_its_resource_or_that_of_all_is if {
	rbac.of_resource({"resources": ["pods/exec"]}, "pods/exec")
	rbac.of_resource({"resources": ["*/exec"]}, "pods/exec")
	rbac.of_resource({"resources": ["*"]}, "pods/exec")
	not rbac.of_resource({"resources": ["pods"]}, "pods/exec")
	not rbac.of_resource({"resources": ["pods/*"]}, "pods/exec")
	not rbac.of_resource({"resources": ["*/log"]}, "pods/exec")
	not rbac.of_resource({"resources": ["*/secrets"]}, "secrets")
}

test_the_first_verb_that_is_allowed_is_told if {
	rbac.verb({"verbs": ["list", "get"]}, ["get", "list"]) == "get"
	rbac.verb({"verbs": ["*"]}, ["get"]) == "*"
	not rbac.verb({"verbs": ["update"]}, ["get"])
	not rbac.verb({"verbs": null}, ["get"])
	not rbac.verb({}, ["get"])
}

test_a_rule_with_names_is_about_those if {
	rbac.named({"resourceNames": ["a"]})
	not rbac.named({"resourceNames": []})
	not rbac.named({"resourceNames": null})
	not rbac.named({})
}

test_a_path_leads_to_the_field_of_a_rule if {
	rbac.path(2, "verbs") == "rules[2].verbs"
}
