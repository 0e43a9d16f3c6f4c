//! What a Pod names: `ConfigMaps`, Secrets, claims and its service account.

use serde_json::{Map, Value, json};

use super::release::Release;
use crate::Object;

/// One thing that a Pod names.
struct Reference<'a> {
    kind: &'static str,
    name: &'a str,
    key: Option<&'a str>,
    path: String,
    container: Option<&'a str>,
    optional: bool,
}

/// Every reference of an object's Pod, with whether the release has it.
pub(super) fn of(release: &Release<'_>, index: usize) -> Vec<Value> {
    let Some(pod) = release.pod(index) else { return Vec::new() };
    let mut all = Vec::new();
    of_pod(pod.spec, pod.path, &mut all);
    for container in pod.containers() {
        of_container(container.raw, &container.path, container.name, &mut all);
    }
    all.into_iter().map(|reference| resolve(release, index, &reference)).collect()
}

fn of_pod<'a>(spec: &'a Value, path: &str, all: &mut Vec<Reference<'a>>) {
    let plain = |kind, name: Option<&'a str>, path: String, optional| {
        let name = name.filter(|name| !name.is_empty())?;
        Some(Reference { kind, name, key: None, path, container: None, optional })
    };
    let account = format!("{path}.serviceAccountName");
    all.extend(plain("ServiceAccount", text(spec, "serviceAccountName"), account, false));
    for (index, secret) in list(spec, "imagePullSecrets") {
        // A Pod starts without it.
        let path = format!("{path}.imagePullSecrets[{index}].name");
        all.extend(plain("Secret", text(secret, "name"), path, true));
    }
    for (index, volume) in list(spec, "volumes") {
        let path = format!("{path}.volumes[{index}]");
        let claim = volume.get("persistentVolumeClaim").and_then(|claim| text(claim, "claimName"));
        all.extend(plain(
            "PersistentVolumeClaim",
            claim,
            format!("{path}.persistentVolumeClaim.claimName"),
            false,
        ));
        of_source(volume, "configMap", "name", "ConfigMap", &path, all);
        of_source(volume, "secret", "secretName", "Secret", &path, all);
        for (index, source) in volume.get("projected").map_or_else(Vec::new, |one| list(one, "sources")) {
            let path = format!("{path}.projected.sources[{index}]");
            of_source(source, "configMap", "name", "ConfigMap", &path, all);
            of_source(source, "secret", "name", "Secret", &path, all);
        }
    }
}

/// A volume that is filled from an object: the object, and each key that is chosen of it.
fn of_source<'a>(
    holder: &'a Value,
    field: &str,
    name_field: &str,
    kind: &'static str,
    path: &str,
    all: &mut Vec<Reference<'a>>,
) {
    let Some(source) = holder.get(field) else { return };
    let Some(name) = text(source, name_field) else { return };
    let optional = source.get("optional") == Some(&Value::Bool(true));
    let path = format!("{path}.{field}");
    let reference = |key, path| Reference { kind, name, key, path, container: None, optional };
    let items = list(source, "items");
    if items.is_empty() {
        all.push(reference(None, format!("{path}.{name_field}")));
    }
    for (index, item) in items {
        all.push(reference(text(item, "key"), format!("{path}.items[{index}].key")));
    }
}

fn of_container<'a>(raw: &'a Value, path: &str, name: &'a str, all: &mut Vec<Reference<'a>>) {
    let container = Some(name);
    for (index, variable) in list(raw, "env") {
        let Some(from) = variable.get("valueFrom") else { continue };
        for (field, kind) in [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")] {
            let Some(source) = from.get(field) else { continue };
            let Some(name) = text(source, "name") else { continue };
            let optional = source.get("optional") == Some(&Value::Bool(true));
            let path = format!("{path}.env[{index}].valueFrom.{field}");
            all.push(Reference { kind, name, key: text(source, "key"), path, container, optional });
        }
    }
    for (index, source) in list(raw, "envFrom") {
        for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
            let Some(source) = source.get(field) else { continue };
            let Some(name) = text(source, "name") else { continue };
            let optional = source.get("optional") == Some(&Value::Bool(true));
            let path = format!("{path}.envFrom[{index}].{field}");
            all.push(Reference { kind, name, key: None, path, container, optional });
        }
    }
}

fn resolve(release: &Release<'_>, index: usize, reference: &Reference<'_>) -> Value {
    let Reference { kind, name, key, path, container, optional } = reference;
    let found = release.beside(index, kind, name).map(|found| &release.objects[found]);
    // Every namespace has this one.
    let given = *kind == "ServiceAccount" && *name == "default";
    let made = *kind == "Secret" && found.is_none() && is_made(release, index, name);
    let mut told = Map::new();
    let mut put = |key: &str, value: Value| told.insert(key.to_owned(), value);
    put("kind", json!(kind));
    put("name", json!(name));
    put("path", json!(path));
    put("optional", json!(optional));
    put("found", json!(found.is_some() || given || made));
    if let Some(container) = container {
        put("container", json!(container));
    }
    if let Some(key) = key {
        put("key", json!(key));
        put("key_found", json!(made || found.is_some_and(|object| has_key(object, key))));
    }
    Value::Object(told)
}

fn has_key(object: &Object, key: &str) -> bool {
    ["data", "stringData", "binaryData"]
        .iter()
        .any(|field| object.value.get(*field).and_then(|map| map.get(key)).is_some())
}

/// Whether a controller makes a Secret from an object of the release: cert-manager, External Secrets, Sealed Secrets.
fn is_made(release: &Release<'_>, index: usize, name: &str) -> bool {
    let beside = release
        .objects
        .iter()
        .enumerate()
        .filter(|(other, _)| release.namespace(*other) == release.namespace(index));
    beside.into_iter().any(|(_, object)| {
        let made = match (object.reference.group(), object.reference.kind.as_str()) {
            ("cert-manager.io", "Certificate") => object.text("/spec/secretName"),
            ("external-secrets.io", "ExternalSecret") => {
                object.text("/spec/target/name").or(Some(object.reference.name.as_str()))
            }
            ("bitnami.com", "SealedSecret") => {
                object.text("/spec/template/metadata/name").or(Some(object.reference.name.as_str()))
            }
            _ => None,
        };
        made == Some(name)
    })
}

fn text<'a>(holder: &'a Value, key: &str) -> Option<&'a str> {
    holder.get(key).and_then(Value::as_str)
}

fn list<'a>(holder: &'a Value, key: &str) -> Vec<(usize, &'a Value)> {
    holder.get(key).and_then(Value::as_array).map_or_else(Vec::new, |list| list.iter().enumerate().collect())
}
