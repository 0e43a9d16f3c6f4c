//! From a suite to the cells of a run. Pure.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use seatrial_model::suite::{ChartSpec, ClusterSpec, Expectation, Profile, Suite};
use seatrial_model::{CellId, CheckKind, judge};

/// Which cells of a suite to run; an empty set selects all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Chart names.
    pub charts: BTreeSet<String>,
    /// Profile names.
    pub profiles: BTreeSet<String>,
}

/// What a run will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The suite.
    pub suite: Arc<Suite>,
    /// Cells in the order of charts, profiles, clusters.
    pub cells: Vec<PlannedCell>,
}

/// One cell of a plan.
#[derive(Debug, Clone)]
pub struct PlannedCell {
    /// Its place in the plan.
    pub index: usize,
    /// Which.
    pub id: CellId,
    /// Its chart.
    pub chart: Arc<ChartSpec>,
    /// Its profile.
    pub profile: Arc<Profile>,
    /// Its cluster.
    pub cluster: Arc<ClusterSpec>,
    /// Checks that will be asked, and those that do not apply.
    pub checks: Vec<(CheckKind, bool)>,
    /// The project's folder: paths in reports are relative to it.
    pub root: Arc<Path>,
}

impl PlannedCell {
    /// Whether any check of it needs a cluster.
    pub fn is_live(&self) -> bool {
        self.checks.iter().any(|(check, applies)| *applies && check.is_live())
    }

    /// A path as a reader would open it: relative to the project where it lies in it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// `works`, or `rejected at render: <regex>`.
    pub fn expectation(&self) -> String {
        match &self.profile.expect {
            Expectation::Works => "works".to_owned(),
            Expectation::Rejected { at, message } => format!("rejected at {at}: {message}"),
        }
    }
}

impl Plan {
    /// Clusters that some cell needs, in the suite's order.
    pub fn clusters(&self) -> Vec<Arc<ClusterSpec>> {
        let mut found: Vec<Arc<ClusterSpec>> = Vec::new();
        for cell in self.cells.iter().filter(|cell| cell.is_live()) {
            if !found.iter().any(|cluster| cluster.name == cell.cluster.name) {
                found.push(Arc::clone(&cell.cluster));
            }
        }
        found
    }
}

/// The cells of a suite that a selection names. `root` is the project's folder.
///
/// # Errors
/// A sentence when nothing is selected: a run of nothing must not be green.
pub fn plan(suite: &Arc<Suite>, selection: &Selection, root: &Path) -> Result<Plan, String> {
    let root: Arc<Path> = Arc::from(root);
    let asked = |names: &BTreeSet<String>, name: &str| names.is_empty() || names.contains(name);
    let mut cells = Vec::new();
    for chart in suite.charts.iter().filter(|chart| asked(&selection.charts, &chart.name)) {
        let chart = Arc::new(chart.clone());
        for profile in chart.profiles.iter().filter(|profile| asked(&selection.profiles, &profile.name)) {
            for cluster in &suite.clusters {
                let checks = CheckKind::ALL.into_iter().filter(|check| suite.checks.contains(check));
                cells.push(PlannedCell {
                    index: cells.len(),
                    id: CellId {
                        chart: chart.name.clone(),
                        profile: profile.name.clone(),
                        kubernetes: cluster.kubernetes.clone(),
                        helm: cluster.helm,
                    },
                    chart: Arc::clone(&chart),
                    profile: Arc::new(profile.clone()),
                    cluster: Arc::new(cluster.clone()),
                    checks: checks.map(|check| (check, judge::applies(profile, check))).collect(),
                    root: Arc::clone(&root),
                });
            }
        }
    }
    if cells.is_empty() {
        return Err(format!(
            "nothing of suite `{}` is selected; `seatrial plan` lists its cells",
            suite.name
        ));
    }
    if let Some(cell) = cells.iter().find(|cell| !cell.checks.iter().any(|(_, applies)| *applies)) {
        return Err(format!(
            "no check of suite `{}` applies to {}: a profile that must be rejected needs the check `render`",
            suite.name, cell.id
        ));
    }
    Ok(Plan { suite: Arc::clone(suite), cells })
}
