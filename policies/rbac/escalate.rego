# METADATA
# title: Roles should not give rights away or act as others
# description: |
#   Kubernetes lets nobody grant what they do not have, except by these verbs: `escalate` on roles writes any rights
#   into them, `bind` binds to any of them, and `impersonate` acts as another user. Denied is a rule of a Role or
#   ClusterRole with escalate or bind (or `*`) about roles or clusterroles, or with impersonate or one of its limited
#   forms (`impersonate:user-info`, `impersonate-on:…`), whatever it is about, or with `*` about users, groups or
#   service accounts, in any of the groups where those are impersonated. Names in `resourceNames` limit bind and
#   impersonate: such a rule passes for those two, unless it names cluster-admin.
# custom:
#   id: escalate
#   severity: high
#   enforcement: audit
#   judges: [Role, ClusterRole]
#   standard:
#     name: Kubernetes, good practices for role based access control
#     reference: https://kubernetes.io/docs/concepts/security/rbac-good-practices/#escalate-verb
#   remediation: |
#     Name the roles that may be bound:
#     ```yaml
#     kind: ClusterRole
#     rules:
#       - apiGroups: [rbac.authorization.k8s.io]
#         resources: [clusterroles]
#         resourceNames: [app-worker]
#         verbs: [bind]
#     ```
package seatrial.rbac.escalate

import data.seatrial.lib.rbac

deny contains denial if {
	some index, rule in rbac.rules
	about_roles(rule)
	verb := rbac.verb(rule, ["escalate"])
	denial := {
		"message": sprintf("verb %s on roles writes any rights into them; list the verbs without escalate", [verb]),
		"path": rbac.path(index, "verbs"),
	}
}

deny contains denial if {
	some index, rule in rbac.rules
	about_roles(rule)
	not limited(rule)
	verb := rbac.verb(rule, ["bind"])
	denial := {
		"message": sprintf("verb %s on roles binds to any of them; name the ones that are needed in resourceNames", [verb]),
		"path": rbac.path(index, "verbs"),
	}
}

deny contains denial if {
	some index, rule in rbac.rules
	not limited(rule)
	verb := rule.verbs[_]
	acts_as_others(rule, verb)
	denial := {
		"message": sprintf("verb %s acts as any other subject; take it out, or name subjects in resourceNames", [verb]),
		"path": rbac.path(index, "verbs"),
	}
}

about_roles(rule) if {
	rbac.of_group(rule, "rbac.authorization.k8s.io")
	some resource in ["roles", "clusterroles"]
	rbac.of_resource(rule, resource)
}

limited(rule) if {
	rbac.named(rule)
	not "cluster-admin" in rule.resourceNames
}

acts_as_others(_, verb) if startswith(verb, "impersonate")

acts_as_others(rule, "*") if {
	rbac.of_group(rule, "")
	some resource in ["users", "groups", "serviceaccounts"]
	rbac.of_resource(rule, resource)
}

acts_as_others(rule, "*") if {
	rbac.of_group(rule, "authentication.k8s.io")
	some resource in ["users", "groups", "serviceaccounts", "uids", "userextras"]
	rbac.of_resource(rule, resource)
}
