package seatrial.prod_readiness.literal_secret_in_env_test

import data.seatrial.lib.fixture_test as base
import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.literal_secret_in_env as rule

denied(env) := denials if {
	denials := rule.deny with input as base.input_of([base.container("app", "container", {"env": env})])
}

literal := {"name": "DB_PASSWORD", "value": "hunter2"}

test_a_secret_from_a_secret_passes if {
	denied([{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]) == set()
}

test_a_literal_under_a_secrets_name_is_denied_and_not_shown if {
	denied([{"name": "LOG_LEVEL", "value": "info"}, literal]) == {{
		"message": concat(" ", [
			"variable DB_PASSWORD of container \"app\" holds a literal secret;",
			"take it from a Secret with valueFrom.secretKeyRef",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].env[1].value",
	}}
}

test_other_names_and_plain_values_pass if {
	denied([{"name": "USERNAME", "value": "hunter2"}]) == set()
	denied([{"name": "DB_PASSWORD_FILE", "value": "/run/secrets/db"}]) == set()
	denied([{"name": "ALLOW_EMPTY_PASSWORD", "value": "yes"}]) == set()
	denied([{"name": "DB_PASSWORD", "value": "$(OTHER)"}]) == set()
	denied([{"name": "DB_PASSWORD", "value": ""}]) == set()
	denied([{"name": "DB_PASSWORD", "value": null}]) == set()
	denied([{"name": "DB_PASSWORD"}]) == set()
}

test_an_environment_of_another_type_gives_nothing if {
	every env in [null, "DB_PASSWORD=hunter2", [null], ["DB_PASSWORD"], [{"name": null, "value": "hunter2"}]] {
		denied(env) == set()
	}
}

test_every_kind_of_container_and_hooks_are_judged if {
	containers := [base.container(kind, kind, {"env": [literal]}) | some kind in ["container", "init", "ephemeral"]]
	denials := rule.deny with input as fixture.hook(base.input_of(containers))
	{denial.container | some denial in denials} == {"container", "init", "ephemeral"}
}

test_the_path_is_the_containers_own if {
	nested := object.union(
		base.container("app", "container", {"env": [literal]}),
		{"path": "spec.jobTemplate.spec.template.spec.containers[0]"},
	)
	some denial in rule.deny with input as fixture.cron_job({}, {}, [nested])
	denial.path == "spec.jobTemplate.spec.template.spec.containers[0].env[0].value"
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as base.without_pod
}
