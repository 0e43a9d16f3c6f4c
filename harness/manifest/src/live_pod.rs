//! Pods as the API server holds them: what rules are shown of one, and which are the same.

use serde_json::{Map, Value, json};

use crate::Manifest;
use crate::input::{self, Context};

/// Prefixes of annotations by which a Pod was confined before there were fields for it.
const CONFINING: [&str; 3] = [
    "container.apparmor.security.beta.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
    "seccomp.security.alpha.kubernetes.io/",
];

/// How the volume of a service account's token begins in every Pod that got one.
const TOKEN: &str = "kube-api-access-";

/// The input for a Pod (`apiVersion`, `kind`, `metadata`, `spec`), which is shown by itself: its release is not looked
/// at, so that all `links` are empty. `hook` says whether what it runs for is one: a hook's Job marks itself, not its
/// Pods. `None` for what is no such Pod.
pub fn input(pod: &Value, hook: bool, context: &Context) -> Option<Value> {
    // JSON is YAML: read as everything that is judged is read.
    let manifest = Manifest::decode(&pod.to_string());
    let (_, mut input) = input::all(&manifest, context).next()?;
    input.get("pod")?;
    let fields = input.as_object_mut()?;
    fields.insert("hook".to_owned(), hook.into());
    let empty = ["references", "selects", "selected_by", "scaled_by", "backends"];
    let links: Map<String, Value> = empty.map(|list| (list.to_owned(), json!([]))).into_iter().collect();
    fields.insert("links".to_owned(), links.into());
    Some(input)
}

/// What Pods of one template have in common: the spec without what each gets for itself (its node, its host name, its
/// claims, the name of its token's volume), and the annotations that confine it.
pub fn essence(pod: &Value) -> Value {
    let annotations = pod.pointer("/metadata/annotations").and_then(Value::as_object);
    let confining = annotations
        .into_iter()
        .flatten()
        .filter(|(key, _)| CONFINING.iter().any(|prefix| key.starts_with(prefix)));
    let confining: Map<String, Value> = confining.map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut spec = pod.get("spec").cloned().unwrap_or_default();
    if let Some(fields) = spec.as_object_mut() {
        for own in ["nodeName", "hostname"] {
            fields.remove(own);
        }
    }
    each(&mut spec, "/volumes", |volume| {
        rename_token(volume);
        if let Some(claim) = volume.pointer_mut("/persistentVolumeClaim/claimName") {
            *claim = Value::Null;
        }
    });
    for list in ["/initContainers", "/containers", "/ephemeralContainers"] {
        each(&mut spec, list, |container| each(container, "/volumeMounts", rename_token));
    }
    // A DaemonSet's Pods are bound to their nodes by name.
    let terms = "/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
    each(&mut spec, terms, |term| {
        if let Some(fields) = term.as_object_mut() {
            fields.remove("matchFields");
        }
    });
    json!({"annotations": confining, "spec": spec})
}

fn each(value: &mut Value, list: &str, change: impl Fn(&mut Value)) {
    value.pointer_mut(list).and_then(Value::as_array_mut).into_iter().flatten().for_each(change);
}

fn rename_token(named: &mut Value) {
    if let Some(name) =
        named.get_mut("name").filter(|name| name.as_str().is_some_and(|n| n.starts_with(TOKEN)))
    {
        *name = json!(TOKEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        let kubernetes = "1.36".parse().unwrap();
        Context { kubernetes, production: true, namespace: "demo".to_owned(), pods: Vec::new() }
    }

    #[test]
    fn a_pod_is_shown_by_itself_and_as_the_hook_that_it_runs_for() {
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "m-x", "labels": {"a": "b\u{1F600}"}},
            "spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": "yes: \"# no\""}],
                "resources": {"limits": {"cpu": "500m"}}}]}});
        let input = input(&pod, true, &context()).unwrap();
        assert_eq!((&input["object"], &input["hook"]), (&pod, &json!(true)));
        assert_eq!(input["pod"]["path"], "spec");
        assert_eq!(input["pod"]["containers"][0]["resources"]["limits"]["cpu"], 500);
        assert_eq!(input["links"]["references"], json!([]));
    }

    #[test]
    fn what_is_no_pod_has_no_input() {
        assert_eq!(input(&json!({"apiVersion": "v1", "kind": "Pod"}), false, &context()), None);
        assert_eq!(input(&json!({"apiVersion": "v1", "kind": "Node", "spec": {}}), false, &context()), None);
    }

    fn of_set(number: u32, image: &str) -> Value {
        json!({"metadata": {"name": format!("db-{number}"), "annotations": {"ip": number.to_string()}}, "spec": {
            "nodeName": format!("node-{number}"), "hostname": format!("db-{number}"),
            "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                {"matchFields": [{"key": "metadata.name", "values": [format!("node-{number}")]}]}]}}},
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": format!("data-db-{number}")}},
                {"name": format!("kube-api-access-{number}"), "projected": {}}],
            "containers": [{"name": "db", "image": image,
                "volumeMounts": [{"name": format!("kube-api-access-{number}")}]}],
        }})
    }

    #[test]
    fn pods_of_one_template_are_the_same_and_a_changed_or_unconfined_one_is_not() {
        assert_eq!(essence(&of_set(0, "a")), essence(&of_set(1, "a")));
        assert_ne!(essence(&of_set(0, "a")), essence(&of_set(0, "b")));
        let mut unconfined = of_set(0, "a");
        unconfined["metadata"]["annotations"]["container.apparmor.security.beta.kubernetes.io/db"] =
            json!("unconfined");
        assert_ne!(essence(&of_set(0, "a")), essence(&unconfined));
    }
}
