//! What a chart depends on, and what of it is not in its `charts/` folder yet.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chart::Chart;

/// One entry of `dependencies:` in `Chart.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The subchart's name.
    pub name: String,
    /// The version or range asked for; empty where none is written.
    pub version: String,
    /// Where to get it: `https://…`, `oci://…`, `file://…`, `@name`; absent for one that lies in `charts/`.
    pub repository: Option<String>,
    /// The value that switches it on, `postgresql.enabled`.
    pub condition: Option<String>,
    /// Another name for it in values and templates.
    pub alias: Option<String>,
}

impl Dependency {
    /// The folder that a `file://` repository names, for the chart in `dir`.
    pub fn local_folder(&self, dir: &Path) -> Option<PathBuf> {
        let path = self.repository.as_deref()?.strip_prefix("file://")?;
        Some(dir.join(path))
    }
}

/// A dependency that `charts/` does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingDependency {
    /// Which.
    pub dependency: Dependency,
    /// The folder to take it from, where it is on this machine and there is a chart in it.
    pub source: Option<PathBuf>,
}

/// Dependencies that neither `charts/<name>/` nor `charts/<name>-<version>.tgz` holds. Helm renders nothing
/// of a chart before these are there, switched on or not.
pub fn dependencies_missing(chart: &Chart) -> Vec<MissingDependency> {
    let vendored = chart.dir.join("charts");
    let archives = archives(&vendored);
    let missing = chart.dependencies.iter().filter(|dependency| {
        let folder = vendored.join(&dependency.name).join("Chart.yaml").is_file();
        !folder && !archives.iter().any(|archive| is_archive_of(archive, &dependency.name))
    });
    missing
        .map(|dependency| MissingDependency {
            dependency: dependency.clone(),
            source: dependency.local_folder(&chart.dir).filter(|dir| dir.join("Chart.yaml").is_file()),
        })
        .collect()
}

fn archives(vendored: &Path) -> Vec<String> {
    // A folder that is not there or cannot be read holds nothing; helm says so where it matters.
    let entries = fs::read_dir(vendored).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".tgz").map(str::to_owned)).collect()
}

/// `postgresql-15.2.1` is an archive of `postgresql`, `postgresql-ha-1.0.0` is not.
fn is_archive_of(stem: &str, name: &str) -> bool {
    let version = stem.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    version.is_some_and(|version| version.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_vendored_or_packaged_is_not_missing() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        for folder in ["app/charts/db", "cache", "empty"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let list = ["db", "queue", "cache", "empty", "web"]
            .map(|name| format!("- name: {name}\n  repository: file://../{name}\n"));
        fs::write(at("app/Chart.yaml"), format!("name: app\nversion: 1\ndependencies:\n{}", list.concat()))
            .unwrap();
        fs::write(at("app/charts/db/Chart.yaml"), "name: db\nversion: 1\n").unwrap();
        fs::write(at("app/charts/queue-1.0.0.tgz"), "").unwrap();
        fs::write(at("app/charts/web-ui-1.0.0.tgz"), "").unwrap();
        fs::write(at("cache/Chart.yaml"), "name: cache\nversion: 1\n").unwrap();
        let chart = Chart::load(&at("app")).unwrap();
        let missing = dependencies_missing(&chart);
        let names: Vec<_> =
            missing.iter().map(|each| (each.dependency.name.as_str(), each.source.is_some())).collect();
        assert_eq!(names, [("cache", true), ("empty", false), ("web", false)]);
    }
}
