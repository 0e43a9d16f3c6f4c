//! `Chart.yaml`, read. Knows nothing of values.

use std::fs;
use std::path::{Path, PathBuf};

use seatrial_document::{Dialect, Node, Problem, Problems, parse_one};

use crate::dependency::Dependency;
use crate::profile::{FoundProfile, profiles};

/// A chart's folder and what its `Chart.yaml` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The folder.
    pub dir: PathBuf,
    /// Its name: letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: Option<String>,
    /// Whether it is a library chart, which cannot be installed.
    pub library: bool,
    /// What it depends on, in order.
    pub dependencies: Vec<Dependency>,
    /// Profiles by convention, `default` first, the others by name.
    pub profiles: Vec<FoundProfile>,
}

impl Chart {
    /// Reads the chart in `dir`, with all problems of its `Chart.yaml` at once.
    pub fn load(dir: &Path) -> Result<Self, Problems> {
        let file = dir.join("Chart.yaml");
        let shown = file.display().to_string();
        let text = fs::read_to_string(&file).map_err(|error| {
            let message = format!("{} is not a chart: Chart.yaml cannot be read: {error}", dir.display());
            Problem::new(&shown, message)
        })?;
        let mut problems = Problems::default();
        problems.source(&shown, &text);
        let root = match parse_one(&text, Dialect::Helm) {
            Ok(document) => document.root,
            Err(error) => {
                problems.push(error.in_file(&shown));
                return Err(problems);
            }
        };
        let mut reader = Reader { file: &shown, problems: &mut problems };
        let name = reader.required(&root, "name");
        let version = reader.required(&root, "version");
        let dependencies = reader.dependencies(&root);
        if let Some(name) = &name
            && !is_name(name)
        {
            let problem = Problem::new(&shown, format!("`{name}` is not a chart name"));
            let at = root.get("name").map_or(root.span, |node| node.span);
            problems.push(problem.at(at).help("use letters, digits, `.`, `_` and `-`"));
        }
        let found = profiles(dir).map_err(|error| {
            Problem::new(dir.display().to_string(), format!("the chart's folder cannot be read: {error}"))
        })?;
        match (name, version) {
            (Some(name), Some(version)) if problems.is_empty() => Ok(Self {
                dir: dir.to_owned(),
                name,
                version,
                app_version: text_of(&root, "appVersion"),
                library: root.get("type").and_then(Node::as_str) == Some("library"),
                dependencies,
                profiles: found,
            }),
            _ => Err(problems),
        }
    }

    /// The profile of that name, by convention.
    pub fn profile(&self, name: &str) -> Option<&FoundProfile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(plain)
}

/// A text; numbers count, since Helm reads `version: 1` into a text as well.
fn text_of(node: &Node, key: &str) -> Option<String> {
    let value = node.get(key)?;
    match value.to_json() {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

struct Reader<'a> {
    file: &'a str,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn required(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = text_of(node, key).filter(|text| !text.is_empty());
        if text.is_none() {
            let at = node.get(key).map_or(node.span.point(), |value| value.span);
            self.problems.push(Problem::new(self.file, format!("missing `{key}`: a text")).at(at));
        }
        text
    }

    fn dependencies(&mut self, root: &Node) -> Vec<Dependency> {
        let Some(list) = root.get("dependencies").filter(|list| !list.is_null()) else { return Vec::new() };
        let Some(items) = list.as_seq() else {
            let message = format!("expected a list of dependencies, found {}", list.kind());
            self.problems.push(Problem::new(self.file, message).at(list.span));
            return Vec::new();
        };
        let mut dependencies = Vec::new();
        for item in items {
            if let Some(name) = self.required(item, "name") {
                dependencies.push(Dependency {
                    name,
                    version: text_of(item, "version").unwrap_or_default(),
                    repository: text_of(item, "repository").filter(|text| !text.is_empty()),
                    condition: text_of(item, "condition"),
                    alias: text_of(item, "alias"),
                });
            }
        }
        dependencies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn chart(text: &str) -> (tempfile::TempDir, Result<Chart, Problems>) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("Chart.yaml"), text).unwrap();
        let chart = Chart::load(dir.path());
        (dir, chart)
    }

    #[test]
    fn a_chart_says_name_versions_and_dependencies() {
        let (_dir, chart) = chart(
            "apiVersion: v2\nname: app\nversion: 1.2.3\nappVersion: 2.5\ndependencies:\n- name: db\n  version: \
             0.1.0\n  repository: file://../db\n  condition: db.enabled\n- name: cache\n",
        );
        let chart = chart.unwrap();
        assert_eq!((chart.name.as_str(), chart.version.as_str()), ("app", "1.2.3"));
        assert_eq!(chart.app_version.as_deref(), Some("2.5"));
        assert_eq!(chart.dependencies[0].condition.as_deref(), Some("db.enabled"));
        assert_eq!(chart.dependencies[1].repository, None);
        assert!(!chart.library);
    }

    #[rstest]
    #[case("name: a b\nversion: 1", &["`a b` is not a chart name"])]
    #[case("name: ../x\n", &["missing `version`: a text", "`../x` is not a chart name"])]
    #[case("dependencies: {}", &["missing `name`", "missing `version`", "expected a list of dependencies"])]
    #[case("name: a\nversion: 1\ndependencies: [{version: 1}]", &["missing `name`: a text"])]
    #[case("name: [", &["not valid YAML"])]
    fn all_that_is_wrong_is_told_at_once(#[case] text: &str, #[case] told: &[&str]) {
        let (_dir, chart) = chart(text);
        let problems = chart.unwrap_err();
        assert_eq!(problems.len(), told.len(), "{problems}");
        for message in told {
            assert!(problems.to_string().contains(message), "{problems}");
        }
    }

    #[test]
    fn a_folder_without_chart_yaml_is_no_chart() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Chart::load(dir.path()).unwrap_err().to_string().contains("is not a chart"));
    }
}
