//! From a suite to the cells of a run. Pure.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use seatrial_model::selection::SelectionRecord;
use seatrial_model::suite::{ChartSpec, ClusterSpec, Expectation, Profile, Suite};
use seatrial_model::{CellId, CheckKind, judge};

use crate::select::{self, Selection};

/// What a run will do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The suite.
    pub suite: Arc<Suite>,
    /// Cells in the order of charts, profiles, clusters.
    pub cells: Vec<PlannedCell>,
    /// What was chosen of the suite; absent for the whole.
    pub selection: Option<SelectionRecord>,
    /// Cells that were chosen and of which none of the chosen checks asks anything.
    pub left_out: Vec<CellId>,
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
    /// Its namespace in its cluster.
    pub namespace: String,
    /// API versions that its cluster serves, where that is known before it is rendered.
    pub api_versions: Arc<[String]>,
    /// `CustomResourceDefinition`s that stand in its cluster, where that is known before it is rendered.
    pub definitions: Arc<[serde_json::Value]>,
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
    /// The same cells on a cluster that exists: in other namespaces, and rendered for what it serves.
    #[must_use]
    pub fn on_existing(
        mut self,
        api_versions: &[String],
        definitions: Vec<serde_json::Value>,
        namespace: impl Fn(&CellId) -> String,
    ) -> Self {
        let definitions: Arc<[serde_json::Value]> = definitions.into();
        for cell in &mut self.cells {
            cell.namespace = namespace(&cell.id);
            cell.api_versions = api_versions.into();
            cell.definitions = Arc::clone(&definitions);
        }
        self
    }

    /// API versions that a cluster is known to serve.
    pub(crate) fn served(&self, cluster: &str) -> Arc<[String]> {
        let cell = self.cells.iter().find(|cell| cell.cluster.name == cluster);
        cell.map(|cell| Arc::clone(&cell.api_versions)).unwrap_or_default()
    }

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
/// A sentence when a name is unknown or nothing is selected: a run of nothing must not be green.
pub fn plan(suite: &Arc<Suite>, selection: &Selection, root: &Path) -> Result<Plan, String> {
    let asked = selection.asked(suite)?;
    let checks = select::with_foundations(&asked);
    let all = every_cell(suite, &checks, root);
    let ids: Vec<CellId> = all.iter().map(|cell| cell.id.clone()).collect();
    if let Some(mistake) = selection.unknown_cell(&suite.name, &ids) {
        return Err(mistake);
    }
    let chosen = all.into_iter().filter(|cell| {
        selection.has_chart(&cell.id.chart)
            && selection.has_profile(&cell.id.profile)
            && selection.has_cell(&cell.id)
    });
    // What the chosen checks stand on is no reason by itself to run a cell.
    let (mut cells, left_out): (Vec<_>, Vec<_>) =
        chosen.partition(|cell| cell.checks.iter().any(|(check, applies)| *applies && asked.contains(check)));
    if let Some(cell) = left_out.first().filter(|_| selection.checks.is_empty()) {
        return Err(format!(
            "no check of suite `{}` applies to {}: a profile that must be rejected needs the check `render`",
            suite.name, cell.id
        ));
    }
    if let (true, Some(cell)) = (cells.is_empty(), left_out.first()) {
        let names: Vec<_> = selection.checks.iter().map(|check| check.name()).collect();
        return Err(format!(
            "nothing is asked: {} applies to none of the selected cells ({} must be rejected, which `render` asks)",
            names.join(", "),
            cell.id
        ));
    }
    if cells.is_empty() {
        return Err(format!(
            "nothing of suite `{}` is selected; `seatrial plan` lists its cells",
            suite.name
        ));
    }
    for (index, cell) in cells.iter_mut().enumerate() {
        cell.index = index;
    }
    // Without chosen checks nothing was added to them.
    let added: Vec<CheckKind> =
        checks.difference(&selection.checks).filter(|_| !selection.checks.is_empty()).copied().collect();
    Ok(Plan {
        suite: Arc::clone(suite),
        selection: selection.record(cells.len(), ids.len(), &added),
        cells,
        left_out: left_out.into_iter().map(|cell| cell.id).collect(),
    })
}

fn every_cell(suite: &Suite, checks: &BTreeSet<CheckKind>, root: &Path) -> Vec<PlannedCell> {
    let root: Arc<Path> = Arc::from(root);
    let clusters: Vec<Arc<ClusterSpec>> = suite.clusters.iter().cloned().map(Arc::new).collect();
    let mut cells = Vec::new();
    for chart in &suite.charts {
        let chart = Arc::new(chart.clone());
        for profile in &chart.profiles {
            let profile = Arc::new(profile.clone());
            for cluster in &clusters {
                let id = CellId {
                    chart: chart.name.clone(),
                    profile: profile.name.clone(),
                    kubernetes: cluster.kubernetes.clone(),
                    helm: cluster.helm,
                };
                cells.push(PlannedCell {
                    index: cells.len(),
                    namespace: id.namespace(),
                    api_versions: Arc::default(),
                    definitions: Arc::default(),
                    id,
                    chart: Arc::clone(&chart),
                    profile: Arc::clone(&profile),
                    cluster: Arc::clone(cluster),
                    checks: checks.iter().map(|check| (*check, judge::applies(&profile, *check))).collect(),
                    root: Arc::clone(&root),
                });
            }
        }
    }
    cells
}
