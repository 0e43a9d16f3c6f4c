package seatrial.lib.secrets_test

import data.seatrial.lib.secrets

test_names_that_end_like_a_secret_look_like_one if {
	every name in [
		"PASSWORD",
		"DB_PASSWORD",
		"PGPASSWORD",
		"dbPassword",
		"redis-password",
		"admin.password",
		"API_KEY",
		"AWS_SECRET_ACCESS_KEY",
		"FLASK_SECRET_KEY",
		"GITHUB_TOKEN",
		"client-secret",
		"DB_PASS",
		"MYSQL_PWD",
	] {
		secrets.looks_secret(name)
	}
}

test_names_of_what_is_about_a_secret_do_not if {
	every name in [
		"PASSWORD_FILE",
		"TOKEN_TTL",
		"AWS_ACCESS_KEY_ID",
		"SECRET_NAME",
		"PASSWORD_MIN_LENGTH",
		"COMPASS",
		"KEY",
		"USERNAME",
		"",
		null,
		1,
	] {
		not secrets.looks_secret(name)
	}
}

test_switches_and_references_are_no_secrets if {
	every value in ["", " ", "true", "No", "0", "$(OTHER)"] {
		secrets.plain(value)
	}
	every value in ["hunter2", "$(OTHER", "(OTHER)", null] {
		not secrets.plain(value)
	}
}

test_defaults_are_known_in_any_case if {
	every value in ["changeme", "ChangeMe", " password ", "postgres", "minioadmin"] {
		secrets.well_known(value)
	}
	every value in ["correct horse battery staple", "", null] {
		not secrets.well_known(value)
	}
}

test_defaults_are_known_in_base64 if {
	# changeme, with and without a line feed; postgres; minioadmin
	every value in ["Y2hhbmdlbWU=", "Y2hhbmdlbWUK", "cG9zdGdyZXM=", " bWluaW9hZG1pbg== "] {
		secrets.well_known_encoded(value)
	}
	every value in ["changeme", "", null] {
		not secrets.well_known_encoded(value)
	}
}

test_every_default_has_its_two_forms if {
	count(secrets.defaults) > 0
	count(secrets.encoded) == 2 * count(secrets.defaults)
}
