//! Which cells and checks of a suite to run: everything, or what a person chose. Pure.

use std::collections::BTreeSet;

use seatrial_document::advice;
use seatrial_model::selection::SelectionRecord;
use seatrial_model::suite::Suite;
use seatrial_model::{CellId, CheckKind, HelmMajor, KubernetesVersion};

/// What to run of a suite. Every part narrows the choice; an empty one leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Chart names.
    pub charts: BTreeSet<String>,
    /// Profile names.
    pub profiles: BTreeSet<String>,
    /// Cells as they are displayed, or `chart/profile` for all clusters.
    pub cells: BTreeSet<String>,
    /// Checks. What they stand on is made as well.
    pub checks: BTreeSet<CheckKind>,
    /// The cells of an earlier run that were not good.
    pub failed: Option<Earlier>,
    /// Versions that replaced the suite's, for the record only.
    pub versions: (Option<KubernetesVersion>, Option<HelmMajor>),
}

/// Cells of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// The run.
    pub run: String,
    /// Those that were not good, or did not end.
    pub cells: BTreeSet<CellId>,
}

impl Selection {
    pub(crate) fn has_chart(&self, name: &str) -> bool {
        self.charts.is_empty() || self.charts.contains(name)
    }

    pub(crate) fn has_profile(&self, name: &str) -> bool {
        self.profiles.is_empty() || self.profiles.contains(name)
    }

    pub(crate) fn has_cell(&self, id: &CellId) -> bool {
        let named = self.cells.is_empty() || self.cells.iter().any(|text| id.is_named(text));
        named && self.failed.as_ref().is_none_or(|earlier| earlier.cells.contains(id))
    }

    /// The checks of the suite that were asked for.
    pub(crate) fn asked(&self, suite: &Suite) -> Result<BTreeSet<CheckKind>, String> {
        if let Some(other) = self.checks.iter().find(|check| !suite.checks.contains(check)) {
            let own: Vec<_> = suite.checks.iter().map(|check| check.name()).collect();
            let no_packs = other.evaluates_packs() && suite.policy.packs.is_empty();
            let help = if no_packs { "; it names no policy pack" } else { "" };
            return Err(format!(
                "suite `{}` does not ask for the check `{other}`{help}\n  it asks for: {}",
                suite.name,
                own.join(", ")
            ));
        }
        Ok(if self.checks.is_empty() { suite.checks.clone() } else { self.checks.clone() })
    }

    /// A mistake where a cell that was named is none of the suite's.
    pub(crate) fn unknown_cell(&self, suite: &str, all: &[CellId]) -> Option<String> {
        let missing = self.cells.iter().find(|text| !all.iter().any(|id| id.is_named(text)))?;
        let whole: Vec<String> = all.iter().map(ToString::to_string).collect();
        let mut short: Vec<String> = all.iter().map(|id| format!("{}/{}", id.chart, id.profile)).collect();
        short.dedup();
        // Whoever wrote a version meant a whole cell.
        let near = if missing.contains('@') { &whole } else { &short };
        let help = advice(missing, near.iter().map(String::as_str))
            .unwrap_or_else(|| "`seatrial plan` lists its cells".to_owned());
        Some(format!("suite `{suite}` has no cell `{missing}`\n  {help}"))
    }

    /// For the record; nothing where all was chosen.
    pub(crate) fn record(&self, chosen: usize, all: usize, added: &[CheckKind]) -> Option<SelectionRecord> {
        if *self == Self::default() {
            return None;
        }
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect();
        Some(SelectionRecord {
            charts: list(&self.charts),
            profiles: list(&self.profiles),
            cells: list(&self.cells),
            checks: self.checks.iter().copied().collect(),
            added_checks: added.to_vec(),
            failed_of: self.failed.as_ref().map(|earlier| earlier.run.clone()),
            kubernetes: self.versions.0.clone(),
            helm: self.versions.1,
            chosen,
            of: all,
        })
    }
}

/// These checks and those that they stand on, in the order in which they are asked.
pub(crate) fn with_foundations(asked: &BTreeSet<CheckKind>) -> BTreeSet<CheckKind> {
    asked.iter().flat_map(|check| check.stands_on().iter().chain([check])).copied().collect()
}
