//! Namespaces of cells: created with the run's id, deleted and waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, PersistentVolumeClaim, Pod};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams};
use kube::{Api, Client};
use seatrial_host::{Probe, Wait, wait_until};
use seatrial_model::names::RUN_LABEL;
use seatrial_model::{Redactor, Trouble};
use serde_json::json;
use tokio::time::timeout;

use crate::inventory;
use crate::trouble;
use crate::uninstall::first;

/// Between two looks at a namespace that is being deleted.
const LOOK: Duration = Duration::from_millis(200);
/// Seconds that Pods get to end that nobody asks anything any more.
const GRACE: u32 = 1;
/// For the API server to take note of that.
const NOTING: Duration = Duration::from_secs(5);

/// Creates a namespace that carries the run's id; one that is there already is marked.
pub(crate) async fn open(client: &Client, run: &str, name: &str) -> Result<(), Trouble> {
    open_with(client, run, name, &BTreeMap::new()).await
}

/// The same, with labels besides the run's.
pub(crate) async fn open_with(
    client: &Client,
    run: &str,
    name: &str,
    labels: &BTreeMap<String, String>,
) -> Result<(), Trouble> {
    let mut labels = labels.clone();
    labels.insert(RUN_LABEL.to_owned(), run.to_owned());
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": name, "labels": labels, "annotations": { RUN_LABEL: run } },
    });
    let parameters = PatchParams::apply("seatrial").force();
    namespaces
        .patch(name, &parameters, &Patch::Apply(namespace))
        .await
        .map_err(|error| trouble::of(format!("create the namespace {name}"), &error))?;
    Ok(())
}

/// Deletes a namespace and waits until it is gone.
pub(crate) async fn close(client: &Client, name: &str, deadline: Duration) -> Result<(), Trouble> {
    remove(client, name, &DeleteParams::background(), deadline).await
}

/// The same, with parameters of one's own for the deletion.
pub(crate) async fn remove(
    client: &Client,
    name: &str,
    parameters: &DeleteParams,
    deadline: Duration,
) -> Result<(), Trouble> {
    let what = format!("delete the namespace {name}");
    let namespaces: Api<Namespace> = Api::all(client.clone());
    match namespaces.delete(name, parameters).await {
        Ok(_) => {}
        Err(error) if trouble::is_absent(&error) => return Ok(()),
        Err(error) => return Err(trouble::of(what, &error)),
    }
    hurry(client, name).await;
    let wait = Wait { deadline, interval: LOOK };
    let gone = wait_until(wait, std::future::pending(), async || match namespaces.get_opt(name).await {
        Ok(None) => Probe::Ready(()),
        Ok(Some(namespace)) => Probe::NotYet(Redactor::default().clean(&held_by(&namespace))),
        Err(error) => Probe::NotYet(Redactor::default().clean(&trouble::say(&error))),
    });
    match gone.await {
        Ok(()) => Ok(()),
        Err(unready) => {
            let mut why = unready.to_string();
            if let Ok(items) = inventory::of_namespace(client, name).await {
                let items: Vec<String> = items.iter().map(|item| item.object.to_string()).collect();
                why = format!("{why}; still in it: {}", first(&items, 5));
            }
            Err(Trouble::new(what, Redactor::default().clean(&why)))
        }
    }
}

/// Lets what takes time go soon in a namespace that is being deleted. Its controller waits for five seconds, looks once,
/// leaves each Pod its grace period, half a minute where nothing is said, and comes back only after half of the longest;
/// for a claim, which stays as long as a Pod uses it, after five seconds more.
async fn hurry(client: &Client, namespace: &str) {
    let pods: Api<Pod> = Api::namespaced(client.clone(), namespace);
    let claims: Api<PersistentVolumeClaim> = Api::namespaced(client.clone(), namespace);
    let (terms, all) = (DeleteParams::default().grace_period(GRACE), ListParams::default());
    let hurried = async {
        pods.delete_collection(&terms, &all).await?;
        claims.delete_collection(&DeleteParams::default(), &all).await.map(drop)
    };
    match timeout(NOTING, hurried).await {
        Ok(Ok(())) => {}
        // It only takes longer then.
        Ok(Err(error)) => tracing::debug!(%error, namespace, "Pods and claims were not hurried"),
        Err(_) => tracing::debug!(namespace, "Pods and claims were not hurried in time"),
    }
}

/// What the namespace controller says that it waits for.
fn held_by(namespace: &Namespace) -> String {
    let conditions = namespace.status.iter().flat_map(|status| status.conditions.iter().flatten());
    let held: Vec<&str> = conditions
        .filter(|condition| condition.status == "True")
        .filter_map(|condition| condition.message.as_deref())
        .filter(|message| !message.starts_with("All "))
        .collect();
    if held.is_empty() { "its content is being deleted".to_owned() } else { held.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_namespace_is_said_in_the_controllers_words() {
        let namespace = serde_json::from_value(json!({ "status": { "conditions": [
            { "type": "NamespaceContentRemaining", "status": "True",
              "message": "Some resources are remaining: pods. has 1 resource instances" },
            { "type": "NamespaceDeletionDiscoveryFailure", "status": "False",
              "message": "All resources successfully discovered" },
        ] } }))
        .unwrap();
        assert_eq!(held_by(&namespace), "Some resources are remaining: pods. has 1 resource instances");
        assert_eq!(held_by(&Namespace::default()), "its content is being deleted");
    }
}
