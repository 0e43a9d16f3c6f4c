//! What names one other object: autoscalers, and the backends of Ingresses.

use serde_json::{Value, json};

use super::release::Release;

/// What a `HorizontalPodAutoscaler` scales, where the release has it.
pub(super) fn of(release: &Release<'_>, index: usize) -> Option<usize> {
    let object = &release.objects[index];
    if object.reference.kind != "HorizontalPodAutoscaler" {
        return None;
    }
    let (kind, name) = (object.text("/spec/scaleTargetRef/kind")?, object.text("/spec/scaleTargetRef/name")?);
    release.beside(index, kind, name)
}

/// The Services that an Ingress sends traffic to.
pub(super) fn backends(release: &Release<'_>, index: usize) -> Vec<Value> {
    let object = &release.objects[index];
    if object.reference.kind != "Ingress" || object.reference.group() != "networking.k8s.io" {
        return Vec::new();
    }
    let default =
        object.value.pointer("/spec/defaultBackend").map(|one| ("spec.defaultBackend".to_owned(), one));
    let rules = object.value.pointer("/spec/rules").and_then(Value::as_array);
    let rules = rules.into_iter().flatten().enumerate().flat_map(|(rule, value)| {
        let paths = value.pointer("/http/paths").and_then(Value::as_array);
        paths.into_iter().flatten().enumerate().filter_map(move |(path, value)| {
            Some((format!("spec.rules[{rule}].http.paths[{path}].backend"), value.get("backend")?))
        })
    });
    default
        .into_iter()
        .chain(rules)
        .filter_map(|(path, value)| backend(release, index, &path, value))
        .collect()
}

fn backend(release: &Release<'_>, index: usize, path: &str, backend: &Value) -> Option<Value> {
    let service = backend.get("service")?;
    let name = service.get("name")?.as_str()?;
    let port = service.get("port");
    let of_port = |key: &str| port.and_then(|port| port.get(key)).filter(|value| !value.is_null());
    let found = release.beside(index, "Service", name).map(|found| &release.objects[found]);
    let ports = found.and_then(|service| service.value.pointer("/spec/ports")).and_then(Value::as_array);
    let has =
        |key: &str, wanted: &Value| ports.into_iter().flatten().any(|port| port.get(key) == Some(wanted));
    let port_found = match (of_port("name"), of_port("number")) {
        (Some(name), _) => has("name", name),
        (None, Some(number)) => has("port", number),
        (None, None) => false,
    };
    Some(json!({
        "service": name,
        "port": of_port("name").or_else(|| of_port("number")),
        "path": format!("{path}.service"),
        "found": found.is_some(),
        "port_found": port_found,
    }))
}
