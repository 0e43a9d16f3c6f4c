//! Charts made ready for helm: `file://` dependencies vendored into a copy, once per content. The user's chart
//! is never written to. What is not `file://` must be in the chart's `charts/` already.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatrial_model::{HelmMajor, Redactor, Trouble};
use seatrial_ports::Cancel;
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};

use crate::dependency::{Broken, Plan, is_vendored};
use crate::helm::{Helm, QUICK, Said, call};

/// Copies kept at once; the oldest is let go first.
const MOST_STAGES: usize = 64;

/// The folders of a chart and of what it needs, each with its fingerprint.
type Key = Vec<(PathBuf, u64)>;
type Cell = Arc<OnceCell<Result<Stage, Broken>>>;

/// What has been made ready in this run.
#[derive(Debug, Default)]
pub(crate) struct Stages(Mutex<Vec<(Key, Cell)>>);

/// A chart that helm can be pointed at.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// The folder for helm.
    pub(crate) chart: PathBuf,
    /// Removes the copy with the last user; absent where the chart is used where it is.
    copy: Option<Arc<TempDir>>,
}

impl Stage {
    /// What helm said, with the user's folder in place of the copy's.
    pub(crate) fn translate(&self, text: &str, original: &Path) -> String {
        match self.copy {
            Some(_) => text.replace(&*self.chart.to_string_lossy(), &original.to_string_lossy()),
            None => text.to_owned(),
        }
    }
}

impl Stages {
    /// Makes `chart` ready, or finds it ready.
    pub(crate) async fn prepare(
        &self,
        helm: &Helm,
        major: HelmMajor,
        chart: &Path,
        cancel: &Cancel,
    ) -> Result<Result<Stage, Broken>, Trouble> {
        if !chart.join("Chart.yaml").is_file() {
            let what = format!("read the chart {}", chart.display());
            return Err(Trouble::new(what, seatrial_model::Clean::own("there is no Chart.yaml")));
        }
        let plan = match Plan::of(chart) {
            Ok(plan) if plan.0.len() == 1 => {
                return Ok(Ok(Stage { chart: chart.to_owned(), copy: None }));
            }
            Ok(plan) => plan,
            Err(broken) => return Ok(Err(broken)),
        };
        let cell = self.cell(plan.fingerprint()).await;
        // A stage that met trouble, or whose maker was dropped, is tried again by the next caller.
        cell.get_or_try_init(|| build(helm, major, &plan, cancel)).await.cloned()
    }

    async fn cell(&self, key: Key) -> Cell {
        let mut cells = self.0.lock().await;
        if let Some((_, cell)) = cells.iter().find(|(known, _)| *known == key) {
            return cell.clone();
        }
        if cells.len() == MOST_STAGES {
            cells.remove(0);
        }
        let cell = Cell::default();
        cells.push((key, cell.clone()));
        cell
    }
}

/// Copies every chart of the plan, and packages each into the `charts/` of those that need it, as
/// `helm dependency build` does.
async fn build(
    helm: &Helm,
    major: HelmMajor,
    plan: &Plan,
    cancel: &Cancel,
) -> Result<Result<Stage, Broken>, Trouble> {
    let what = || {
        format!(
            "vendor the dependencies of {}",
            plan.0.last().map_or("".into(), |node| node.folder.to_string_lossy())
        )
    };
    let failed = |error: io::Error| Trouble::new(what(), Redactor::default().clean(&error.to_string()));
    let copy =
        tempfile::Builder::new().prefix("chart-").tempdir_in(helm.environment().home()).map_err(failed)?;
    let mut archives: Vec<PathBuf> = Vec::new();
    let mut chart = PathBuf::new();
    for (index, node) in plan.0.iter().enumerate() {
        let room = copy.path().join(index.to_string());
        // Helm shows the folder's name in messages.
        chart = room.join(node.folder.file_name().unwrap_or("chart".as_ref()));
        node.tree.copy(&node.folder, &chart).map_err(failed)?;
        for (name, need) in &node.needs {
            vendor(&chart, name, &archives[*need]).map_err(failed)?;
        }
        if !node.needs.is_empty()
            && let Err(broken) = check_versions(helm, major, &chart, &what(), cancel).await?
        {
            return Ok(Err(broken));
        }
        if index + 1 < plan.0.len() {
            let command =
                helm.command(major, QUICK)?.arg("package").arg(&chart).arg("--destination").arg(&room);
            match call(&command, &what(), &Redactor::default(), cancel).await? {
                Said::Done(_) => archives.push(archive_in(&room).map_err(failed)?),
                Said::Refused { message, .. } => {
                    let name = node.folder.display();
                    return Ok(Err(Broken(format!("dependency {name} cannot be packaged: {message}"))));
                }
                Said::Late(last) => return Err(Trouble::new(what(), last)),
            }
        }
    }
    Ok(Ok(Stage { chart, copy: Some(Arc::new(copy)) }))
}

/// Puts `archive` into `charts/` in place of any copy of the chart `name` that lies there.
fn vendor(chart: &Path, name: &str, archive: &Path) -> io::Result<()> {
    let charts = chart.join("charts");
    std::fs::create_dir_all(&charts)?;
    for entry in std::fs::read_dir(&charts)? {
        let entry = entry?;
        if is_vendored(&entry.file_name().to_string_lossy(), name) {
            let path = entry.path();
            if path.is_dir() { std::fs::remove_dir_all(path)? } else { std::fs::remove_file(path)? }
        }
    }
    std::fs::copy(archive, charts.join(archive.file_name().unwrap_or_default())).map(|_| ())
}

/// The one archive that `helm package` wrote.
fn archive_in(folder: &Path) -> io::Result<PathBuf> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tgz") {
            return Ok(path);
        }
    }
    Err(io::Error::other("helm package wrote no archive"))
}

/// Whether each `file://` dependency is of a version that its parent asks for.
async fn check_versions(
    helm: &Helm,
    major: HelmMajor,
    chart: &Path,
    what: &str,
    cancel: &Cancel,
) -> Result<Result<(), Broken>, Trouble> {
    let command = helm.command(major, QUICK)?.args(["dependency", "list"]).arg(chart);
    match call(&command, what, &Redactor::default(), cancel).await? {
        Said::Done(table) => Ok(mismatch(&table).map_or(Ok(()), Err)),
        Said::Refused { message, .. } => Ok(Err(Broken(message))),
        Said::Late(last) => Err(Trouble::new(what, last)),
    }
}

/// The first `file://` row of `helm dependency list` that is not `ok`.
fn mismatch(table: &str) -> Option<Broken> {
    table.lines().find_map(|row| {
        let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
        match cells[..] {
            [name, version, repository, status] if repository.starts_with("file://") && status != "ok" => {
                Some(Broken(format!(
                    "dependency `{name}`: {status}: `{version}` is asked for, which `{repository}` is not"
                )))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("NAME\tVERSION\tREPOSITORY     \tSTATUS\nleaf\t0.1.0  \tfile://../leaf\tok    \n", None)]
    #[case("leaf\t0.1.0\thttps://x\tmissing\n", None)]
    #[case(
        "leaf\t>=2  \tfile://../leaf\twrong version\n",
        Some("dependency `leaf`: wrong version: `>=2` is asked for, which `file://../leaf` is not")
    )]
    fn a_version_that_does_not_fit_is_named(#[case] table: &str, #[case] said: Option<&str>) {
        assert_eq!(mismatch(table).map(|broken| broken.0).as_deref(), said);
    }

    #[test]
    fn a_vendored_archive_replaces_older_ones_of_the_same_chart_only() {
        let folder = tempfile::tempdir().unwrap();
        let charts = folder.path().join("charts");
        std::fs::create_dir_all(charts.join("leaf")).unwrap();
        for old in ["leaf-0.0.1.tgz", "leaflet-1.0.0.tgz"] {
            std::fs::write(charts.join(old), "old").unwrap();
        }
        let archive = folder.path().join("leaf-0.1.0.tgz");
        std::fs::write(&archive, "new").unwrap();
        vendor(folder.path(), "leaf", &archive).unwrap();
        let mut names: Vec<_> =
            std::fs::read_dir(charts).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["leaf-0.1.0.tgz", "leaflet-1.0.0.tgz"]);
    }
}
