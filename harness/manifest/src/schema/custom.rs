//! What CustomResourceDefinitions say of the resources that they define.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Object;

/// Custom resources by group and kind.
#[derive(Debug, Clone, Default)]
pub struct CustomSchemas(BTreeMap<(String, String), Definition>);

#[derive(Debug, Clone)]
struct Definition {
    group: String,
    versions: Vec<Version>,
}

#[derive(Debug, Clone)]
struct Version {
    name: String,
    served: bool,
    schema: Option<CustomSchema>,
}

/// The schema of one version.
#[derive(Debug, Clone)]
pub(crate) struct CustomSchema {
    pub(crate) root: Map<String, Value>,
    /// The status is a subresource: what is written under it is reset.
    pub(crate) resets_status: bool,
}

/// What is known of a kind.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Schema(&'a CustomSchema),
    /// It is defined, and served in these API versions only.
    OtherVersions(Vec<String>),
    /// It is defined and served without a schema.
    WithoutSchema,
    Nothing,
}

impl CustomSchemas {
    /// Takes every definition among `objects`.
    pub fn add<'a>(&mut self, objects: impl IntoIterator<Item = &'a Object>) {
        for object in objects {
            if object.reference.kind == "CustomResourceDefinition" {
                self.define(&object.value);
            }
        }
    }

    /// Takes a definition. One of the same kind that is known already is kept: what stands in a cluster before is not
    /// replaced by an install of a chart's `crds/`.
    pub fn define(&mut self, definition: &Value) {
        let text = |pointer: &str| definition.pointer(pointer).and_then(Value::as_str);
        let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) else { return };
        let versions = definition.pointer("/spec/versions").and_then(Value::as_array);
        let versions = versions.into_iter().flatten().filter_map(version).collect();
        self.0
            .entry((group.to_owned(), kind.to_owned()))
            .or_insert_with(|| Definition { group: group.to_owned(), versions });
    }

    /// Whether there is no definition.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn find(&self, group: &str, version: &str, kind: &str) -> Found<'_> {
        let Some(definition) = self.0.get(&(group.to_owned(), kind.to_owned())) else {
            return Found::Nothing;
        };
        let served = || definition.versions.iter().filter(|one| one.served);
        match served().find(|one| one.name == version) {
            Some(Version { schema: Some(schema), .. }) => Found::Schema(schema),
            Some(_) => Found::WithoutSchema,
            None => {
                let others = served().map(|one| format!("{}/{}", definition.group, one.name)).collect();
                Found::OtherVersions(others)
            }
        }
    }
}

fn version(version: &Value) -> Option<Version> {
    let schema = version.pointer("/schema/openAPIV3Schema").and_then(Value::as_object);
    let resets_status = version.pointer("/subresources/status").is_some_and(Value::is_object);
    Some(Version {
        name: version.get("name")?.as_str()?.to_owned(),
        served: version.get("served").and_then(Value::as_bool).unwrap_or(false),
        schema: schema.map(|root| CustomSchema { root: root.clone(), resets_status }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Manifest;

    const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                              boats.sea.io}\nspec: {group: sea.io, names: {kind: Boat}, versions: [{name: v1, served: \
                              true, schema: {openAPIV3Schema: {type: object}}}, {name: v2, served: true}, {name: \
                              v1beta1, served: false}]}\n";

    #[test]
    fn a_version_is_found_with_its_schema_without_one_or_not_at_all() {
        let mut custom = CustomSchemas::default();
        custom.add(&Manifest::decode(DEFINITION).objects);
        assert!(matches!(custom.find("sea.io", "v1", "Boat"), Found::Schema(_)));
        assert!(matches!(custom.find("sea.io", "v2", "Boat"), Found::WithoutSchema));
        let Found::OtherVersions(others) = custom.find("sea.io", "v1beta1", "Boat") else { panic!("served") };
        assert_eq!(others, ["sea.io/v1", "sea.io/v2"]);
        assert!(matches!(custom.find("sea.io", "v1", "Ship"), Found::Nothing));
    }

    #[test]
    fn what_stands_before_is_not_replaced() {
        let mut custom = CustomSchemas::default();
        custom.add(&Manifest::decode(&DEFINITION.replace("served: true", "served: false")).objects);
        custom.add(&Manifest::decode(DEFINITION).objects);
        assert!(
            matches!(custom.find("sea.io", "v1", "Boat"), Found::OtherVersions(others) if others.is_empty())
        );
    }
}
