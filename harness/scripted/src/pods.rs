//! The Pods of a scripted cell: those that its script lists, else one for each Pod template of what it installs.

use seatrial_model::ObjectRef;
use seatrial_ports::LivePod;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::script::{CellScript, PodScript};

/// The Pods that ran in a cell.
pub(crate) fn of(cell: &CellScript, namespace: &str) -> Vec<LivePod> {
    if let Some(pods) = &cell.pods {
        return pods.iter().map(|pod| listed(pod, namespace)).collect();
    }
    let installed = cell.installed.as_ref().unwrap_or(&cell.manifest);
    let documents = serde_yaml::Deserializer::from_str(installed);
    let objects = documents.map_while(|document| Value::deserialize(document).ok());
    objects.filter_map(|object| from_template(&object, namespace)).collect()
}

fn listed(script: &PodScript, namespace: &str) -> LivePod {
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {}});
    merge(&mut pod, &script.pod);
    if pod["metadata"]["namespace"].is_null() {
        pod["metadata"]["namespace"] = json!(namespace);
    }
    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or_default().to_owned();
    let owners = script.owners.iter().map(|owner| named(owner, &namespace)).collect();
    LivePod { pod, owners }
}

/// A Pod as its controllers would make it.
fn from_template(object: &Value, namespace: &str) -> Option<LivePod> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let (kind, name) = (text("/kind")?, text("/metadata/name").unwrap_or_default());
    let namespace = text("/metadata/namespace").unwrap_or(namespace);
    let (template, between) = match kind {
        "Pod" => ("", None),
        "Deployment" => ("/spec/template", Some("ReplicaSet")),
        "CronJob" => ("/spec/jobTemplate/spec/template", Some("Job")),
        "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            ("/spec/template", None)
        }
        _ => return None,
    };
    let spec = object.pointer(&format!("{template}/spec")).filter(|spec| spec.is_object())?;
    let mut metadata = object.pointer(&format!("{template}/metadata")).cloned().unwrap_or_else(|| json!({}));
    let mut owners: Vec<ObjectRef> =
        between.iter().map(|kind| named(&format!("{kind}/{name}-1"), namespace)).collect();
    if kind == "Pod" {
        metadata["name"] = json!(name);
    } else {
        metadata["name"] = json!(format!("{name}-x"));
        owners.push(named(&format!("{kind}/{name}"), namespace));
    }
    metadata["namespace"] = json!(namespace);
    Some(LivePod {
        pod: json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}),
        owners,
    })
}

/// `Kind/name`, of the group that Kubernetes has the kind in.
fn named(object: &str, namespace: &str) -> ObjectRef {
    let (kind, name) = object.split_once('/').unwrap_or((object, ""));
    let api_version = match kind {
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        _ => "v1",
    };
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

/// Lays `more` over `value`, maps key by key.
pub(crate) fn merge(value: &mut Value, more: &Value) {
    match (value.as_object_mut(), more.as_object()) {
        (Some(fields), Some(more)) => {
            for (key, more) in more {
                merge(fields.entry(key.clone()).or_insert(Value::Null), more);
            }
        }
        _ => value.clone_from(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "---\n# Source: a\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: \
                            {template: {metadata: {labels: {a: b}}, spec: {containers: []}}}\n---\napiVersion: \
                            v1\nkind: Service\nmetadata: {name: web}\n---\napiVersion: v1\nkind: Pod\nmetadata: \
                            {name: t}\nspec: {}\n";

    fn told(cell: &CellScript) -> Vec<String> {
        let chain = |pod: &LivePod| {
            let owners: String = pod.owners.iter().map(|owner| format!(" < {owner}")).collect();
            format!("{}{owners}", pod.pod["metadata"]["name"].as_str().unwrap_or_default())
        };
        of(cell, "demo").iter().map(chain).collect()
    }

    #[test]
    fn what_a_script_does_not_list_runs_as_it_was_installed() {
        let cell = CellScript { manifest: MANIFEST.to_owned(), ..CellScript::default() };
        assert_eq!(told(&cell), ["web-x < ReplicaSet/web-1 < Deployment/web", "t"]);
        let pods = of(&cell, "demo");
        assert_eq!(
            pods[0].pod["metadata"],
            json!({"labels": {"a": "b"}, "name": "web-x", "namespace": "demo"})
        );
    }

    #[test]
    fn listed_pods_are_all_there_are() {
        let script = "{manifest: '', pods: [{pod: {metadata: {name: a}}, owners: [Job/b]}]}";
        let cell: CellScript = serde_json::from_value(serde_yaml::from_str(script).unwrap()).unwrap();
        assert_eq!(told(&cell), ["a < Job/b"]);
        assert_eq!(of(&cell, "demo")[0].owners[0].api_version, "batch/v1");
    }
}
