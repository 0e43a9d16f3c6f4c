# METADATA
# title: Pod Security Standards, baseline
# description: |
#   The controls of the level baseline, each read exactly as Kubernetes' own admission plugin reads it at the version
#   that is judged for. They stop what is known to lead from a container to its node, and suit nearly every program.
package seatrial.pss_baseline
