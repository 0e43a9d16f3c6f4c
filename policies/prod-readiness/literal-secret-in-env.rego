# METADATA
# title: Secrets should not be written into the environment
# description: |
#   A password that stands in a Pod template is in the release's history, in every backup of it, and readable for
#   everyone who may list Pods. Denied is a variable with a literal value whose name looks as if it held a secret: it
#   ends in PASSWORD, PASSPHRASE, SECRET, TOKEN, API_KEY, PRIVATE_KEY or the like, in any case and with any separator.
#   Names of what is only about a secret pass (PASSWORD_FILE, TOKEN_TTL, ACCESS_KEY_ID), and so do values that are
#   empty, a switch (yes, false, 0), or a reference to another variable, `$(OTHER)`. Every container is judged, init
#   and ephemeral ones and hooks included. The value is never shown.
# custom:
#   id: literal-secret-in-env
#   severity: high
#   enforcement: audit
#   judges: pods
#   standard:
#     name: Kubernetes, good practices for Secrets
#     reference: https://kubernetes.io/docs/concepts/security/secrets-good-practices/
#   remediation: |
#     ```yaml
#     containers:
#       - name: app
#         env:
#           - name: DB_PASSWORD
#             valueFrom:
#               secretKeyRef: {name: db, key: password}
#     ```
package seatrial.prod_readiness.literal_secret_in_env

import data.seatrial.lib.secrets

deny contains denial if {
	some container in input.pod.containers
	some index
	variable := container.raw.env[index]
	is_string(variable.value)
	secrets.looks_secret(variable.name)
	not secrets.plain(variable.value)
	denial := {
		"message": sprintf(
			"variable %s of container %q holds a literal secret; take it from a Secret with valueFrom.secretKeyRef",
			[variable.name, container.name],
		),
		"container": container.name,
		"path": sprintf("%s.env[%v].value", [container.path, index]),
	}
}
