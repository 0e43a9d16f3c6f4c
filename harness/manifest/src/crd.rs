//! API versions that CustomResourceDefinitions bring, as `.Capabilities.APIVersions` names them.

use serde_json::Value;

use crate::Manifest;

/// `group/version` and `group/version/Kind` for every served version of every definition.
pub fn api_versions(manifest: &Manifest) -> Vec<String> {
    let mut found = Vec::new();
    for object in &manifest.objects {
        if object.reference.kind != "CustomResourceDefinition" {
            continue;
        }
        let (Some(group), Some(kind)) = (object.text("/spec/group"), object.text("/spec/names/kind")) else {
            continue;
        };
        let versions = object.value.pointer("/spec/versions").and_then(Value::as_array);
        for version in versions.into_iter().flatten() {
            let served = version.get("served").and_then(Value::as_bool).unwrap_or(false);
            if let (true, Some(name)) = (served, version.get("name").and_then(Value::as_str)) {
                found.push(format!("{group}/{name}"));
                found.push(format!("{group}/{name}/{kind}"));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn served_versions_are_named_with_and_without_the_kind() {
        let manifest = Manifest::decode(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {group: \
             a.io, names: {kind: T}, versions: [{name: v1, served: true}, {name: v1beta1, served: false}]}\n",
        );
        assert_eq!(api_versions(&manifest), ["a.io/v1", "a.io/v1/T"]);
    }
}
