package seatrial.lib.identity_test

import data.seatrial.lib.fixture_test as fixture
import data.seatrial.lib.identity

account(spec) := name if {
	name := identity.account with input as fixture.with_spec(fixture.input_of([]), spec)
}

test_the_account_is_the_one_that_is_named_by_either_name if {
	account({"serviceAccountName": "app"}) == "app"
	account({"serviceAccount": "old"}) == "old"
	account({"serviceAccountName": "app", "serviceAccount": "old"}) == "app"
	account({"serviceAccountName": "", "serviceAccount": "old"}) == "old"
}

test_no_name_is_the_default_account if {
	every spec in [{}, {"serviceAccountName": ""}, {"serviceAccountName": null, "serviceAccount": null}] {
		account(spec) == "default"
	}
}
