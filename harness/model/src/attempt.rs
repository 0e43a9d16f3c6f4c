//! Attempts that ended in Trouble and were followed by another.

use serde::{Deserialize, Serialize};

use crate::check::CheckKind;
use crate::secret::Clean;
use crate::time::{Instant, Millis};
use crate::verdict::Verdict;

/// One earlier attempt at a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptRecord {
    /// How it ended.
    pub verdict: Verdict,
    /// The check that could not be told, where one says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckKind>,
    /// Why.
    pub reason: Clean,
    /// When it started.
    pub started: Instant,
    /// How long it took.
    pub duration: Millis,
    /// Files kept of it, relative to the run's folder.
    #[serde(default)]
    pub evidence: Vec<String>,
}

impl AttemptRecord {
    /// `errored after 12.3 s: install: could not …`, on as many lines as the reason has.
    pub fn sentence(&self) -> String {
        let check = self.check.map(|check| format!("{check}: ")).unwrap_or_default();
        format!("{} after {}: {check}{}", self.verdict, self.duration, self.reason)
    }
}
