//! What a render asks a cluster to do, named by kind.

use std::collections::BTreeSet;

use crate::Manifest;

/// A Service that wants an address from outside.
pub const LOAD_BALANCER: &str = "Service/LoadBalancer";

/// The kinds of a render's objects, and [`LOAD_BALANCER`] for Services of that type.
pub fn kinds(manifest: &Manifest) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        manifest.objects.iter().map(|object| object.reference.kind.clone()).collect();
    let wants_address = manifest.objects.iter().any(|object| {
        object.reference.kind == "Service" && object.text("/spec/type") == Some("LoadBalancer")
    });
    if wants_address {
        found.insert(LOAD_BALANCER.to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_wants_an_address_is_told_from_others() {
        let of = |kind: &str| {
            let text =
                format!("apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{type: {kind}}}\n");
            kinds(&Manifest::decode(&text))
        };
        assert!(of("LoadBalancer").contains(LOAD_BALANCER));
        assert!(!of("ClusterIP").contains(LOAD_BALANCER));
    }
}
