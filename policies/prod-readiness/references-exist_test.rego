package seatrial.prod_readiness.references_exist_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.references_exist as rule

denied(references) := denials if {
	denials := rule.deny with input as fixture.linked(fixture.deployment({}, []), {"references": references})
}

lacking(fields) := object.union(fixture.missing("Secret", "db"), fields)

test_a_reference_to_what_is_there_passes if {
	denied([lacking({"found": true})]) == set()
	denied([lacking({"found": true, "key": "password", "key_found": true})]) == set()
	denied([]) == set()
}

test_a_reference_to_what_is_not_there_is_denied if {
	denied([lacking({})]) == {{
		"message": concat(" ", [
			"Secret db is not in the release;",
			"correct the name, mark it optional, or list Secret/db in the parameter provided",
		]),
		"container": "app",
		"path": "spec.template.spec.containers[0].envFrom[0]",
	}}
	count(denied([fixture.missing("ConfigMap", "settings")])) == 1
	count(denied([lacking({"name": null})])) == 1
}

test_a_volume_has_no_container if {
	volume := object.remove(lacking({"path": "spec.template.spec.volumes[0].secret"}), ["container"])
	some denial in denied([volume])
	object.keys(denial) == {"message", "path"}
	denial.path == "spec.template.spec.volumes[0].secret"
}

test_a_key_that_is_not_there_is_denied if {
	denied([lacking({"found": true, "key": "pasword", "key_found": false})]) == {{
		"message": "Secret db has no key pasword; write one that it has, or mark it optional",
		"container": "app",
		"path": "spec.template.spec.containers[0].envFrom[0]",
	}}
}

test_a_missing_object_is_told_without_its_key if {
	count(denied([lacking({"key": "password", "key_found": false})])) == 1
}

test_optional_references_pass if {
	denied([lacking({"optional": true})]) == set()
	denied([lacking({"optional": true, "found": true, "key": "a", "key_found": false})]) == set()
}

test_what_the_suite_provides_passes if {
	given := fixture.told(
		fixture.linked(fixture.deployment({}, []), {"references": [
			lacking({}),
			fixture.missing("ConfigMap", "db"),
		]}),
		{"provided": ["Secret/db"]},
	)
	denials := rule.deny with input as given
	count(denials) == 1
	some denial in denials
	startswith(denial.message, "ConfigMap db")
}

test_what_every_namespace_has_passes if {
	denied([fixture.missing("ConfigMap", "kube-root-ca.crt")]) == set()
	count(denied([fixture.missing("Secret", "kube-root-ca.crt")])) == 1
}

test_pull_secrets_and_other_kinds_are_not_judged if {
	denied([lacking({"path": "spec.template.spec.imagePullSecrets[0]"})]) == set()
	denied([fixture.missing("ServiceAccount", "app")]) == set()
	denied([fixture.missing("PersistentVolumeClaim", "data")]) == set()
}

test_hooks_are_judged if {
	hook := fixture.hook(fixture.linked(fixture.job({}, []), {"references": [lacking({})]}))
	count(rule.deny) == 1 with input as hook
}

test_an_object_without_a_pod_gives_nothing if {
	count(rule.deny) == 0 with input as fixture.object_of("v1", "Service", {})
}
