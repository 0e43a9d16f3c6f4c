//! Objects outside of namespaces that a run was allowed to create: absent before, so that they are its own after.

use std::collections::BTreeMap;
use std::time::Duration;

use kube::api::{DeleteParams, Preconditions};
use kube::core::{DynamicObject, PartialObjectMeta};
use kube::discovery::ApiResource;
use kube::{Api, Client, ResourceExt};
use seatrial_host::{Probe, Wait, wait_until};
use seatrial_model::names::RUN_LABEL;
use seatrial_model::{Clean, Redactor, Trouble};
use tokio::sync::Mutex;

use crate::readiness::RELEASE_NAMESPACE;
use crate::trouble;

/// Between two looks at what is going.
const LOOK: Duration = Duration::from_millis(500);

/// An object outside of namespaces, by kind and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub group: String,
    pub kind: String,
    pub name: String,
}

/// Who may create an object, and how it is reached.
#[derive(Debug, Clone)]
struct Entry {
    resource: ApiResource,
    /// The namespace of the release that brings it.
    namespace: String,
    /// Definitions stay until the run ends: other cells may use them meanwhile.
    lasting: bool,
}

/// What was admitted and may be there.
pub(super) struct Ledger {
    client: Client,
    run: String,
    entries: Mutex<BTreeMap<Key, Entry>>,
}

/// An object that a release wants to create.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub key: Key,
    pub resource: ApiResource,
    pub lasting: bool,
}

impl Ledger {
    pub(super) fn new(client: Client, run: &str) -> Self {
        Self { client, run: run.to_owned(), entries: Mutex::default() }
    }

    /// Takes objects down as what a namespace's release will create, if none of them is there. Otherwise nothing is
    /// taken down, and the answer says whose each is.
    pub(super) async fn admit(&self, wishes: Vec<Wish>, namespace: &str) -> Result<Vec<String>, kube::Error> {
        let mut entries = self.entries.lock().await;
        let mut taken = Vec::new();
        for wish in &wishes {
            let key = &wish.key;
            if let Some(entry) = entries.get(key) {
                let shared = entry.lasting && wish.lasting;
                if !shared && entry.namespace != namespace {
                    taken.push(format!("{}/{} is another cell's of this run", key.kind, key.name));
                }
            } else if get(&self.client, &wish.resource, &key.name).await?.is_some() {
                taken.push(format!("{}/{} is there already and not this run's", key.kind, key.name));
            }
        }
        if taken.is_empty() {
            for Wish { key, resource, lasting } in wishes {
                let entry = Entry { resource, namespace: namespace.to_owned(), lasting };
                entries.entry(key).or_insert(entry);
            }
        }
        Ok(taken)
    }

    /// Removes what a namespace's release created and left.
    pub(super) async fn close(&self, namespace: &str, deadline: Duration) -> Result<(), Trouble> {
        self.remove(|entry| entry.namespace == namespace && !entry.lasting, deadline).await
    }

    /// Removes all that is left.
    pub(super) async fn close_all(&self, deadline: Duration) -> Result<(), Trouble> {
        self.remove(|_| true, deadline).await
    }

    async fn remove(&self, which: impl Fn(&Entry) -> bool, deadline: Duration) -> Result<(), Trouble> {
        let chosen: Vec<(Key, Entry)> = {
            let entries = self.entries.lock().await;
            entries
                .iter()
                .filter(|(_, entry)| which(entry))
                .map(|(key, entry)| (key.clone(), entry.clone()))
                .collect()
        };
        let mut first = Ok(());
        for (key, entry) in chosen {
            match self.remove_one(&key, &entry, deadline).await {
                Ok(()) => {
                    self.entries.lock().await.remove(&key);
                }
                Err(trouble) => {
                    tracing::error!(%trouble, "removing what was left");
                    first = first.and(Err(trouble));
                }
            }
        }
        first
    }

    async fn remove_one(&self, key: &Key, entry: &Entry, deadline: Duration) -> Result<(), Trouble> {
        let what = format!("remove {}/{}", key.kind, key.name);
        let failed = |error: &kube::Error| trouble::of(&what, error);
        let there = get(&self.client, &entry.resource, &key.name).await.map_err(|error| failed(&error))?;
        let Some(object) = there else { return Ok(()) };
        if !is_ours(&object, &self.run, &entry.namespace) {
            let why = "it came to be during the run and is somebody else's: it is not touched";
            return Err(Trouble::new(what, Clean::own(why)));
        }
        let api: Api<DynamicObject> = Api::all_with(self.client.clone(), &entry.resource);
        let only = Preconditions { uid: object.uid(), resource_version: None };
        match api.delete(&key.name, &DeleteParams::background().preconditions(only)).await {
            Ok(_) => {}
            Err(error) if trouble::is_absent(&error) => return Ok(()),
            Err(error) => return Err(failed(&error)),
        }
        let wait = Wait { deadline, interval: LOOK };
        let gone = wait_until(wait, std::future::pending(), async || {
            match get(&self.client, &entry.resource, &key.name).await {
                Ok(None) => Probe::Ready(()),
                Ok(Some(object)) => {
                    let held = format!("finalizers: {}", object.finalizers().join(", "));
                    Probe::NotYet(Redactor::default().clean(&held))
                }
                Err(error) => Probe::NotYet(Redactor::default().clean(&trouble::say(&error))),
            }
        });
        gone.await.map_err(|unready| unready.trouble(what))
    }
}

async fn get(
    client: &Client,
    resource: &ApiResource,
    name: &str,
) -> Result<Option<PartialObjectMeta<DynamicObject>>, kube::Error> {
    let api: Api<DynamicObject> = Api::all_with(client.clone(), resource);
    api.get_metadata_opt(name).await
}

/// What was absent when it was admitted is ours, unless it says that it is another release's or run's. (Hooks and
/// what lies in `crds/` carry no mark of their release.)
fn is_ours(object: &PartialObjectMeta<DynamicObject>, run: &str, namespace: &str) -> bool {
    let says = |key: &str, ours: &str| object.annotations().get(key).is_none_or(|value| value == ours);
    says(RELEASE_NAMESPACE, namespace) && says(RUN_LABEL, run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_names_another_release_or_run_is_never_ours() {
        let object = |annotations| {
            serde_json::from_value::<PartialObjectMeta<DynamicObject>>(json!({
                "apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata",
                "metadata": { "name": "x", "annotations": annotations }
            }))
            .unwrap()
        };
        assert!(is_ours(&object(json!({})), "r1", "demo-1"));
        assert!(is_ours(&object(json!({ RELEASE_NAMESPACE: "demo-1" })), "r1", "demo-1"));
        assert!(!is_ours(&object(json!({ RELEASE_NAMESPACE: "shop" })), "r1", "demo-1"));
        assert!(!is_ours(&object(json!({ RUN_LABEL: "r2" })), "r1", "demo-1"));
    }
}
