//! A first suite for the charts of a folder, as text that a person goes on from.

mod find;
mod text;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use seatrial_chart::{Chart, FoundProfile};
use seatrial_model::Redactor;

use crate::known::Known;
use crate::paths::{absolute, relative};

/// What to write a suite for.
#[derive(Debug)]
pub struct DraftRequest<'a> {
    /// Where charts are looked for.
    pub folder: &'a Path,
    /// The folder that the suite will lie in.
    pub suites: &'a Path,
    /// Its name.
    pub name: &'a str,
    /// Policy packs and Kubernetes versions that there are.
    pub known: &'a Known,
}

/// A suite that has not been written.
#[derive(Debug)]
pub struct Draft {
    /// The file.
    pub text: String,
    /// Charts in it, each with its profiles; those that production rules were guessed for are marked.
    pub charts: Vec<DraftChart>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// A chart of a draft.
#[derive(Debug)]
pub struct DraftChart {
    /// Its name.
    pub name: String,
    /// Its folder, relative to the suite's.
    pub path: String,
    /// Names of profiles, and whether each is taken for production.
    pub profiles: Vec<(String, bool)>,
}

/// Drafts a suite. It loads as it is.
///
/// # Errors
/// A sentence when there is no chart to try, or the folder cannot be read.
pub fn draft(request: &DraftRequest<'_>) -> Result<Draft, String> {
    let found = find::charts(request.folder)?;
    let mut left_out = found.left_out;
    let mut charts = Vec::new();
    let mut taken = Taken::default();
    for folder in &found.folders {
        match chart(folder, request, &mut taken) {
            Ok((chart, not)) => {
                charts.push(chart);
                left_out.extend(not);
            }
            Err(why) => left_out.push(format!("{}: {why}", shown(folder, request.folder))),
        }
    }
    // Charts say in it what they like, and it becomes comments.
    let left_out: Vec<String> = left_out.iter().map(|text| one_line(text)).collect();
    if charts.is_empty() {
        let list: String = left_out.iter().map(|line| format!("\n  left out: {line}")).collect();
        return Err(format!(
            "no chart that can be installed under {}: a chart is a folder with a Chart.yaml{list}",
            request.folder.display()
        ));
    }
    let text = text::suite(request, &charts, &left_out);
    Ok(Draft { text, charts, left_out })
}

/// Names that are used up: two charts of one name, or two cells of one namespace, do not load.
#[derive(Default)]
struct Taken {
    charts: BTreeSet<String>,
    namespaces: BTreeSet<String>,
}

fn chart(
    folder: &Path,
    request: &DraftRequest<'_>,
    taken: &mut Taken,
) -> Result<(DraftChart, Vec<String>), String> {
    let chart = Chart::load(folder).map_err(|problems| {
        let first = problems.iter().next().map(|problem| problem.message.clone());
        first.unwrap_or_else(|| "it cannot be read".to_owned())
    })?;
    if chart.library {
        return Err("a library chart, which cannot be installed".to_owned());
    }
    let path = relative(&absolute(request.suites), &absolute(folder));
    let path = path.to_str().ok_or("its path is not UTF-8")?.to_owned();
    if !taken.charts.insert(chart.name.clone()) {
        return Err(format!("another chart is named `{}`, too", chart.name));
    }
    let mut left_out = Vec::new();
    let mut profiles = Vec::new();
    for FoundProfile { name, values } in &chart.profiles {
        if !text::is_profile_name(name) {
            let file: PathBuf = values.iter().collect();
            let file = file.display().to_string().escape_debug().to_string();
            left_out.push(format!("{file} of {}: list it as a profile with a name and `values`", chart.name));
        } else if taken.namespaces.insert(format!("{}-{name}", chart.name)) {
            profiles.push((name.clone(), is_production(name)));
        } else {
            left_out.push(format!("{}/{name}: another cell has the same namespace", chart.name));
        }
    }
    Ok((DraftChart { name: chart.name, path, profiles }, left_out))
}

fn one_line(text: &str) -> String {
    let clean = Redactor::default().clean(text);
    clean.as_str().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A path as a reader would name it, on one line.
fn shown(path: &Path, below: &Path) -> String {
    let path = path.strip_prefix(below).unwrap_or(path);
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    path.display().to_string().escape_debug().to_string()
}

/// `prod`, `production` and names with one of them, but not `pre-prod` or `non-prod`.
fn is_production(name: &str) -> bool {
    let words: Vec<String> = name.split(['-', '.', '_']).map(str::to_lowercase).collect();
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    any(&["prod", "production"]) && !any(&["pre", "non", "not", "no"])
}

#[cfg(test)]
mod tests;
