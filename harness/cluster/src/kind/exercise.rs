//! What a kind cluster of one node does not exercise.

/// One sentence each, for every report: what was not exercised must not look like a pass.
pub(super) fn not_exercised(enforces_network_policy: bool) -> Vec<String> {
    let network = "NetworkPolicy is accepted but not enforced: the node's network does not implement it";
    let always = [
        "HorizontalPodAutoscaler does not scale unless a requirement brings the metrics API: the node has none",
        "A Service of type LoadBalancer gets no address: nothing hands them out",
        "Spreading over nodes and zones cannot be seen: there is one node",
    ];
    let network = (!enforces_network_policy).then_some(network);
    network.into_iter().chain(always).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_enforces_policies_is_not_on_the_list() {
        let says = |enforces| not_exercised(enforces).iter().any(|line| line.contains("NetworkPolicy"));
        assert!(says(false) && !says(true));
    }
}
