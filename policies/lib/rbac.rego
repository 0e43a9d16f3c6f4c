# METADATA
# title: Rights
# description: How Kubernetes reads the rules of Roles and ClusterRoles.
package seatrial.lib.rbac

import data.seatrial.lib.objects

# The rules of a Role or ClusterRole by their index; undefined for other objects.
rules[index] := rule if {
	input.object.kind in {"Role", "ClusterRole"}
	objects.in_group("rbac.authorization.k8s.io")
	some index
	rule := input.object.rules[index]
}

# The rule is about resources of this API group.
of_group(rule, group) if {
	some candidate in [group, "*"]
	rule.apiGroups[_] == candidate
}

# The rule is about this resource or subresource, such as `pods/exec`.
of_resource(rule, resource) if {
	some candidate in [resource, "*"]
	rule.resources[_] == candidate
}

of_resource(rule, resource) if {
	some subresource in array.slice(split(resource, "/"), 1, 2)
	rule.resources[_] == concat("/", ["*", subresource])
}

# The first of these verbs that the rule allows; `*` allows each.
verb(rule, verbs) := allowed[0] if {
	allowed := [candidate |
		some candidate in array.concat(verbs, ["*"])
		candidate in rule.verbs
	]
}

# The rule is about named objects only.
named(rule) if count(rule.resourceNames) > 0

path(index, field) := sprintf("rules[%v].%s", [index, field])
