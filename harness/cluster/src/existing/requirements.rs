//! Requirements on a cluster that others use: definitions that are there already are left as they are.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use seatrial_model::suite::{Requirement, RequirementSource};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::scopes::Scopes;
use crate::apply;

/// A requirement without what is there already.
pub(super) struct Rest {
    /// What is to be installed; `None` where nothing is left.
    pub requirement: Option<Requirement>,
    /// Names of the definitions that are there.
    pub there: Vec<String>,
    /// Files that the requirement names, for as long as it is used.
    files: Vec<NamedTempFile>,
}

/// Takes out of a requirement what is there. Helm does that by itself for what lies in a chart's `crds/`.
pub(super) fn rest(requirement: &Requirement, scopes: &Scopes) -> anyhow::Result<Rest> {
    let RequirementSource::Manifests(files) = &requirement.source else {
        return Ok(Rest { requirement: Some(requirement.clone()), there: Vec::new(), files: Vec::new() });
    };
    let (mut there, mut left, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        let shown = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("read {shown}"))?;
        let objects = apply::objects(&text).with_context(|| shown.to_string())?;
        let (served, missing): (Vec<Value>, Vec<Value>) =
            objects.into_iter().partition(|object| is_served(object, scopes));
        if served.is_empty() {
            left.push(file.clone());
        } else if !missing.is_empty() {
            let file = written(&missing).with_context(|| format!("write what is missing of {shown}"))?;
            left.push(file.path().to_owned());
            kept.push(file);
        }
        there.extend(
            served.iter().filter_map(|object| object["metadata"]["name"].as_str().map(str::to_owned)),
        );
    }
    let source = |files: Vec<PathBuf>| RequirementSource::Manifests(files);
    let requirement = (!left.is_empty()).then(|| Requirement { source: source(left), ..requirement.clone() });
    Ok(Rest { requirement, there, files: kept })
}

impl Rest {
    /// Lets the files go.
    pub(super) fn done(self) {
        drop(self.files);
    }
}

fn is_served(object: &Value, scopes: &Scopes) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    object["kind"] == "CustomResourceDefinition"
        && scopes.get(&text(&object["spec"]["group"]), &text(&object["spec"]["names"]["kind"])).is_some()
}

/// A stream of JSON documents, which is one of YAML, too.
fn written(objects: &[Value]) -> anyhow::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    for object in objects {
        writeln!(file, "---\n{object}")?;
    }
    file.flush()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const DEFINITION: &str = "kind: CustomResourceDefinition\nmetadata: {name: boats.sea.io}\nspec: {group: sea.io, \
                              names: {kind: Boat}}\n";
    const SETTINGS: &str = "kind: ConfigMap\nmetadata: {name: settings}\n";

    fn of(text: &str, scopes: &Scopes) -> Rest {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        let requirement = Requirement {
            name: "boats".to_owned(),
            source: RequirementSource::Manifests(vec![file.path().to_owned()]),
            timeout: Duration::from_secs(1),
        };
        rest(&requirement, scopes).unwrap()
    }

    fn names(rest: &Rest) -> Vec<String> {
        let Some(Requirement { source: RequirementSource::Manifests(files), .. }) = &rest.requirement else {
            return Vec::new();
        };
        let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default());
        let objects: Vec<Value> = texts.flat_map(|text| apply::objects(&text).unwrap()).collect();
        objects.iter().map(|object| object["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_definition_that_is_served_is_left_out_and_the_rest_stays() {
        let scopes = Scopes::of(&[("sea.io", "Boat", "boats", true)]);
        let both = of(&format!("{DEFINITION}---\n{SETTINGS}"), &scopes);
        assert_eq!(
            (names(&both), both.there.clone()),
            (vec!["settings".to_owned()], vec!["boats.sea.io".to_owned()])
        );
        both.done();
        let alone = of(DEFINITION, &scopes);
        assert!(alone.requirement.is_none() && alone.there == ["boats.sea.io"]);
    }

    #[test]
    fn where_nothing_is_served_the_files_are_used_as_they_are() {
        let rest = of(DEFINITION, &Scopes::default());
        assert!(rest.there.is_empty() && rest.files.is_empty() && rest.requirement.is_some());
    }
}
