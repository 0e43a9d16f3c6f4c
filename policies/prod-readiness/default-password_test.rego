package seatrial.prod_readiness.default_password_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.default_password as rule

# changeme
changeme := "Y2hhbmdlbWU="

# correct horse
own := "Y29ycmVjdCBob3JzZQ=="

secret(fields) := fixture.object_of("v1", "Secret", fields)

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

with_env(env) := denied(base.input_of([base.container("app", "container", {"env": env})]))

test_a_value_of_its_own_passes if {
	denied(secret({"data": {"password": own}, "stringData": {"token": "correct horse"}})) == set()
	with_env([{"name": "DB_PASSWORD", "value": "correct horse"}]) == set()
}

test_a_default_in_data_is_denied_and_not_shown if {
	denied(secret({"data": {"username": "YWRtaW4=", "admin-password": changeme}})) == {{
		"message": concat(" ", [
			"key admin-password of the Secret holds a well-known default;",
			"have a value of its own given or made",
		]),
		"path": "data.admin-password",
	}}
}

test_a_default_in_string_data_is_denied_and_not_shown if {
	denied(secret({"stringData": {"username": "admin", "rootPassword": "MinioAdmin"}})) == {{
		"message": concat(" ", [
			"key rootPassword of the Secret holds a well-known default;",
			"have a value of its own given or made",
		]),
		"path": "stringData.rootPassword",
	}}
}

test_a_default_in_a_variable_is_denied_and_not_shown if {
	with_env([{"name": "USER", "value": "admin"}, {"name": "DB_PASSWORD", "value": "changeme"}]) == {{
		"message": concat(" ", [
			"variable DB_PASSWORD of container \"app\" holds a well-known default;",
			"take a value of its own from a Secret",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].env[1].value",
	}}
}

test_every_kind_of_container_is_judged if {
	variable := {"name": "DB_PASSWORD", "value": "changeme"}
	containers := [base.container(kind, kind, {"env": [variable]}) | some kind in ["container", "init", "ephemeral"]]
	count(denied(base.input_of(containers))) == 3
}

test_values_of_another_type_give_nothing if {
	every value in [null, 1, true, ["changeme"]] {
		denied(secret({"data": {"password": value}, "stringData": {"password": value}})) == set()
		with_env([{"name": "PASSWORD", "value": value}]) == set()
	}
	denied(secret({"data": null, "stringData": "password"})) == set()
	with_env(null) == set()
}

test_hooks_are_judged if {
	count(denied(fixture.hook(secret({"data": {"password": changeme}})))) == 1
}

test_other_kinds_with_data_are_not_judged if {
	every one in [{"data": {"password": changeme}}, {"stringData": {"password": "changeme"}}] {
		denied(fixture.object_of("v1", "ConfigMap", one)) == set()
		denied(fixture.object_of("example.org/v1", "Secret", one)) == set()
	}
}
