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
    pub path: &'static str,
    /// The raw `PodSpec`.
    pub spec: &'a Value,
    /// The Pod's metadata (labels, annotations), where the template has any.
    pub metadata: Option<&'a Value>,
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
