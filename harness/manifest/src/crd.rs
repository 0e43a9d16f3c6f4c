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

/// Whether a `# Source:` names a CRD from a chart's `crds/`. A render holds these because an install creates
/// them; the release's manifest (`helm get manifest`) does not, and an uninstall leaves them.
pub fn is_crd_source(source: &str) -> bool {
    let mut parts = source.split('/').skip(1);
    loop {
        match parts.next() {
            Some("crds") => return true,
            // A subchart: `chart/charts/<subchart>/…`.
            Some("charts") => parts.next(),
            _ => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("plain/crds/boats.yaml", true)]
    #[case("top/charts/sub/crds/deep/boats.yaml", true)]
    #[case("plain/templates/crds/boats.yaml", false)]
    #[case("top/charts/crds/templates/a.yaml", false)]
    #[case("", false)]
    fn crds_of_a_chart_are_known_by_their_source(#[case] source: &str, #[case] crd: bool) {
        assert_eq!(is_crd_source(source), crd);
    }

    #[test]
    fn served_versions_are_named_with_and_without_the_kind() {
        let manifest = Manifest::decode(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {group: \
             a.io, names: {kind: T}, versions: [{name: v1, served: true}, {name: v1beta1, served: false}]}\n",
        );
        assert_eq!(api_versions(&manifest), ["a.io/v1", "a.io/v1/T"]);
    }
}
