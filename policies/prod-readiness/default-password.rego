# METADATA
# title: Passwords should not be well-known defaults
# description: |
#   A chart that comes with `changeme` is installed with it. Denied are keys of a Secret (`data` and `stringData`) and
#   literal variables of every container whose name looks as if it held a secret, and whose value is a well-known
#   default: changeme, password, admin, postgres, minioadmin, prom-operator and some seventy others, in any case
#   (capitals count in `data`, where values are encoded). Hooks are judged as well. The value is never shown. What
#   this profile's values make of the Secret counts, so that a chart which generates its passwords passes.
# custom:
#   id: default-password
#   severity: high
#   enforcement: audit
#   judges: objects
#   standard:
#     name: CWE-1392, use of default credentials
#     reference: https://cwe.mitre.org/data/definitions/1392.html
#   remediation: |
#     Demand one, or make one up at the first install and keep it at upgrades:
#     ```yaml
#     apiVersion: v1
#     kind: Secret
#     stringData:
#       password: {{ required "auth.password is needed" .Values.auth.password | quote }}
#     ```
package seatrial.prod_readiness.default_password

import data.seatrial.lib.objects
import data.seatrial.lib.secrets

deny contains denial if {
	is_secret
	some key
	value := input.object.data[key]
	secrets.looks_secret(key)
	secrets.well_known_encoded(value)
	denial := {
		"message": sprintf("key %s of the Secret holds a well-known default; have a value of its own given or made", [key]),
		"path": sprintf("data.%s", [key]),
	}
}

deny contains denial if {
	is_secret
	some key
	value := input.object.stringData[key]
	secrets.looks_secret(key)
	secrets.well_known(value)
	denial := {
		"message": sprintf("key %s of the Secret holds a well-known default; have a value of its own given or made", [key]),
		"path": sprintf("stringData.%s", [key]),
	}
}

deny contains denial if {
	some container in input.pod.containers
	some index
	variable := container.raw.env[index]
	secrets.looks_secret(variable.name)
	secrets.well_known(variable.value)
	denial := {
		"message": sprintf(
			"variable %s of container %q holds a well-known default; take a value of its own from a Secret",
			[variable.name, container.name],
		),
		"container": container.name,
		"path": sprintf("%s.env[%v].value", [container.path, index]),
	}
}

is_secret if {
	input.object.kind == "Secret"
	objects.core
}
