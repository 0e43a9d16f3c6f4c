//! Namespaces of the run's own: created, never taken over, and deleted only when they still carry its id.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::Namespace;
use kube::api::{DeleteParams, PostParams, Preconditions};
use kube::{Api, Client, ResourceExt};
use seatrial_model::names::RUN_LABEL;
use seatrial_model::{Clean, Redactor, Trouble};
use serde_json::json;
use tokio::sync::Mutex;

use crate::{namespace, trouble};

/// The namespaces that a run made, or tried to make.
pub(super) struct Own {
    client: Client,
    run: String,
    /// Whether each is known to have come to be: the answer to a call that was given up on is not.
    made: Mutex<BTreeMap<String, bool>>,
}

impl Own {
    pub(super) fn new(client: Client, run: &str) -> Self {
        Self { client, run: run.to_owned(), made: Mutex::default() }
    }

    /// Those that were not deleted yet.
    pub(super) async fn left(&self) -> Vec<String> {
        self.made.lock().await.keys().cloned().collect()
    }

    /// Creates a namespace. One that is there is not touched.
    pub(super) async fn open(&self, name: &str) -> Result<(), Trouble> {
        self.open_with(name, BTreeMap::new()).await
    }

    /// The same, with labels besides the run's.
    pub(super) async fn open_with(
        &self,
        name: &str,
        mut labels: BTreeMap<String, String>,
    ) -> Result<(), Trouble> {
        labels.insert(RUN_LABEL.to_owned(), self.run.clone());
        let what = format!("create the namespace {name}");
        let namespace: Namespace = serde_json::from_value(json!({
            "metadata": { "name": name, "labels": labels, "annotations": { RUN_LABEL: self.run } },
        }))
        .map_err(|error| Trouble::new(&what, Redactor::default().clean(&error.to_string())))?;
        // Before it is asked for: the answer may be lost, and whose it is is looked at before it is deleted.
        let earlier = self.made.lock().await.insert(name.to_owned(), false);
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        match namespaces.create(&PostParams::default(), &namespace).await {
            Ok(_) => {
                self.made.lock().await.insert(name.to_owned(), true);
                Ok(())
            }
            Err(kube::Error::Api(status)) if status.is_already_exists() => {
                let mut made = self.made.lock().await;
                if let Some(known) = earlier {
                    made.insert(name.to_owned(), known);
                    return Err(Trouble::new(what, Clean::own("it is still there from an earlier try")));
                }
                made.remove(name);
                let why = Clean::own("it is there already and not this run's: it is not touched");
                Err(Trouble::new(what, why))
            }
            Err(error) => Err(trouble::of(what, &error)),
        }
    }

    /// Deletes a namespace of this run and waits until it is gone.
    pub(super) async fn close(&self, name: &str, deadline: Duration) -> Result<(), Trouble> {
        let what = format!("delete the namespace {name}");
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        let there = namespaces.get_opt(name).await.map_err(|error| trouble::of(&what, &error))?;
        if let Some(namespace) = there {
            let Some(uid) = deletable(&namespace, &self.run) else {
                self.made.lock().await.remove(name);
                return Err(Trouble::new(what, Clean::own("it is not this run's: it is not touched")));
            };
            let only = Preconditions { uid: Some(uid), resource_version: None };
            namespace::remove(&self.client, name, &DeleteParams::background().preconditions(only), deadline)
                .await?;
            self.made.lock().await.remove(name);
        } else {
            // One that may still come to be is looked for again at the end.
            self.made.lock().await.retain(|made, known| made != name || !*known);
        }
        Ok(())
    }
}

/// The UID by which a namespace may be deleted: that of one that carries the run's id.
fn deletable(namespace: &Namespace, run: &str) -> Option<String> {
    let ours = namespace.annotations().get(RUN_LABEL).is_some_and(|of| of == run);
    namespace.uid().filter(|_| ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_namespace_with_the_runs_annotation_is_deletable() {
        let namespace = |metadata| serde_json::from_value(json!({ "metadata": metadata })).unwrap();
        let ours = namespace(json!({ "uid": "1", "annotations": { RUN_LABEL: "r1" } }));
        assert_eq!(deletable(&ours, "r1").as_deref(), Some("1"));
        assert_eq!(deletable(&ours, "r2"), None);
        // A label alone may have been copied.
        assert_eq!(deletable(&namespace(json!({ "uid": "1", "labels": { RUN_LABEL: "r1" } })), "r1"), None);
        assert_eq!(deletable(&namespace(json!({ "annotations": { RUN_LABEL: "r1" } })), "r1"), None);
    }
}
