//! What one version of Kubernetes serves.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use seatrial_document::{Path, Step};
use seatrial_model::KubernetesVersion;

use super::compact::{Parsed, parse};
use super::custom::{CustomSchemas, Found};
use super::error::{Fault, SchemaError};
use super::types::{Definition, DefinitionId};
use super::{Judged, structural, typed, words};
use crate::Object;

/// One version that ships with the program.
struct Shipped {
    minor: u32,
    text: &'static str,
    read: OnceLock<Arc<Schemas>>,
}

static SHIPPED: [Shipped; 2] = [
    Shipped { minor: 35, text: include_str!("../../schemas/1.35.schema"), read: OnceLock::new() },
    Shipped { minor: 36, text: include_str!("../../schemas/1.36.schema"), read: OnceLock::new() },
];

impl Shipped {
    fn get(&self) -> Arc<Schemas> {
        let read = || Schemas::read(self.text).expect("a test reads every schema that ships");
        Arc::clone(self.read.get_or_init(|| Arc::new(read())))
    }
}

/// The kinds that a version serves and their definitions.
#[derive(Debug)]
pub struct Schemas {
    version: KubernetesVersion,
    /// API version → kind → definition.
    kinds: BTreeMap<&'static str, BTreeMap<&'static str, DefinitionId>>,
    definitions: Vec<Definition>,
    /// Of a container and of a Pod.
    security_contexts: Vec<DefinitionId>,
    metadata: Option<DefinitionId>,
}

impl Schemas {
    /// The schemas of that minor version, where they ship with the program. Read at the first call.
    pub fn for_version(version: &KubernetesVersion) -> Option<Arc<Self>> {
        let same = |shipped: &&Shipped| (version.major, version.minor) == (1, shipped.minor);
        SHIPPED.iter().find(same).map(Shipped::get)
    }

    /// The same, or those of the nearest version that ships, the newer of two. [`Self::version`] says which; a report
    /// has to.
    pub fn nearest(version: &KubernetesVersion) -> Arc<Self> {
        let [first, rest @ ..] = &SHIPPED;
        let nearest = rest.iter().fold(first, |best, other| {
            let distance = |shipped: &Shipped| shipped.minor.abs_diff(version.minor);
            if distance(other) <= distance(best) { other } else { best }
        });
        nearest.get()
    }

    /// Reads a compact text.
    ///
    /// # Errors
    /// The line that does not read.
    pub fn read(text: &'static str) -> Result<Self, String> {
        let Parsed { version, kinds, definitions } = parse(text)?;
        let find = |name: &str| definitions.binary_search_by(|one| one.name.cmp(name)).ok().map(DefinitionId);
        let security_contexts = ["core.v1.PodSecurityContext", "core.v1.SecurityContext"];
        let security_contexts = security_contexts.into_iter().filter_map(find).collect();
        let metadata = find("meta.v1.ObjectMeta");
        let mut served: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        for (version, kind, definition) in kinds {
            served.entry(version).or_default().insert(kind, definition);
        }
        Ok(Self { version, kinds: served, definitions, security_contexts, metadata })
    }

    /// The version that they were made from.
    pub fn version(&self) -> &KubernetesVersion {
        &self.version
    }

    /// Judges an object.
    pub fn judge(&self, object: &Object, custom: &CustomSchemas) -> Judged {
        let reference = &object.reference;
        let (api_version, kind) = (reference.api_version.as_str(), reference.kind.as_str());
        let mut errors = if let Some(definition) = self.kind(api_version, kind) {
            typed::judge(self, definition, &object.value, Vec::new(), kind == "Secret")
        } else {
            match custom.find(reference.group(), version_of(api_version), kind) {
                Found::Schema(schema) => structural::judge(self, schema, &object.value),
                Found::OtherVersions(versions) => vec![self.no_such_version(reference, &versions)],
                Found::WithoutSchema => {
                    let why = format!("the definition of {kind} in {api_version} has no schema");
                    return Judged::NotJudged { why };
                }
                Found::Nothing => {
                    let Some(error) = self.not_served(reference) else {
                        let why = format!(
                            "no CustomResourceDefinition of {kind} in {api_version} comes with the chart or its \
                             requirements"
                        );
                        return Judged::NotJudged { why };
                    };
                    vec![error]
                }
            }
        };
        errors.extend(nameless(object));
        Judged::Errors(errors)
    }

    pub(crate) fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.0]
    }

    /// The definition of every object's metadata.
    pub(crate) fn metadata(&self) -> Option<DefinitionId> {
        self.metadata
    }

    /// Whether a field of that name hardens a Pod or a container.
    pub(crate) fn hardens(&self, name: &str) -> bool {
        let fields = self.security_contexts.iter().flat_map(|id| &self.definition(*id).fields);
        fields.into_iter().any(|field| field.name.eq_ignore_ascii_case(name))
    }

    fn kind(&self, api_version: &str, kind: &str) -> Option<DefinitionId> {
        self.kinds.get(api_version)?.get(kind).copied()
    }

    /// Why a kind that is no custom resource is not served, where that is certain: groups without a dot are
    /// Kubernetes' own, and so are those that it serves something of.
    fn not_served(&self, reference: &seatrial_model::ObjectRef) -> Option<SchemaError> {
        let (group, kind) = (reference.group(), reference.kind.as_str());
        let known = self.kinds.keys().any(|version| group_of(version) == group);
        if !known && group.contains('.') {
            return None;
        }
        let mut serving: Vec<&str> = self
            .kinds
            .iter()
            .filter(|(_, kinds)| kinds.contains_key(kind))
            .map(|(version, _)| *version)
            .collect();
        // Those of the same group first, newer versions first.
        serving.sort_by_key(|version| (group_of(version) != group, std::cmp::Reverse(version_of(version))));
        if !serving.is_empty() {
            let serving: Vec<String> = serving.into_iter().map(str::to_owned).collect();
            return Some(self.no_such_version(reference, &serving));
        }
        let here = self.kinds.get(reference.api_version.as_str());
        let kinds = || self.kinds.values().flat_map(BTreeMap::keys).copied();
        let nearest = seatrial_document::nearest(kind, here.into_iter().flat_map(BTreeMap::keys).copied())
            .or_else(|| seatrial_document::nearest(kind, kinds()));
        let advice = nearest.map(|name| format!("did you mean `{name}`?"));
        let minor = self.version.minor_text();
        let message = format!("`{}` has no kind `{kind}` in Kubernetes {minor}", reference.api_version);
        Some(SchemaError::new(Fault::NoSuchKind, at("kind"), message).advice(advice))
    }

    fn no_such_version(&self, reference: &seatrial_model::ObjectRef, served: &[String]) -> SchemaError {
        let message = format!(
            "{} is not served as `{}` by Kubernetes {}",
            reference.kind,
            reference.api_version,
            self.version.minor_text()
        );
        let advice = (!served.is_empty())
            .then(|| format!("write {}", words::listed(served.iter().map(String::as_str))));
        SchemaError::new(Fault::NoSuchVersion, at("apiVersion"), message).advice(advice)
    }
}

fn at(field: &str) -> Path {
    Path::from_iter([Step::Key(field.to_owned())])
}

fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn version_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or(api_version, |(_, version)| version)
}

/// An object needs a name, or the beginning of one.
fn nameless(object: &Object) -> Option<SchemaError> {
    let has = |key: &str| object.text(key).is_some_and(|text| !text.is_empty());
    if has("/metadata/name") || has("/metadata/generateName") {
        return None;
    }
    // A name of another type has been told of already.
    if object.value.pointer("/metadata/name").is_some_and(|name| !name.is_null() && !name.is_string()) {
        return None;
    }
    let path = Path::from_iter(["metadata", "name"].map(|key| Step::Key(key.to_owned())));
    let error = SchemaError::new(Fault::MissingField, path, "the object has no name");
    Some(error.advice(Some("write `name` under `metadata`".to_owned())))
}
