package seatrial.prod_readiness.service_account_exists_test

import data.seatrial.lib.links_fixture_test as fixture
import data.seatrial.prod_readiness.service_account_exists as rule

naming(fields) := fixture.linked(fixture.deployment({}, []), {"references": [object.union(
	{
		"kind": "ServiceAccount",
		"name": "app",
		"path": "spec.template.spec.serviceAccountName",
		"optional": false,
		"found": false,
	},
	fields,
)]})

denied(input_value) := denials if {
	denials := rule.deny with input as input_value
}

test_an_account_of_the_release_passes if {
	denied(naming({"found": true})) == set()
	denied(fixture.deployment({}, [])) == set()
}

test_an_account_that_the_release_lacks_is_denied if {
	denied(naming({})) == {{
		"message": concat(" ", [
			"ServiceAccount app is not in the release;",
			"add it, or list ServiceAccount/app in the parameter provided",
		]),
		"path": "spec.template.spec.serviceAccountName",
	}}
}

test_the_default_account_is_everywhere if {
	denied(naming({"name": "default"})) == set()
}

test_accounts_that_the_suite_provides_pass if {
	denied(fixture.told(naming({}), {"provided": ["ServiceAccount/app"]})) == set()
	count(denied(fixture.told(naming({}), {"provided": ["ServiceAccount/other", "Secret/app"]}))) == 1
}

test_other_references_are_not_judged if {
	denied(naming({"kind": "Secret"})) == set()
}

test_hooks_are_judged if {
	count(denied(fixture.hook(naming({})))) == 1
}
