//! Server-side apply of manifests of any kind, and waiting until definitions are established.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Patch, PatchParams};
use kube::core::{DynamicObject, GroupVersionKind};
use kube::discovery::{ApiResource, Scope, pinned_kind};
use kube::{Api, Client};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// Who owns the fields that the harness sets.
const MANAGER: &str = "seatrial";
/// Between two tries of what may become possible: a kind that is being defined, a webhook that starts.
const RETRY: Duration = Duration::from_millis(500);

/// An object that was applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Applied {
    pub kind: String,
    /// Empty for objects of the cluster.
    pub namespace: String,
    pub name: String,
}

/// How to apply.
pub(crate) struct Terms<'a> {
    /// For objects that name no namespace.
    pub namespace: &'a str,
    /// Annotations put on every object.
    pub annotations: &'a [(&'a str, &'a str)],
    /// For all objects together.
    pub until: Instant,
}

/// Applies every document of a YAML stream, in its order.
pub(crate) async fn apply(client: &Client, yaml: &str, terms: &Terms<'_>) -> anyhow::Result<Vec<Applied>> {
    let mut kinds = BTreeMap::new();
    let mut applied = Vec::new();
    for object in objects(yaml)? {
        let name = name_of(&object)?;
        let object = annotated(object, terms.annotations);
        let done = one(client, &object, &mut kinds, terms).await;
        applied.push(done.with_context(|| format!("apply {name}"))?);
    }
    Ok(applied)
}

/// Documents of a YAML stream, lists taken apart.
pub(crate) fn objects(yaml: &str) -> anyhow::Result<Vec<Value>> {
    let mut objects = Vec::new();
    for document in serde_yaml::Deserializer::from_str(yaml) {
        match Value::deserialize(document).context("read the manifest")? {
            Value::Null => {}
            Value::Object(mut list) if list.get("kind") == Some(&json!("List")) => {
                match list.remove("items") {
                    Some(Value::Array(items)) => objects.extend(items),
                    _ => bail!("read the manifest: a List without items"),
                }
            }
            object => objects.push(object),
        }
    }
    Ok(objects)
}

fn name_of(object: &Value) -> anyhow::Result<String> {
    let (kind, name) = (object["kind"].as_str(), object["metadata"]["name"].as_str());
    match (kind, name) {
        (Some(kind), Some(name)) => Ok(format!("{kind}/{name}")),
        _ => bail!("read the manifest: a document without kind or metadata.name"),
    }
}

fn annotated(mut object: Value, annotations: &[(&str, &str)]) -> Value {
    for (key, value) in annotations {
        object["metadata"]["annotations"][key] = json!(value);
    }
    object
}

async fn one(
    client: &Client,
    object: &Value,
    kinds: &mut BTreeMap<(String, String), (ApiResource, Scope)>,
    terms: &Terms<'_>,
) -> anyhow::Result<Applied> {
    loop {
        let error = match once(client, object, kinds, terms.namespace).await {
            Ok(applied) if applied.kind == "CustomResourceDefinition" => {
                established(client, &applied.name, terms.until).await?;
                return Ok(applied);
            }
            Ok(applied) => return Ok(applied),
            Err(error) => error,
        };
        if !may_heal(&error) || Instant::now() + RETRY >= terms.until {
            return Err(anyhow!(crate::trouble::say(&error)));
        }
        sleep(RETRY).await;
    }
}

/// Whether another try may go better: a kind not served yet, a conflict, a server or webhook not ready.
fn may_heal(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => matches!(status.code, 404 | 409 | 429 | 500 | 503 | 504),
        kube::Error::Discovery(_) | kube::Error::Service(_) | kube::Error::HyperError(_) => true,
        _ => false,
    }
}

async fn once(
    client: &Client,
    object: &Value,
    kinds: &mut BTreeMap<(String, String), (ApiResource, Scope)>,
    namespace: &str,
) -> Result<Applied, kube::Error> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (version, kind) = (text(&object["apiVersion"]), text(&object["kind"]));
    let key = (version, kind);
    if !kinds.contains_key(&key) {
        let (group, version) = key.0.split_once('/').unwrap_or(("", &key.0));
        let gvk = GroupVersionKind::gvk(group, version, &key.1);
        let (resource, capabilities) = pinned_kind(client, &gvk).await?;
        kinds.insert(key.clone(), (resource, capabilities.scope));
    }
    let (resource, scope) = &kinds[&key];
    let name = text(&object["metadata"]["name"]);
    let namespace = match scope {
        Scope::Cluster => String::new(),
        Scope::Namespaced => object["metadata"]["namespace"].as_str().unwrap_or(namespace).to_owned(),
    };
    let api: Api<DynamicObject> = if namespace.is_empty() {
        Api::all_with(client.clone(), resource)
    } else {
        Api::namespaced_with(client.clone(), &namespace, resource)
    };
    api.patch(&name, &PatchParams::apply(MANAGER).force(), &Patch::Apply(object)).await?;
    Ok(Applied { kind: key.1, namespace, name })
}

/// Waits until the API server serves a definition.
async fn established(client: &Client, name: &str, until: Instant) -> anyhow::Result<()> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    while Instant::now() < until {
        let definition = definitions.get(name).await?;
        let conditions = definition.status.and_then(|status| status.conditions).unwrap_or_default();
        if conditions.iter().any(|found| found.type_ == "Established" && found.status == "True") {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
    bail!("CustomResourceDefinition/{name} is not established in time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_split_lists_taken_apart_and_empty_ones_left_out() {
        let yaml = "---\n# nothing\n---\nkind: A\nmetadata: {name: a}\n---\nkind: List\nitems:\n- kind: B\n  metadata: {name: b}\n";
        let names: Vec<String> =
            objects(yaml).unwrap().iter().map(|object| name_of(object).unwrap()).collect();
        assert_eq!(names, ["A/a", "B/b"]);
    }

    #[test]
    fn annotations_are_added_to_those_that_are_there() {
        let object = json!({ "kind": "A", "metadata": { "name": "a", "annotations": { "x": "y" } } });
        let annotations = &annotated(object, &[("run", "r1")])["metadata"]["annotations"];
        assert_eq!(*annotations, json!({ "x": "y", "run": "r1" }));
        let bare = annotated(json!({ "kind": "A", "metadata": { "name": "a" } }), &[("run", "r1")]);
        assert_eq!(bare["metadata"]["annotations"]["run"], "r1");
    }

    #[test]
    fn a_document_without_a_name_is_an_error_that_says_so() {
        assert!(name_of(&json!({ "kind": "A" })).is_err());
        assert!(objects("kind: List").is_err());
    }
}
