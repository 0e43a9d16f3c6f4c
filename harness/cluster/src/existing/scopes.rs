//! Which kinds a cluster serves, and whether their objects live in namespaces.

use std::collections::{BTreeMap, BTreeSet};

use kube::discovery::{ApiResource, Discovery, Scope, verbs};
use kube::{Client, Error};

/// A kind that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Served {
    pub namespaced: bool,
    /// Whether its objects can be listed and deleted: reviews can be neither.
    pub listable: bool,
    pub resource: ApiResource,
}

/// Every kind that the cluster serves, by group and name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes {
    kinds: BTreeMap<(String, String), Served>,
    versions: BTreeSet<String>,
}

/// Kinds of Kubernetes itself that live in no namespace, for a cluster that does not say.
const CLUSTER_SCOPED: [(&str, &str); 26] = [
    ("", "ComponentStatus"),
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("networking.k8s.io", "IngressClass"),
    ("networking.k8s.io", "IPAddress"),
    ("networking.k8s.io", "ServiceCIDR"),
    ("node.k8s.io", "RuntimeClass"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("resource.k8s.io", "DeviceClass"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "StorageClass"),
    ("storage.k8s.io", "VolumeAttachment"),
];

/// Groups of Kubernetes itself whose other kinds live in namespaces.
const BUILT_IN: [&str; 11] = [
    "",
    "apps",
    "autoscaling",
    "batch",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "storage.k8s.io",
];

/// Whether a kind of Kubernetes itself lives in no namespace.
pub(crate) fn is_of_cluster(group: &str, kind: &str) -> bool {
    CLUSTER_SCOPED.contains(&(group, kind))
}

impl Scopes {
    /// Asks the API server.
    pub(super) async fn discover(client: &Client) -> Result<Self, Error> {
        let discovery = match Discovery::new(client.clone()).run_aggregated().await {
            Ok(discovery) => discovery,
            // A server that does not aggregate, or an aggregated API that is down.
            Err(_) => Discovery::new(client.clone()).run().await?,
        };
        let mut scopes = Self::default();
        for group in discovery.groups() {
            for version in group.versions() {
                for (resource, capabilities) in group.versioned_resources(version) {
                    scopes.versions.insert(resource.api_version.clone());
                    scopes.versions.insert(format!("{}/{}", resource.api_version, resource.kind));
                    let key = (resource.group.clone(), resource.kind.clone());
                    let namespaced = capabilities.scope == Scope::Namespaced;
                    let listable = capabilities.supports_operation(verbs::LIST)
                        && capabilities.supports_operation(verbs::DELETE);
                    scopes.kinds.entry(key).or_insert(Served { namespaced, listable, resource });
                }
            }
        }
        Ok(scopes)
    }

    /// The same, of kinds alone. For tests.
    #[cfg(test)]
    pub(super) fn of(kinds: &[(&str, &str, &str, bool)]) -> Self {
        let served = kinds.iter().map(|(group, kind, plural, namespaced)| {
            let gvk = kube::core::GroupVersionKind::gvk(group, "v1", kind);
            let resource = ApiResource::from_gvk_with_plural(&gvk, plural);
            (
                ((*group).to_owned(), (*kind).to_owned()),
                Served { namespaced: *namespaced, listable: true, resource },
            )
        });
        Self { kinds: served.collect(), versions: BTreeSet::new() }
    }

    /// A kind, where it is served.
    pub(super) fn get(&self, group: &str, kind: &str) -> Option<&Served> {
        self.kinds.get(&(group.to_owned(), kind.to_owned()))
    }

    /// Kinds that live in no namespace.
    pub(super) fn listable(&self) -> Vec<ApiResource> {
        let outside = self.kinds.values().filter(|served| !served.namespaced && served.listable);
        outside.map(|served| served.resource.clone()).collect()
    }

    /// Whether any kind of a group is served.
    pub(super) fn serves_group(&self, group: &str) -> bool {
        self.kinds.keys().any(|(own, _)| own == group)
    }

    /// Whether objects of a kind live in namespaces; `None` where nobody knows.
    pub(super) fn is_namespaced(&self, group: &str, kind: &str) -> Option<bool> {
        if let Some(served) = self.get(group, kind) {
            return Some(served.namespaced);
        }
        if is_of_cluster(group, kind) {
            return Some(false);
        }
        BUILT_IN.contains(&group).then_some(true)
    }

    /// `apps/v1` and `apps/v1/Deployment`, as `.Capabilities.APIVersions` names them, ordered.
    pub(super) fn api_versions(&self) -> Vec<String> {
        self.versions.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("rbac.authorization.k8s.io", "ClusterRole", Some(false))]
    #[case("rbac.authorization.k8s.io", "Role", Some(true))]
    #[case("", "Namespace", Some(false))]
    #[case("apps", "Deployment", Some(true))]
    #[case("sea.io", "Boat", None)]
    fn kinds_of_kubernetes_are_known_without_asking(
        #[case] group: &str,
        #[case] kind: &str,
        #[case] namespaced: Option<bool>,
    ) {
        assert_eq!(Scopes::default().is_namespaced(group, kind), namespaced);
    }

    #[test]
    fn what_the_cluster_says_wins() {
        let scopes = Scopes::of(&[("sea.io", "Boat", "boats", false)]);
        assert_eq!(scopes.is_namespaced("sea.io", "Boat"), Some(false));
        assert!(scopes.serves_group("sea.io") && !scopes.serves_group("air.io"));
    }
}
