//! Everything that is there, by metadata: the objects of a namespace and those of the whole cluster.

use std::collections::BTreeMap;

use futures::{FutureExt, StreamExt};
use kube::api::ListParams;
use kube::core::{DynamicObject, PartialObjectMeta};
use kube::discovery::{ApiCapabilities, ApiResource, Scope, verbs};
use kube::{Api, Client, Discovery};
use seatrial_model::ObjectRef;

/// Lists at the same time.
const AT_ONCE: usize = 8;

/// Kinds that Kubernetes writes by itself, or that only mirror others.
const OWN: [(&str, &str); 7] = [
    ("", "Event"),
    ("events.k8s.io", "Event"),
    ("", "Endpoints"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("coordination.k8s.io", "Lease"),
    ("", "ComponentStatus"),
    ("", "Node"),
];

/// One object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Item {
    pub object: ObjectRef,
    pub uid: String,
    /// UIDs of its owners.
    pub owners: Vec<String>,
    pub annotations: BTreeMap<String, String>,
    pub labels: BTreeMap<String, String>,
    /// Whether it is being deleted.
    pub terminating: bool,
    pub finalizers: Vec<String>,
}

/// Objects of a namespace, sorted.
pub(crate) async fn of_namespace(client: &Client, namespace: &str) -> Result<Vec<Item>, kube::Error> {
    list(client, Some(namespace)).await
}

/// Objects of the cluster that live in no namespace, sorted.
pub(crate) async fn of_cluster(client: &Client) -> Result<Vec<Item>, kube::Error> {
    list(client, None).await
}

async fn list(client: &Client, namespace: Option<&str>) -> Result<Vec<Item>, kube::Error> {
    let kinds = kinds(client, namespace.is_some()).await?;
    let lists: Vec<_> = kinds.into_iter().map(|kind| list_kind(client, kind, namespace).boxed()).collect();
    let lists: Vec<_> = futures::stream::iter(lists).buffer_unordered(AT_ONCE).collect().await;
    let mut items = Vec::new();
    for list in lists {
        items.extend(list?);
    }
    items.sort_by(|a, b| a.object.cmp(&b.object));
    Ok(items)
}

/// Every kind that can be listed, in one version each.
async fn kinds(client: &Client, namespaced: bool) -> Result<Vec<ApiResource>, kube::Error> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await?;
    let wanted = |(resource, capabilities): &(ApiResource, ApiCapabilities)| {
        (capabilities.scope == Scope::Namespaced) == namespaced
            && capabilities.supports_operation(verbs::LIST)
            // Aggregated APIs such as metrics show what is stored elsewhere and cannot delete it.
            && capabilities.supports_operation(verbs::DELETE)
            && !OWN.contains(&(resource.group.as_str(), resource.kind.as_str()))
    };
    let groups = discovery.groups().flat_map(kube::discovery::ApiGroup::recommended_resources);
    Ok(groups.filter(wanted).map(|(resource, _)| resource).collect())
}

async fn list_kind(
    client: &Client,
    kind: ApiResource,
    namespace: Option<&str>,
) -> Result<Vec<Item>, kube::Error> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &kind),
        None => Api::all_with(client.clone(), &kind),
    };
    match api.list_metadata(&ListParams::default()).await {
        Ok(list) => Ok(list.items.into_iter().map(|object| item(&kind, object)).collect()),
        // A kind whose definition, or server, went away since discovery, or that the account may not see: what is
        // not seen is said where the account is looked at.
        Err(kube::Error::Api(status)) if matches!(status.code, 403 | 404 | 405 | 503) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn item(kind: &ApiResource, object: PartialObjectMeta<DynamicObject>) -> Item {
    let meta = object.metadata;
    Item {
        object: ObjectRef {
            api_version: kind.api_version.clone(),
            kind: kind.kind.clone(),
            namespace: meta.namespace.unwrap_or_default(),
            name: meta.name.unwrap_or_default(),
        },
        uid: meta.uid.unwrap_or_default(),
        owners: meta.owner_references.into_iter().flatten().map(|owner| owner.uid).collect(),
        annotations: meta.annotations.unwrap_or_default(),
        labels: meta.labels.unwrap_or_default(),
        terminating: meta.deletion_timestamp.is_some(),
        finalizers: meta.finalizers.unwrap_or_default(),
    }
}
