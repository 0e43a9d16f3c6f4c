//! Verdicts and how they compare.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What became of a check, a cell or a run. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing to ask: planned, does not count.
    NotApplicable,
    /// Asked, and all was well.
    Passed,
    /// Asked; only audit findings, or good only after it was tried again.
    Warned,
    /// Blocked by an earlier failure, which its reason names. A cell that was not started has it, too.
    Skipped,
    /// The chart is wrong.
    Failed,
    /// The harness could not tell (Trouble).
    Errored,
}

impl Verdict {
    /// The worst of several, `NotApplicable` when there is none.
    pub fn worst(verdicts: impl IntoIterator<Item = Self>) -> Self {
        verdicts.into_iter().max().unwrap_or(Self::NotApplicable)
    }

    /// Whether a reader may rely on the thing judged.
    pub fn is_good(self) -> bool {
        matches!(self, Self::NotApplicable | Self::Passed | Self::Warned)
    }

    /// One word for tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotApplicable => "n/a",
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Errored => "errored",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
