//! Profiles by convention.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The profile of `values.yaml` alone.
const DEFAULT: &str = "default";

/// A profile that a chart's files suggest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundProfile {
    /// The name.
    pub name: String,
    /// Values files over the chart's own, relative to its folder. Empty for `default`.
    pub values: Vec<PathBuf>,
}

/// The profiles of the chart in `dir`: `default`, `values-<name>.yaml`, `ci/<name>-values.yaml`. A file whose
/// name is taken by one named before it in this list is called by its stem: `ci/prod-values.yaml` beside
/// `values-prod.yaml` is `prod-values`.
pub fn profiles(dir: &Path) -> io::Result<Vec<FoundProfile>> {
    let mut found = BTreeMap::new();
    for stem in stems(dir)? {
        if let Some(name) = stem.strip_prefix("values-") {
            add(&mut found, name, &stem, Path::new(""));
        }
    }
    let ci = dir.join("ci");
    if ci.is_dir() {
        for stem in stems(&ci)? {
            if let Some(name) = stem.strip_suffix("-values") {
                add(&mut found, name, &stem, Path::new("ci"));
            }
        }
    }
    let default = FoundProfile { name: DEFAULT.to_owned(), values: Vec::new() };
    let others = found.into_iter().map(|(name, file)| FoundProfile { name, values: vec![file] });
    Ok(std::iter::once(default).chain(others).collect())
}

fn add(found: &mut BTreeMap<String, PathBuf>, name: &str, stem: &str, folder: &Path) {
    let taken = name.is_empty() || name == DEFAULT || found.contains_key(name);
    let name = if taken { stem } else { name };
    found.entry(name.to_owned()).or_insert_with(|| folder.join(format!("{stem}.yaml")));
}

/// Stems of the YAML files in a folder, sorted.
fn stems(dir: &Path) -> io::Result<Vec<String>> {
    let mut stems = Vec::new();
    for entry in dir.read_dir()? {
        let entry = entry?;
        let name = entry.file_name();
        if let Some(stem) = name.to_str().and_then(|name| name.strip_suffix(".yaml"))
            && entry.path().is_file()
        {
            stems.push(stem.to_owned());
        }
    }
    stems.sort();
    Ok(stems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_profiles_by_convention() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("ci")).unwrap();
        for file in [
            "values.yaml",
            "values-prod.yaml",
            "values-dev.yaml",
            "values-default.yaml",
            "values.schema.json",
            "notes.yaml",
            "ci/prod-values.yaml",
            "ci/small-values.yaml",
            "ci/other.yaml",
        ] {
            std::fs::write(dir.path().join(file), "").unwrap();
        }
        let found = profiles(dir.path()).unwrap();
        let shown: Vec<_> = found
            .iter()
            .map(|each| {
                format!(
                    "{} {}",
                    each.name,
                    each.values.first().map_or("-".into(), |file| file.display().to_string())
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "default -",
                "dev values-dev.yaml",
                "prod values-prod.yaml",
                "prod-values ci/prod-values.yaml",
                "small ci/small-values.yaml",
                "values-default values-default.yaml",
            ]
        );
    }

    #[test]
    fn a_chart_without_values_still_has_its_default() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(profiles(dir.path()).unwrap(), [FoundProfile { name: "default".into(), values: vec![] }]);
    }
}
