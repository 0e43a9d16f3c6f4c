# METADATA
# title: Pod Security Standards, restricted
# description: |
#   The controls of the level restricted, each read exactly as Kubernetes' own admission plugin reads it at the version
#   that is judged for, and those of baseline, which the level includes. Where a control here is the stricter form of
#   one there, only this one is asked.
# custom:
#   includes: [pss-baseline]
package seatrial.pss_restricted
