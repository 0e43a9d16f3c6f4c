# METADATA
# title: Label selectors
# description: Why labels do not satisfy a selector.
package seatrial.lib.selectors

# What `labels` lack of `selector` (matchLabels and matchExpressions), one text for each part.
mismatches(selector, labels) := of_labels(selector, labels) | of_expressions(selector, labels)

of_labels(selector, labels) := {sprintf("%s: %v", [key, value]) |
	some key
	value := selector.matchLabels[key]
	not same(labels, key, value)
}

of_expressions(selector, labels) := {unmet(expression, labels) | expression := selector.matchExpressions[_]}

unmet(expression, labels) := sprintf("%v In %v", [expression.key, expression.values]) if {
	expression.operator == "In"
	not one_of(labels, expression)
}

unmet(expression, labels) := sprintf("%v NotIn %v", [expression.key, expression.values]) if {
	expression.operator == "NotIn"
	one_of(labels, expression)
}

unmet(expression, labels) := sprintf("%v Exists", [expression.key]) if {
	expression.operator == "Exists"
	not has(labels, expression.key)
}

unmet(expression, labels) := sprintf("%v DoesNotExist", [expression.key]) if {
	expression.operator == "DoesNotExist"
	has(labels, expression.key)
}

same(labels, key, value) if labels[key] == value

one_of(labels, expression) if labels[expression.key] in expression.values

has(labels, key) if labels[key] != null
