//! What a kind cluster of one node does not exercise.

use seatrial_ports::NotExercised;

/// What is accepted here and does not happen, by the kind of object that asks for it: what was not exercised
/// must not look like a pass.
pub(super) fn not_exercised(enforces_network_policy: bool) -> Vec<NotExercised> {
    let network = (
        "NetworkPolicy",
        "NetworkPolicy is accepted but not enforced: the node's network does not implement it",
    );
    let always = [
        (
            "HorizontalPodAutoscaler",
            "HorizontalPodAutoscaler scales to its minimum only, unless a requirement brings the metrics API",
        ),
        ("Ingress", "Ingress is accepted but not served, unless a requirement brings a controller"),
        ("Service/LoadBalancer", "a Service of type LoadBalancer gets no address: nothing hands them out"),
    ];
    let network = (!enforces_network_policy).then_some(network);
    let all = network.into_iter().chain(always);
    all.map(|(kind, sentence)| NotExercised { kind: kind.to_owned(), sentence: sentence.to_owned() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_enforces_policies_is_not_on_the_list() {
        let says = |enforces| not_exercised(enforces).iter().any(|one| one.kind == "NetworkPolicy");
        assert!(says(false) && !says(true));
    }
}
