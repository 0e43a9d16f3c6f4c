//! A Pod that could be created anywhere: made from a template or a Pod for a dry run that asks what the API server
//! thinks of it.

use serde_json::{Map, Value, json};

/// What of a `PodSpec` admission would look up in the cluster or sets by itself, and what binds it to a node. Pod
/// Security reads none of it.
const LOOKED_UP: [&str; 8] = [
    "nodeName",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "resourceClaims",
    "runtimeClassName",
    "serviceAccount",
];

/// A Pod for a dry run.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The Pod.
    pub pod: Value,
    /// How many ephemeral containers it had, which no Pod is created with.
    pub left_out: usize,
}

/// The Pod with this `PodSpec` and these labels and annotations, its references rewritten.
pub fn candidate(metadata: Option<&Value>, spec: &Value) -> Candidate {
    let mut spec = spec.clone();
    let mut left_out = 0;
    if let Some(fields) = spec.as_object_mut() {
        for field in LOOKED_UP {
            fields.remove(field);
        }
        fields.insert("serviceAccountName".to_owned(), json!("default"));
        let ephemeral = fields.remove("ephemeralContainers");
        left_out = ephemeral.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
        // A claim that is not made any more must not be named by a container.
        for list in ["initContainers", "containers"] {
            for container in fields.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(resources) = container.get_mut("resources").and_then(Value::as_object_mut) {
                    resources.remove("claims");
                }
            }
        }
    }
    let mut kept = Map::from_iter([("name".to_owned(), json!("witness"))]);
    for field in ["labels", "annotations"] {
        let written = metadata.and_then(|metadata| metadata.get(field)).filter(|value| !value.is_null());
        if let Some(mut written) = written.cloned() {
            // The mark of a static Pod: another admission.
            if let Some(all) = written.as_object_mut() {
                all.remove("kubernetes.io/config.mirror");
            }
            kept.insert(field.to_owned(), written);
        }
    }
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": kept, "spec": spec});
    Candidate { pod, left_out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_rewritten_and_what_pod_security_reads_is_kept() {
        let metadata = json!({"name": "web-1", "namespace": "demo", "uid": "u", "ownerReferences": [{}],
            "labels": {"a": "b"}, "annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined",
                "kubernetes.io/config.mirror": "x"}});
        let spec = json!({"serviceAccountName": "web", "serviceAccount": "web", "nodeName": "n", "priority": 1000,
            "priorityClassName": "high", "preemptionPolicy": "Never", "runtimeClassName": "gvisor",
            "overhead": {"cpu": "1"}, "resourceClaims": [{"name": "gpu"}], "hostNetwork": true,
            "ephemeralContainers": [{"name": "debug"}],
            "containers": [{"name": "c", "resources": {"claims": [{"name": "gpu"}], "limits": {"cpu": "1"}}}]});
        let Candidate { pod, left_out } = candidate(Some(&metadata), &spec);
        assert_eq!(left_out, 1);
        assert_eq!(
            pod,
            json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "witness", "labels": {"a": "b"},
                    "annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}},
                "spec": {"hostNetwork": true, "serviceAccountName": "default",
                    "containers": [{"name": "c", "resources": {"limits": {"cpu": "1"}}}]}})
        );
    }

    #[test]
    fn a_template_without_metadata_is_a_pod_all_the_same() {
        let Candidate { pod, left_out } = candidate(None, &json!({"containers": []}));
        assert_eq!((pod["metadata"].clone(), left_out), (json!({"name": "witness"}), 0));
        assert_eq!(
            candidate(Some(&json!({"labels": null})), &json!({})).pod["metadata"],
            json!({"name": "witness"})
        );
    }
}
