//! What a render asks for that a small kind cluster does not exercise.

use crate::Manifest;

/// One sentence for each thing that is installed but not exercised.
pub fn not_exercised(manifest: &Manifest) -> Vec<&'static str> {
    let has = |kind: &str| manifest.objects.iter().any(|object| object.reference.kind == kind);
    let load_balancer = manifest.objects.iter().any(|object| {
        object.reference.kind == "Service" && object.text("/spec/type") == Some("LoadBalancer")
    });
    [
        (
            has("NetworkPolicy"),
            "NetworkPolicy objects are installed, but this cluster's network does not enforce them",
        ),
        (
            has("HorizontalPodAutoscaler"),
            "HorizontalPodAutoscaler objects are installed, but no metrics server scales by them",
        ),
        (has("Ingress"), "Ingress objects are installed, but no controller serves them"),
        (has("ServiceMonitor"), "ServiceMonitor objects are installed, but no Prometheus scrapes by them"),
        (load_balancer, "a LoadBalancer Service never gets an address on this cluster"),
    ]
    .into_iter()
    .filter_map(|(there, sentence)| there.then_some(sentence))
    .collect()
}
