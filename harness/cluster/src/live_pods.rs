//! The Pods of a cell with everybody above them: those that are there, and those of the muster that are gone.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::ListParams;
use kube::core::{DynamicObject, GroupVersionKind};
use kube::discovery::{ApiResource, Scope, pinned_kind};
use kube::{Api, Client, ResourceExt};
use seatrial_model::{ObjectRef, Redactor, Trouble};
use seatrial_ports::{LivePod, PodsRequest};
use serde_json::{Value, json};

use crate::muster::{Muster, Owner, maker};
use crate::trouble;

/// Owners above one Pod. Chains are two or three long; a circle must end.
const HIGHEST: usize = 8;

/// Lists the Pods of a request, adds those that were mustered, and follows their owners. What was there before the
/// release, by UID, and what it made are left out.
pub(crate) async fn of(
    client: &Client,
    request: &PodsRequest,
    muster: Muster,
    before: &BTreeSet<String>,
) -> Result<Vec<LivePod>, Trouble> {
    let home = &request.place.namespace;
    if muster.missed > 0 {
        let why = format!("{} Pods more than are remembered were seen", muster.missed);
        return Err(Trouble::new(what(home), Redactor::default().clean(&why)));
    }
    let mut pods: BTreeMap<String, Value> =
        muster.pods.into_iter().map(|(uid, pod)| (uid, of_typed(&pod))).collect();
    for namespace in std::iter::once(home).chain(&request.elsewhere) {
        // As they are, not as this program's types know them: a newer server has more fields.
        let api: Api<DynamicObject> =
            Api::namespaced_with(client.clone(), namespace, &ApiResource::erase::<Pod>(&()));
        let there = api.list(&ListParams::default()).await;
        let there = there.map_err(|error| trouble::of(what(namespace), &error))?;
        for pod in there.items {
            pods.insert(pod.uid().unwrap_or_default(), of_object(pod));
        }
    }
    let mut lineage = Lineage { client, owners: muster.owners, asked: BTreeSet::new() };
    let mut live = Vec::new();
    for (uid, pod) in pods {
        let (owners, uids) = lineage.of(&pod).await;
        if !before.contains(&uid) && !uids.iter().any(|uid| before.contains(uid)) {
            live.push(LivePod { pod, owners });
        }
    }
    live.sort_by_key(|one| key(&one.pod));
    Ok(live)
}

fn what(namespace: &str) -> String {
    format!("list the Pods of {namespace}")
}

fn key(pod: &Value) -> (String, String) {
    let text = |pointer: &str| pod.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    (text("/metadata/namespace"), text("/metadata/name"))
}

fn of_typed(pod: &Pod) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": pod.metadata, "spec": pod.spec})
}

fn of_object(mut pod: DynamicObject) -> Value {
    pod.metadata.managed_fields = None;
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": pod.metadata, "spec": pod.data["spec"]})
}

/// Follows owners, asking the API server for those that nobody saw.
struct Lineage<'a> {
    client: &'a Client,
    owners: BTreeMap<String, Owner>,
    /// UIDs that were asked for; those that were not found are unknown for good.
    asked: BTreeSet<String>,
}

impl Lineage<'_> {
    /// Everybody above a Pod, the nearest first, and their UIDs.
    async fn of(&mut self, pod: &Value) -> (Vec<ObjectRef>, Vec<String>) {
        let references = pod.pointer("/metadata/ownerReferences").cloned().unwrap_or_default();
        let references: Vec<OwnerReference> = serde_json::from_value(references).unwrap_or_default();
        let namespace = pod.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default();
        let (mut above, mut uids) = (Vec::new(), Vec::new());
        let mut next = maker(&references);
        while let Some(reference) = next.take().filter(|_| above.len() < HIGHEST) {
            uids.push(reference.uid.clone());
            if !self.owners.contains_key(&reference.uid)
                && self.asked.insert(reference.uid.clone())
                && let Some(owner) = ask(self.client, namespace, &reference).await
            {
                self.owners.insert(reference.uid.clone(), owner);
            }
            match self.owners.get(&reference.uid) {
                Some(owner) => {
                    above.push(owner.object.clone());
                    next.clone_from(&owner.by);
                }
                None => above.push(named(&reference, namespace)),
            }
        }
        (above, uids)
    }
}

/// An owner of which nothing is known but its name.
fn named(reference: &OwnerReference, namespace: &str) -> ObjectRef {
    ObjectRef {
        api_version: reference.api_version.clone(),
        kind: reference.kind.clone(),
        namespace: namespace.to_owned(),
        name: reference.name.clone(),
    }
}

/// An owner that is still there. One that is gone, or that the account may not see, ends the chain.
async fn ask(client: &Client, namespace: &str, reference: &OwnerReference) -> Option<Owner> {
    let kind = GroupVersionKind::from(reference.clone());
    let (resource, capabilities) = pinned_kind(client, &kind).await.ok()?;
    let api: Api<DynamicObject> = match capabilities.scope {
        Scope::Namespaced => Api::namespaced_with(client.clone(), namespace, &resource),
        Scope::Cluster => Api::all_with(client.clone(), &resource),
    };
    let object = api.get_metadata_opt(&reference.name).await.ok()??;
    if object.uid().as_deref() != Some(reference.uid.as_str()) {
        return None;
    }
    let of = object.namespace().unwrap_or_default();
    Some(Owner { object: named(reference, &of), by: maker(object.owner_references()) })
}

#[cfg(test)]
#[path = "live_pods_tests.rs"]
mod tests;
