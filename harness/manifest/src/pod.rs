//! Pods inside objects: where the PodSpec is, and its containers.
//!
//! Which kinds hold one, and where, is `seatrial_model::pod_path`'s.

use seatrial_model::pod_path::{self, PodPath};
use serde_json::Value;

use crate::Object;

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

/// The Pod of an object of Kubernetes' own kinds, if it has one.
pub fn of(object: &Object) -> Option<Pod<'_>> {
    let path = pod_path::of_workload(object.reference.group(), &object.reference.kind)?;
    under(object, path)
}

/// The Pod of an object, custom kinds included.
pub fn within<'a>(object: &'a Object, custom: &'a [PodPath]) -> Option<Pod<'a>> {
    of(object).or_else(|| under(object, &known(object, custom)?.path))
}

/// Where objects of this custom kind hold a Pod.
fn known<'p>(object: &Object, custom: &'p [PodPath]) -> Option<&'p PodPath> {
    let (group, kind) = (object.reference.group(), &object.reference.kind);
    custom.iter().find(|path| path.group == group && path.kind == *kind)
}

/// The Pod at a path, with the metadata beside it.
fn under<'a>(object: &'a Object, path: &'a str) -> Option<Pod<'a>> {
    let spec = at(&object.value, path).filter(|spec| spec.is_object())?;
    let metadata = beside(path).and_then(|path| at(&object.value, &path));
    Some(Pod { path, spec, metadata })
}

/// Where a template with its spec at that path has its metadata; nowhere, where the path does not end in `spec`.
fn beside(path: &str) -> Option<String> {
    let template = path.strip_suffix("spec").filter(|rest| rest.is_empty() || rest.ends_with('.'))?;
    Some(format!("{template}metadata"))
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key))
}

/// Levels below which nobody keeps a `PodSpec`.
const DEPTH: usize = 24;

/// Something that looks like a `PodSpec` and that no rule about Pods is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// Where it is, `spec.shards[0].podSpec`.
    pub path: String,
    /// Where its kind is known to hold a Pod instead, if it is.
    known: Option<String>,
    /// What a suite would say of it.
    group: String,
    kind: String,
}

impl Unjudged {
    /// Why nobody judges it, and what to write.
    pub fn why(&self) -> String {
        let Self { path, group, kind, .. } = self;
        let known = match &self.known {
            Some(known) => format!("rules about Pods are asked of {known} in this kind"),
            None => "this kind is not known to hold one: no rule about Pods was asked".to_owned(),
        };
        let advice = if path.contains('[') {
            "`podPaths` of a suite's `policies` cannot name it: it stands in a list".to_owned()
        } else if group.is_empty() {
            "`podPaths` of a suite's `policies` cannot name it: the kind is of no API group".to_owned()
        } else if self.known.is_some() {
            format!(
                "`podPaths: [{{group: {group}, kind: {kind}, path: {path}}}]` under a suite's `policies` has it judged instead"
            )
        } else {
            format!(
                "write `podPaths: [{{group: {group}, kind: {kind}, path: {path}}}]` under `policies` of a suite"
            )
        };
        format!("{path} looks like a PodSpec, but {known}; {advice}")
    }
}

/// What looks like a `PodSpec` and is not the Pod of its object, so that nobody judges it. Kubernetes' own kinds hold
/// one and no more.
pub fn unjudged(object: &Object, custom: &[PodPath]) -> Vec<Unjudged> {
    let mut found = Vec::new();
    if of(object).is_none() && object.reference.kind != "CustomResourceDefinition" {
        walk(&object.value, "", DEPTH, &mut found);
    }
    let known = known(object, custom).map(|known| known.path.clone());
    found.retain(|path| Some(path) != known.as_ref());
    let unjudged = |path| Unjudged {
        path,
        known: known.clone(),
        group: object.reference.group().to_owned(),
        kind: object.reference.kind.clone(),
    };
    found.into_iter().map(unjudged).collect()
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
        beside(self.path).unwrap_or_else(|| "metadata".to_owned())
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

    const UNKNOWN: &str = "this kind is not known to hold one: no rule about Pods was asked";

    #[rstest]
    #[case::in_an_unknown_kind(
        "a.io/v1; kind: Cluster",
        "{pool: POD, containers: 3}",
        &format!("spec.pool looks like a PodSpec, but {UNKNOWN}; write `podPaths: [{{group: a.io, kind: Cluster, path: spec.pool}}]` under `policies` of a suite")
    )]
    #[case::in_a_list(
        "a.io/v1; kind: Cluster",
        "{shards: [{podSpec: POD}]}",
        &format!("spec.shards[0].podSpec looks like a PodSpec, but {UNKNOWN}; `podPaths` of a suite's `policies` cannot name it: it stands in a list")
    )]
    #[case::beside_the_one_that_is_judged(
        "serving.kserve.io/v1beta1; kind: InferenceService",
        "{predictor: POD, transformer: POD}",
        "spec.transformer looks like a PodSpec, but rules about Pods are asked of spec.predictor in this kind; `podPaths: [{group: serving.kserve.io, kind: InferenceService, path: spec.transformer}]` under a suite's `policies` has it judged instead"
    )]
    fn what_looks_like_a_pod_and_is_not_judged_is_told_with_what_to_write(
        #[case] kind: &str,
        #[case] spec: &str,
        #[case] why: &str,
    ) {
        let found = unjudged(&object(kind, &spec.replace("POD", POD)), &PodPath::usual());
        assert_eq!(found.iter().map(Unjudged::why).collect::<Vec<_>>(), [why]);
    }

    #[rstest]
    #[case::a_usual_kind("argoproj.io/v1alpha1; kind: Rollout", "{template: {spec: POD}}")]
    #[case::a_kind_of_kubernetes("apps/v1; kind: Deployment", "{template: {spec: POD}}")]
    #[case::no_pod("a.io/v1; kind: Cluster", "{containers: [a]}")]
    fn what_is_judged_or_no_pod_is_not_told(#[case] kind: &str, #[case] spec: &str) {
        assert_eq!(unjudged(&object(kind, &spec.replace("POD", POD)), &PodPath::usual()), []);
    }

    #[test]
    fn a_suites_path_that_misses_the_pod_does_not_hide_it() {
        let own = |path: &str| {
            let (group, kind) = ("apps.kruise.io".to_owned(), "CloneSet".to_owned());
            [PodPath { group, kind, path: path.to_owned() }]
        };
        let set =
            object("apps.kruise.io/v1alpha1; kind: CloneSet", &format!("{{template: {{spec: {POD}}}}}"));
        let told = |path: &str| unjudged(&set, &own(path)).len();
        assert_eq!((told("spec.template.spec"), told("spec.template"), told("spec.pod")), (0, 1, 1));
        assert_eq!(within(&set, &own("spec.template.spec")).map(|pod| pod.containers().len()), Some(1));
    }

    #[test]
    fn metadata_stands_beside_the_spec() {
        let path = |path| Pod { path, spec: &Value::Null, metadata: None }.metadata_path();
        assert_eq!(path("spec"), "metadata");
        assert_eq!(path("template.spec"), "template.metadata");
        assert_eq!(path("spec.template.spec"), "spec.template.metadata");
        assert_eq!(path("spec.podspec"), "metadata");
    }
}
