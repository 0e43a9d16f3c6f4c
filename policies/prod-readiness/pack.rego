# METADATA
# title: Ready for production
# description: |
#   What a chart needs before it serves people: the restricted Pod Security Standard, a read-only root, resources that
#   a scheduler can reckon with. Where no standard says what a rule means, its own description does.
# custom:
#   includes: [pss-restricted]
package seatrial.prod_readiness
