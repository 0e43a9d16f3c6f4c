//! What a cluster that exists may not exercise: only what is cheap to ask, and nothing that was not.

use k8s_openapi::api::networking::v1::IngressClass;
use kube::api::ListParams;
use kube::{Api, Client};
use seatrial_ports::NotExercised;

use super::scopes::Scopes;

/// Said only where such an object was installed.
pub(super) async fn not_exercised(client: &Client, scopes: &Scopes) -> Vec<NotExercised> {
    let classes: Api<IngressClass> = Api::all(client.clone());
    let classes = classes.list(&ListParams::default().limit(1)).await;
    let has_class = classes.map(|list| !list.items.is_empty()).ok();
    told(has_class, scopes.serves_group("metrics.k8s.io"))
}

fn told(has_ingress_class: Option<bool>, has_metrics: bool) -> Vec<NotExercised> {
    let network = (
        "NetworkPolicy",
        "NetworkPolicy: whether the cluster's network enforces it is not known, and was not tried",
    );
    let ingress =
        ("Ingress", "Ingress: the cluster has no IngressClass, so that probably no controller serves it");
    let scaling = (
        "HorizontalPodAutoscaler",
        "HorizontalPodAutoscaler scales to its minimum only: the cluster serves no metrics API",
    );
    let all = [
        Some(network),
        (has_ingress_class == Some(false)).then_some(ingress),
        (!has_metrics).then_some(scaling),
    ];
    let said = |(kind, sentence): (&str, &str)| NotExercised {
        kind: kind.to_owned(),
        sentence: sentence.to_owned(),
    };
    all.into_iter().flatten().map(said).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_asked_is_not_claimed() {
        let kinds = |class, metrics| told(class, metrics).into_iter().map(|one| one.kind).collect::<Vec<_>>();
        assert_eq!(kinds(None, true), ["NetworkPolicy"]);
        assert_eq!(kinds(Some(true), true), ["NetworkPolicy"]);
        assert_eq!(kinds(Some(false), false), ["NetworkPolicy", "Ingress", "HorizontalPodAutoscaler"]);
    }
}
