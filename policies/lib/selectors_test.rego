package seatrial.lib.selectors_test

import data.seatrial.lib.selectors

labels := {"app": "web", "tier": "front"}

expression(key, operator, values) := {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}

test_labels_that_are_there_match if {
	selectors.mismatches({"matchLabels": {"app": "web"}}, labels) == set()
	selectors.mismatches({"matchLabels": {}}, labels) == set()
	selectors.mismatches({}, labels) == set()
}

test_labels_that_are_absent_or_other_do_not if {
	selectors.mismatches({"matchLabels": {"app": "web", "zone": "a"}}, labels) == {"zone: a"}
	selectors.mismatches({"matchLabels": {"app": "api"}}, labels) == {"app: api"}
	selectors.mismatches({"matchLabels": {"app": true}}, {"app": "true"}) == {"app: true"}
}

test_expressions_that_hold_match if {
	selectors.mismatches(expression("app", "In", ["api", "web"]), labels) == set()
	selectors.mismatches(expression("app", "NotIn", ["api"]), labels) == set()
	selectors.mismatches(expression("zone", "NotIn", ["a"]), labels) == set()
	selectors.mismatches(expression("app", "Exists", null), labels) == set()
	selectors.mismatches(expression("zone", "DoesNotExist", null), labels) == set()
}

test_expressions_that_do_not_hold_are_told if {
	selectors.mismatches(expression("app", "In", ["api"]), labels) == {`app In ["api"]`}
	selectors.mismatches(expression("zone", "In", ["a"]), labels) == {`zone In ["a"]`}
	selectors.mismatches(expression("app", "In", null), labels) == {"app In null"}
	selectors.mismatches(expression("app", "NotIn", ["web"]), labels) == {`app NotIn ["web"]`}
	selectors.mismatches(expression("zone", "Exists", null), labels) == {"zone Exists"}
	selectors.mismatches(expression("app", "DoesNotExist", null), labels) == {"app DoesNotExist"}
}

test_labels_and_expressions_are_both_asked if {
	both := object.union({"matchLabels": {"app": "api"}}, expression("zone", "Exists", null))
	selectors.mismatches(both, labels) == {"app: api", "zone Exists"}
}
