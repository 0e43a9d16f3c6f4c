//! Pods inside objects: where the PodSpec is, and its containers.
//!
//! The nine kinds are those that `k8s.io/pod-security-admission` extracts Pods from (`admission.go`).

use serde_json::Value;

use crate::Object;

/// Kinds whose Pod template is at `spec.template`.
const TEMPLATED: [&str; 6] =
    ["ReplicationController", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job"];

/// A `PodSpec` found in an object.
#[derive(Debug, Clone, Copy)]
pub struct Pod<'a> {
    /// Where, `spec.template.spec`.
    pub path: &'a str,
    /// The raw `PodSpec`.
    pub spec: &'a Value,
    /// The Pod's metadata (labels, annotations), where the template has any.
    pub metadata: Option<&'a Value>,
}

/// Where objects of a custom kind hold a `PodSpec`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodPath {
    /// The API group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// Keys down to the `PodSpec`, `spec.template.spec`.
    pub path: String,
}

impl PodPath {
    /// Custom kinds that hold Pods and are met often: Argo Rollouts, `KServe` and Knative.
    pub fn usual() -> Vec<Self> {
        [
            ("argoproj.io", "Rollout", "spec.template.spec"),
            ("serving.knative.dev", "Service", "spec.template.spec"),
            ("serving.kserve.io", "InferenceService", "spec.predictor"),
        ]
        .map(|(group, kind, path)| Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            path: path.to_owned(),
        })
        .to_vec()
    }

    fn is_of(&self, object: &Object) -> bool {
        object.reference.group() == self.group && object.reference.kind == self.kind
    }
}

/// Which list a container stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind {
    /// `initContainers`
    Init,
    /// `containers`
    Main,
    /// `ephemeralContainers`
    Ephemeral,
}

impl ContainerKind {
    /// The word rules know.
    pub fn word(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Main => "container",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// One container of a Pod.
#[derive(Debug, Clone)]
pub struct Container<'a> {
    /// Which list it stands in.
    pub kind: ContainerKind,
    /// Its name, empty where it has none.
    pub name: &'a str,
    /// Where it is in the object.
    pub path: String,
    /// As written.
    pub raw: &'a Value,
}

/// The Pod of an object, if it has one.
pub fn of(object: &Object) -> Option<Pod<'_>> {
    let (group, kind) = (object.reference.group(), object.reference.kind.as_str());
    let built_in = matches!(group, "" | "apps" | "batch");
    let (path, pointer, metadata) = match kind {
        "Pod" if built_in => ("spec", "/spec", "/metadata"),
        "PodTemplate" if built_in => ("template.spec", "/template/spec", "/template/metadata"),
        "CronJob" if built_in => (
            "spec.jobTemplate.spec.template.spec",
            "/spec/jobTemplate/spec/template/spec",
            "/spec/jobTemplate/spec/template/metadata",
        ),
        kind if built_in && TEMPLATED.contains(&kind) => {
            ("spec.template.spec", "/spec/template/spec", "/spec/template/metadata")
        }
        _ => return None,
    };
    let spec = object.value.pointer(pointer).filter(|spec| spec.is_object())?;
    Some(Pod { path, spec, metadata: object.value.pointer(metadata) })
}

/// The Pod of an object, custom kinds included.
pub fn within<'a>(object: &'a Object, custom: &'a [PodPath]) -> Option<Pod<'a>> {
    let found = || {
        let path = custom.iter().find(|path| path.is_of(object))?.path.as_str();
        let spec = at(&object.value, path).filter(|spec| spec.is_object())?;
        let metadata =
            path.strip_suffix("spec").and_then(|template| at(&object.value, &format!("{template}metadata")));
        Some(Pod { path, spec, metadata })
    };
    of(object).or_else(found)
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// Levels below which nobody keeps a `PodSpec`.
const DEPTH: usize = 24;

/// Where something looks like a `PodSpec` in an object of a kind that is not known to hold one: nobody judges it.
pub fn unjudged(object: &Object, custom: &[PodPath]) -> Vec<String> {
    let mut found = Vec::new();
    if within(object, custom).is_none() && object.reference.kind != "CustomResourceDefinition" {
        walk(&object.value, "", DEPTH, &mut found);
    }
    found
}

fn walk(value: &Value, path: &str, depth: usize, found: &mut Vec<String>) {
    if looks_like_pod_spec(value) {
        found.push(path.to_owned());
    } else if depth > 0 {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(value, &below, depth - 1, found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    walk(value, &format!("{path}[{index}]"), depth - 1, found);
                }
            }
            _ => {}
        }
    }
}

fn looks_like_pod_spec(value: &Value) -> bool {
    let containers = value.get("containers").and_then(Value::as_array);
    let text = |one: &Value, key: &str| one.get(key).is_some_and(Value::is_string);
    containers.is_some_and(|all| all.iter().any(|one| text(one, "image") && text(one, "name")))
}

impl<'a> Pod<'a> {
    /// Where its metadata is in the object, `spec.template.metadata`.
    pub fn metadata_path(&self) -> String {
        match self.path.strip_suffix("spec") {
            None | Some("") => "metadata".to_owned(),
            Some(template) => format!("{template}metadata"),
        }
    }

    /// Every container: init, main and ephemeral ones, in this order.
    pub fn containers(&self) -> Vec<Container<'a>> {
        [
            (ContainerKind::Init, "initContainers"),
            (ContainerKind::Main, "containers"),
            (ContainerKind::Ephemeral, "ephemeralContainers"),
        ]
        .into_iter()
        .flat_map(|(kind, field)| {
            let list = self.spec.get(field).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            list.iter().enumerate().map(move |(index, raw)| Container {
                kind,
                name: raw.get("name").and_then(Value::as_str).unwrap_or_default(),
                path: format!("{}.{field}[{index}]", self.path),
                raw,
            })
        })
        .collect()
    }

    /// The value in force for a container of a field that the Pod's security context hands down.
    pub fn effective(&self, container: &Container<'a>, field: &str) -> Option<&'a Value> {
        let of = |holder: &'a Value| holder.get("securityContext").and_then(|context| context.get(field));
        of(container.raw).or_else(|| of(self.spec)).filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Manifest;
    use rstest::rstest;

    const POD: &str = "{containers: [{name: c, image: i}]}";

    fn object(kind: &str, spec: &str) -> Object {
        let text = format!("apiVersion: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n");
        Manifest::decode(&text.replace("; ", "\n")).objects.remove(0)
    }

    #[rstest]
    #[case("argoproj.io/v1alpha1; kind: Rollout", "{template: {spec: POD}}", Some("spec.template.spec"))]
    #[case("serving.kserve.io/v1beta1; kind: InferenceService", "{predictor: POD}", Some("spec.predictor"))]
    #[case("v1; kind: Pod", "POD", Some("spec"))]
    #[case("a.io/v1; kind: Rollout", "{template: {spec: POD}}", None)]
    fn custom_kinds_hold_pods_where_they_are_said_to(
        #[case] kind: &str,
        #[case] spec: &str,
        #[case] path: Option<&str>,
    ) {
        let object = object(kind, &spec.replace("POD", POD));
        assert_eq!(within(&object, &PodPath::usual()).map(|pod| pod.path.to_owned()).as_deref(), path);
    }

    #[test]
    fn what_looks_like_a_pod_in_an_unknown_kind_is_told() {
        let spec = format!("{{shards: [{{podSpec: {POD}}}], containers: 3}}");
        let found = unjudged(&object("a.io/v1; kind: Cluster", &spec), &PodPath::usual());
        assert_eq!(found, ["spec.shards[0].podSpec"]);
        let known = object("argoproj.io/v1alpha1; kind: Rollout", &format!("{{template: {{spec: {POD}}}}}"));
        assert_eq!(unjudged(&known, &PodPath::usual()), Vec::<String>::new());
    }

    #[test]
    fn metadata_stands_beside_the_spec() {
        let path = |path| Pod { path, spec: &Value::Null, metadata: None }.metadata_path();
        assert_eq!(path("spec"), "metadata");
        assert_eq!(path("template.spec"), "template.metadata");
        assert_eq!(path("spec.template.spec"), "spec.template.metadata");
    }
}
