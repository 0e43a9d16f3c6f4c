# METADATA
# title: Rights of service accounts
# description: |
#   What the Roles, ClusterRoles and bindings of a release grant that leads to the whole cluster, or to every secret in
#   it: cluster-admin, wildcards, reading Secrets, entering Pods, and giving rights away. All audited: operators need
#   some of these, and a reviewer should know which. The pack stands alone and is chosen beside others.
package seatrial.rbac
