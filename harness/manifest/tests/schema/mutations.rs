//! Objects made wrong, one thing at a time. Shared by the test of this crate and by the one that asks an API server.

use serde_json::{Map, Value, json};

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Good,
    UnknownField,
    WrongType,
    BadEnum,
    WrongVersion,
    /// Only some of these are wrong.
    MissingField,
    /// Only some of these are wrong.
    Null,
}

/// One object.
#[derive(Debug, Clone)]
pub struct Mutant {
    pub class: Class,
    /// Where: `spec.replicas`, list items by number.
    pub path: String,
    pub value: Value,
}

/// Maps whose keys are free.
const FREE: [&str; 15] = [
    "annotations",
    "binaryData",
    "capacity",
    "data",
    "default",
    "defaultRequest",
    "hard",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "openAPIV3Schema",
    "parameters",
    "requests",
    "stringData",
];
/// Texts that are one of several.
const CLOSED: [&str; 28] = [
    "accessModes",
    "addressType",
    "completionMode",
    "concurrencyPolicy",
    "dnsPolicy",
    "effect",
    "externalTrafficPolicy",
    "failurePolicy",
    "fsGroupChangePolicy",
    "imagePullPolicy",
    "internalTrafficPolicy",
    "ipFamilyPolicy",
    "matchPolicy",
    "mountPropagation",
    "operations",
    "pathType",
    "persistentVolumeReclaimPolicy",
    "podManagementPolicy",
    "policyTypes",
    "protocol",
    "reclaimPolicy",
    "restartPolicy",
    "scheme",
    "sessionAffinity",
    "sideEffects",
    "terminationMessagePolicy",
    "volumeBindingMode",
    "whenUnsatisfiable",
];
/// API versions that no supported Kubernetes serves the kind in.
const OTHER_VERSIONS: [(&str, &str); 9] = [
    ("CronJob", "batch/v1beta1"),
    ("Deployment", "extensions/v1beta1"),
    ("Deployment", "apps/v1beta2"),
    ("HorizontalPodAutoscaler", "autoscaling/v2beta2"),
    ("Ingress", "networking.k8s.io/v1beta1"),
    ("PodDisruptionBudget", "policy/v1beta1"),
    ("Role", "rbac.authorization.k8s.io/v1beta1"),
    ("ServiceMonitor", "monitoring.coreos.com/v1beta1"),
    ("StorageClass", "storage.k8s.io/v1beta1"),
];

/// The object itself and everything that is done to it.
pub fn of(object: &Value) -> Vec<Mutant> {
    let mut all = vec![Mutant { class: Class::Good, path: String::new(), value: object.clone() }];
    versions(object, &mut all);
    let mut way = Vec::new();
    walk(object, object, &mut way, &mut all);
    all
}

fn versions(object: &Value, all: &mut Vec<Mutant>) {
    let kind = object["kind"].as_str().unwrap_or_default();
    let group =
        object["apiVersion"].as_str().and_then(|version| version.split_once('/')).map(|(group, _)| group);
    let none = group.map_or("v9".to_owned(), |group| format!("{group}/v9"));
    let others =
        OTHER_VERSIONS.iter().filter(|(of, _)| *of == kind).map(|(_, version)| (*version).to_owned());
    for version in others.chain([none]) {
        let mut value = object.clone();
        value["apiVersion"] = json!(version);
        all.push(Mutant { class: Class::WrongVersion, path: "apiVersion".to_owned(), value });
    }
}

/// Steps from the root, in a JSON pointer's words.
type Way = Vec<String>;

fn walk(root: &Value, here: &Value, way: &mut Way, all: &mut Vec<Mutant>) {
    if way.last().is_some_and(|key| key == "openAPIV3Schema") {
        return;
    }
    if !way.is_empty() {
        let wrong = wrong_type(here);
        all.push(mutant(Class::WrongType, root, way, |_| wrong));
        all.push(mutant(Class::Null, root, way, |_| Value::Null));
    }
    match here {
        Value::Object(map) => {
            if !is_free(root, way) {
                misspelt(root, map, way, all);
            }
            for (key, value) in map {
                if way.is_empty() && (key == "apiVersion" || key == "kind") {
                    continue;
                }
                way.push(key.clone());
                all.push(removed(root, way));
                walk(root, value, way, all);
                way.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                way.push(index.to_string());
                walk(root, value, way, all);
                way.pop();
            }
        }
        Value::String(text) if is_closed(way) => {
            let other = json!(format!("{text}X"));
            all.push(mutant(Class::BadEnum, root, way, |_| other));
        }
        _ => {}
    }
}

/// A key that is not in the schema beside those that are: one that is there, with a letter more.
fn misspelt(root: &Value, map: &Map<String, Value>, way: &Way, all: &mut Vec<Mutant>) {
    let Some((key, value)) = map.iter().next_back() else { return };
    let (key, value) = (format!("{key}e"), value.clone());
    let mut way = way.clone();
    let unknown = mutant(Class::UnknownField, root, &way, |here| {
        let mut here = here.clone();
        here[&key] = value;
        here
    });
    way.push(key);
    all.push(Mutant { path: shown(&way), ..unknown });
}

fn removed(root: &Value, way: &Way) -> Mutant {
    let (key, above) = way.split_last().expect("below the root");
    let mut value = root.clone();
    if let Some(Value::Object(map)) = value.pointer_mut(&pointer(above)) {
        map.remove(key);
    }
    Mutant { class: Class::MissingField, path: shown(way), value }
}

fn mutant(class: Class, root: &Value, way: &Way, change: impl FnOnce(&Value) -> Value) -> Mutant {
    let mut value = root.clone();
    if let Some(here) = value.pointer_mut(&pointer(way)) {
        *here = change(here);
    }
    Mutant { class, path: shown(way), value }
}

/// Something that no field which takes `value` takes.
fn wrong_type(value: &Value) -> Value {
    match value {
        // A quantity or a port may be a number.
        Value::String(_) | Value::Null => json!(true),
        Value::Bool(_) => json!("perhaps"),
        Value::Array(_) => json!("x"),
        Value::Number(_) | Value::Object(_) => json!(["x"]),
    }
}

fn is_free(root: &Value, way: &Way) -> bool {
    let key = way.last().map(String::as_str).unwrap_or_default();
    // A selector of labels is a map, and one of a workload is not.
    let plain = matches!(root["kind"].as_str(), Some("Service" | "ReplicationController"));
    FREE.contains(&key) || (key == "selector" && plain)
}

fn is_closed(way: &Way) -> bool {
    let named = way.iter().rev().find(|step| step.parse::<usize>().is_err());
    let inside = |step: &str| way.iter().any(|key| key == step);
    // A label or an annotation may be called like a field, and init containers have a policy of their own.
    let other = inside("labels")
        || inside("annotations")
        || (inside("initContainers") && named.is_some_and(|key| key == "restartPolicy"));
    !other && named.is_some_and(|key| CLOSED.contains(&key.as_str()))
}

fn pointer(way: &[String]) -> String {
    way.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect()
}

fn shown(way: &Way) -> String {
    let steps = way.iter().map(|step| match step.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) if step.contains(['.', '[', ']', ' ']) => format!("[{step:?}]"),
        Err(_) => format!(".{step}"),
    });
    steps.collect::<String>().trim_start_matches('.').to_owned()
}
