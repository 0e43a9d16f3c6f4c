# METADATA
# title: Disruption budgets
# description: How many Pods a PodDisruptionBudget lets be evicted, as the disruption controller counts.
package seatrial.lib.disruption

# The budget allows no eviction of healthy Pods, whatever their number.
always_blocks(spec) if spec.maxUnavailable in {0, "0%"}

always_blocks(spec) if spec.minAvailable == "100%"

# The budget allows no eviction where there are `total` Pods.
blocks(spec, total) if total - number_of(spec.minAvailable, total) <= 0

blocks(spec, total) if number_of(spec.maxUnavailable, total) <= 0

# A number, or a part of the total, rounded up as the controller does for both fields.
number_of(value, _) := value if is_number(value)

number_of(value, total) := ceil((total * to_number(trim_suffix(value, "%"))) / 100) if endswith(value, "%")
