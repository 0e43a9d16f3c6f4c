//! What must stand before charts are installed.

use std::collections::BTreeMap;
use std::time::Duration;

use seatrial_document::Node;
use seatrial_model::suite::{Requirement, RequirementSource};

use super::context::Context;
use crate::at::At;
use crate::file::{RequirementFile, Scope, SuiteFile};
use crate::paths::absolute;

/// How long a requirement may take when it does not say.
const TIMEOUT: Duration = Duration::from_mins(5);

/// Requirements by name. Those that could not be read are named with nothing known of them, so that naming
/// them elsewhere is no second problem.
pub(crate) type Requirements = BTreeMap<String, Declared>;

/// What is known of a requirement.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    scope: Option<Scope>,
    requirement: Option<Requirement>,
}

pub(crate) fn resolve(
    context: &mut Context<'_>,
    parsed: &SuiteFile,
    at: At<'_>,
    whole: &Node,
) -> Requirements {
    let named = super::names(whole.get("requirements"));
    let mut found: Requirements =
        named.into_iter().map(|name| (name.to_owned(), Declared::default())).collect();
    for (name, file) in parsed.requirements.iter().flatten() {
        if !is_release_name(name) {
            let message = format!("`{name}` cannot be the name of a release");
            let help = "use up to 53 lower-case letters, digits and `-`, a letter or digit at both ends";
            context.tell(at.key(name), message, Some(help.into()));
        }
        let requirement = one(context, name, file, at.field(name), at.key(name));
        found.insert(name.clone(), Declared { scope: file.scope, requirement });
    }
    found
}

fn one(
    context: &mut Context<'_>,
    name: &str,
    file: &RequirementFile,
    at: At<'_>,
    key: At<'_>,
) -> Option<Requirement> {
    let folder = context.folder;
    let values = context.files(folder, file.values.as_deref().unwrap_or_default(), at.field("values"));
    let values = values.iter().map(|path| absolute(path)).collect();
    let chart = file.chart.as_ref().map(|chart| context.chart_folder(chart, at.field("chart")));
    let manifests = file.manifests.as_ref().map(|list| context.files(folder, list, at.field("manifests")));
    if file.values.is_some() && file.chart.is_none() {
        context.tell(at.key("values"), "`values` are for a chart, and this requirement has none", None);
    }
    let timeout = context.duration(file.timeout.as_ref(), at.field("timeout")).unwrap_or(TIMEOUT);
    let source = match (chart, manifests) {
        (Some(_), Some(_)) => {
            let message = format!("requirement `{name}` has both `chart` and `manifests`");
            context.tell(at.key("manifests"), message, Some("make it two requirements".into()));
            None
        }
        (None, None) => {
            let message = format!("requirement `{name}` installs nothing");
            context.tell(key, message, Some("add `chart: <folder>` or `manifests: [<file>]`".into()));
            None
        }
        (Some(chart), None) => chart.map(|path| RequirementSource::Chart { path: absolute(&path), values }),
        (None, Some(files)) => {
            Some(RequirementSource::Manifests(files.iter().map(|path| absolute(path)).collect()))
        }
    };
    source.map(|source| Requirement { name: name.to_owned(), source, timeout })
}

/// The requirements that a cluster or a profile names, each of which must have that scope.
pub(crate) fn named(
    context: &mut Context<'_>,
    names: &[String],
    at: At<'_>,
    declared: &Requirements,
    scope: Scope,
) -> Vec<Requirement> {
    let mut found = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let here = at.item(index);
        let Some(known) = declared.get(name) else {
            let fitting = declared.iter().filter(|(_, known)| known.scope == Some(scope));
            context.unknown(here, "requirement", name, fitting.map(|(name, _)| name.as_str()));
            continue;
        };
        if names[..index].contains(name) {
            context.tell(here, format!("requirement `{name}` is named twice"), None);
        }
        match known.scope {
            Some(other) if other != scope => {
                let (is, belongs) = match other {
                    Scope::Cluster => ("cluster", "name it under a cluster's `requirements`"),
                    Scope::Cell => ("cell", "name it under a profile's `requirements`"),
                };
                context.tell(here, format!("requirement `{name}` has scope `{is}`"), Some(belongs.into()));
            }
            _ => found.extend(known.requirement.clone()),
        }
    }
    found
}

fn is_release_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= 53
        && name.chars().all(|c| plain(c) || c == '-')
        && name.starts_with(plain)
        && name.ends_with(plain)
}
