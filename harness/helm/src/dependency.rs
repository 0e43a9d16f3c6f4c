//! The `file://` dependencies of a chart, and of those charts in turn.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::tree::Tree;

/// More charts than this below one chart is a mistake.
const MOST_CHARTS: usize = 200;

/// A chart's dependencies are wrong: the chart's fault, said in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken(pub(crate) String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One chart folder.
#[derive(Debug)]
pub(crate) struct Node {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its files.
    pub(crate) tree: Tree,
    /// Indices of the charts that it depends on by `file://`, with the names it gives them, each once.
    pub(crate) needs: Vec<(String, usize)>,
}

/// A chart and all that it needs by `file://`, each after what it needs itself: the chart is the last.
#[derive(Debug)]
pub(crate) struct Plan(pub(crate) Vec<Node>);

#[derive(Debug, Default, Deserialize)]
struct Declared {
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    #[serde(default)]
    repository: String,
}

impl Plan {
    /// Reads `chart` and its dependencies.
    pub(crate) fn of(chart: &Path) -> Result<Self, Broken> {
        let mut plan = Self(Vec::new());
        plan.visit(chart, &mut HashMap::new())?;
        Ok(plan)
    }

    /// Changes with any file of any chart in it.
    pub(crate) fn fingerprint(&self) -> Vec<(PathBuf, u64)> {
        self.0.iter().map(|node| (node.folder.clone(), node.tree.fingerprint())).collect()
    }

    /// `seen` holds the index of a chart that is done and nothing for one whose visit is under way.
    fn visit(&mut self, folder: &Path, seen: &mut HashMap<PathBuf, Option<usize>>) -> Result<usize, Broken> {
        let broken = |why: &dyn fmt::Display| Broken(format!("read the chart {}: {why}", folder.display()));
        let folder = folder.canonicalize().map_err(|error| broken(&error))?;
        match seen.get(&folder) {
            Some(Some(index)) => return Ok(*index),
            Some(None) => return Err(broken(&"it depends on itself by `file://`")),
            None if seen.len() == MOST_CHARTS => return Err(broken(&"it depends on too many charts")),
            None => seen.insert(folder.clone(), None),
        };
        let tree = Tree::of(&folder).map_err(|error| broken(&error))?;
        let mut needs: Vec<(String, usize)> = Vec::new();
        for dependency in declared(&folder)? {
            let Some(path) = dependency.repository.strip_prefix("file://") else { continue };
            let target = folder.join(path);
            if !target.join("Chart.yaml").is_file() {
                let Dependency { name, repository } = dependency;
                return Err(Broken(format!("dependency `{name}`: there is no chart at `{repository}`")));
            }
            let need = (dependency.name, self.visit(&target, seen)?);
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
        self.0.push(Node { folder: folder.clone(), tree, needs });
        seen.insert(folder, Some(self.0.len() - 1));
        Ok(self.0.len() - 1)
    }
}

/// What `Chart.yaml`, and `requirements.yaml` of a chart of API version 1, declare. A file that cannot be read
/// declares nothing here: helm says what is wrong with it.
fn declared(folder: &Path) -> Result<Vec<Dependency>, Broken> {
    let mut all = Vec::new();
    for file in ["Chart.yaml", "requirements.yaml"] {
        let Ok(text) = std::fs::read_to_string(folder.join(file)) else { continue };
        let declared: Option<Declared> =
            serde_yaml::from_str(&text).map_err(|error| Broken(format!("{file}: {error}")))?;
        all.extend(declared.unwrap_or_default().dependencies);
    }
    Ok(all)
}

/// Whether `file` in a chart's `charts/` is a vendored copy of the chart `name`: its folder or an archive of
/// any version. `redis-cluster-1.0.0.tgz` is none of `redis`.
pub(crate) fn is_vendored(file: &str, name: &str) -> bool {
    file == name
        || file
            .strip_suffix(".tgz")
            .and_then(|stem| stem.strip_prefix(name)?.strip_prefix('-'))
            .and_then(|version| version.trim_start_matches('v').split_once('.'))
            .is_some_and(|(major, _)| !major.is_empty() && major.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn charts() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts")
    }

    fn folders(plan: &Plan) -> Vec<String> {
        plan.0.iter().map(|node| node.folder.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn what_is_needed_comes_first_and_once() {
        let plan = Plan::of(&charts().join("dependant")).unwrap();
        assert_eq!(folders(&plan), ["leaf", "branch", "dependant"]);
        assert_eq!(plan.0[2].needs, [("leaf".to_owned(), 0), ("branch".to_owned(), 1)]);
    }

    #[test]
    fn a_chart_without_dependencies_is_alone() {
        assert_eq!(folders(&Plan::of(&charts().join("plain")).unwrap()), ["plain"]);
    }

    #[rstest]
    #[case::gone("file://../gone", "dependency `x`: there is no chart at `file://../gone`")]
    #[case::itself("file://.", "it depends on itself")]
    fn a_wrong_dependency_is_the_charts_fault(#[case] repository: &str, #[case] said: &str) {
        let folder = tempfile::tempdir().unwrap();
        let chart = format!("name: x\ndependencies:\n  - name: x\n    repository: {repository}\n");
        std::fs::write(folder.path().join("Chart.yaml"), chart).unwrap();
        let broken = Plan::of(folder.path()).unwrap_err();
        assert!(broken.0.contains(said), "{broken}");
    }

    #[rstest]
    #[case("redis", true)]
    #[case("redis-1.2.3.tgz", true)]
    #[case("redis-v1.2.3.tgz", true)]
    #[case("redis-cluster-1.2.3.tgz", false)]
    #[case("redis-7-1.2.3.tgz", false)]
    #[case("redis-1.2.3.tar", false)]
    #[case("other", false)]
    fn vendored_copies_are_told_by_name(#[case] file: &str, #[case] vendored: bool) {
        assert_eq!(is_vendored(file, "redis"), vendored);
    }
}
