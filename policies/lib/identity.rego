# METADATA
# title: Service accounts of Pods
# description: Which account a Pod runs as.
package seatrial.lib.identity

# The account that Kubernetes takes: `serviceAccount` is the old name of the field, and counts where the new one is
# empty.
account := name if {
	name := input.pod.spec.serviceAccountName
	is_name(name)
} else := name if {
	name := input.pod.spec.serviceAccount
	is_name(name)
} else := "default"

is_name(value) if {
	is_string(value)
	value != ""
}
