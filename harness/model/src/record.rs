//! The record of a run, `run.json`: the only input of every report.
//!
//! Compatibility: within one `schema` number fields are only added, and a reader ignores what it does not
//! know; anything else raises the number. Times are RFC 3339 in UTC, durations whole milliseconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attempt::AttemptRecord;
use crate::baseline::BaselineRecord;
use crate::cell::CellId;
use crate::check::CheckKind;
use crate::deviation::Deviation;
use crate::finding::{Enforcement, Finding, Severity};
use crate::secret::Clean;
use crate::selection::SelectionRecord;
use crate::time::{Instant, Millis};
use crate::trouble::Trouble;
use crate::verdict::Verdict;
use crate::waiver::WaiverRecord;

/// The value of [`Record::schema`] that this version writes.
pub const SCHEMA: &str = "seatrial.dev/run/v1";

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// The run's id, also the name of its folder.
    pub run: String,
    /// The program's version.
    pub seatrial: String,
    /// The suite's name.
    pub suite: String,
    /// The suite's description.
    pub description: String,
    /// Which part of the suite was asked for; absent where it was the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<SelectionRecord>,
    /// When it started.
    pub started: Instant,
    /// How long it took.
    pub duration: Millis,
    /// The worst of its parts.
    pub verdict: Verdict,
    /// Whether a signal ended it early.
    pub interrupted: bool,
    /// Clusters, in the suite's order.
    pub clusters: Vec<ClusterRecord>,
    /// Cells that ended, in the plan's order.
    pub cells: Vec<CellRecord>,
    /// Cells that were planned and did not end.
    #[serde(default)]
    pub unfinished: Vec<CellId>,
    /// Help for every rule that was evaluated.
    pub rules: BTreeMap<String, RuleHelp>,
    /// Trouble that belongs to no cell.
    #[serde(default)]
    pub troubles: Vec<Trouble>,
    /// What was found of the run itself and not of a chart: waivers that expired, a baseline that can shrink.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Every waiver of the suite and what became of it, in the order in which they are written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverRecord>,
    /// The baseline and what became of it, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineRecord>,
}

/// What a reader needs to know about a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleHelp {
    /// The pack.
    pub pack: String,
    /// One line.
    pub title: String,
    /// Why it matters.
    pub description: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What to write, with a snippet.
    pub remediation: String,
}

/// One cluster of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRecord {
    /// Name in the suite.
    pub name: String,
    /// The version that ran, `1.36.3`; what was asked for where none ran.
    pub kubernetes: String,
    /// The node image, where one was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// The version of Helm that was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helm: Option<String>,
    /// Steps of the boot with their durations, in order.
    pub steps: Vec<StepRecord>,
    /// Images served by the run's own registry instead of the one they name.
    #[serde(default)]
    pub substitutions: Vec<String>,
    /// What this cluster does not exercise, one sentence each.
    #[serde(default)]
    pub not_exercised: Vec<String>,
    /// What a reader should know of it besides, one sentence each: which cluster it was, what was not looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Clean>,
    /// Why it could not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// Boots before the last one, each of which failed and was tried again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_boots: Vec<Trouble>,
}

impl ClusterRecord {
    /// Whether it stands only because its boot was tried again.
    pub fn is_flaky(&self) -> bool {
        self.trouble.is_none() && !self.failed_boots.is_empty()
    }
}

/// A named step and how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRecord {
    /// What was done.
    pub step: String,
    /// How long it took.
    pub duration: Millis,
}

/// One cell of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CellRecord {
    /// Which.
    pub cell: CellId,
    /// Name of its cluster in the suite.
    pub cluster: String,
    /// Its namespace.
    pub namespace: String,
    /// Its release.
    pub release: String,
    /// Whether production rules applied.
    pub production: bool,
    /// `works`, or `rejected at render: <regex>`.
    pub expectation: String,
    /// The worst of its checks.
    pub verdict: Verdict,
    /// When it started, at the first attempt.
    pub started: Instant,
    /// From its first check to its last, over all attempts.
    pub duration: Millis,
    /// Time spent waiting for its cluster or its turn, part of `duration`.
    pub waited: Millis,
    /// Checks in the order in which they were asked.
    pub checks: Vec<CheckRecord>,
    /// What the overlay changed.
    #[serde(default)]
    pub deviations: Vec<Deviation>,
    /// Why it ran alone on its cluster; empty where it did not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusive: Vec<Clean>,
    /// Requirements that were installed for it, with how long each took.
    #[serde(default)]
    pub requirements: Vec<StepRecord>,
    /// Files kept for a person, relative to the run's folder.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Attempts before the one that the rest of this record is of. Each could not be told and was tried again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptRecord>,
    /// The cell that ended badly first, after which this one was not started any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<CellId>,
}

impl CellRecord {
    /// Whether it is good only because it was tried again.
    pub fn is_flaky(&self) -> bool {
        self.verdict.is_good() && !self.attempts.is_empty()
    }
}

impl CellRecord {
    /// Whether some check of it has a case of that name: a rule that judged it.
    pub fn has_case(&self, name: &str) -> bool {
        self.checks.iter().flat_map(|check| &check.cases).any(|case| case.name == name)
    }
}

/// One check of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckRecord {
    /// Which.
    pub check: CheckKind,
    /// How it ended.
    pub verdict: Verdict,
    /// Why, where the verdict is not `passed`: one or a few lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Clean>,
    /// How long it took.
    pub duration: Millis,
    /// What was found.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Its parts: hooks of `test`, rules of `policy` and `audit`.
    #[serde(default)]
    pub cases: Vec<CaseRecord>,
    /// Excerpts worth reading in a report (log tails), bounded.
    #[serde(default)]
    pub output: Clean,
    /// How often an independent witness agreed with our own rules; absent where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<WitnessRecord>,
}

/// What the API server's own Pod Security said beside our rules: one count for each Pod and level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WitnessRecord {
    /// The same verdict, and the same controls where it named them.
    pub agree: usize,
    /// A bug of ours.
    pub disagree: usize,
    /// It did not come to judge the Pod, or could not be asked.
    pub inconclusive: usize,
}

/// One part of a check: a hook or a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseRecord {
    /// The hook's or the rule's name.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How a rule was enforced here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforcement: Option<Enforcement>,
    /// Why, where it is not `passed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Clean>,
    /// How long it took.
    pub duration: Millis,
    /// The end of its log.
    #[serde(default)]
    pub output: Clean,
}
