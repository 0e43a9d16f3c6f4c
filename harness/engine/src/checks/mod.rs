//! One file per check: what is asked, and how the answer becomes findings.
//!
//! A check is a function from a cell and what earlier checks learned to a [`Conclusion`]; timing, events and
//! the record are the caller's business.

pub(crate) mod audit;
pub(crate) mod install;
pub(crate) mod lint;
pub(crate) mod policy;
pub(crate) mod render;
pub(crate) mod schema;
pub(crate) mod test;
pub(crate) mod uninstall;
pub(crate) mod values;

use seatrial_model::record::{CaseRecord, WitnessRecord};
use seatrial_model::{Clean, Finding, Trouble, Verdict, judge};

/// What a check concluded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conclusion {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Option<Clean>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) cases: Vec<CaseRecord>,
    pub(crate) output: Clean,
    pub(crate) witness: Option<WitnessRecord>,
}

impl Conclusion {
    fn new(verdict: Verdict, reason: Option<Clean>) -> Self {
        Self {
            verdict,
            reason,
            findings: Vec::new(),
            cases: Vec::new(),
            output: Clean::default(),
            witness: None,
        }
    }

    pub(crate) fn failed(reason: Clean) -> Self {
        Self::new(Verdict::Failed, Some(reason))
    }

    pub(crate) fn skipped(reason: Clean) -> Self {
        Self::new(Verdict::Skipped, Some(reason))
    }

    pub(crate) fn not_applicable(reason: Clean) -> Self {
        Self::new(Verdict::NotApplicable, Some(reason))
    }

    pub(crate) fn errored(trouble: &Trouble) -> Self {
        let text = trouble.to_string();
        // Every part of trouble is clean already; this only joins them.
        Self::new(Verdict::Errored, Some(seatrial_model::Redactor::default().clean(&text)))
    }

    /// The verdict that findings give, the first one as the reason.
    pub(crate) fn of_findings(findings: Vec<Finding>) -> Self {
        let verdict = judge::of_findings(&findings);
        let worst = findings.iter().max_by_key(|finding| finding.enforcement);
        let reason = worst.filter(|_| verdict != Verdict::Passed).map(|finding| finding.message.clone());
        Self { findings, ..Self::new(verdict, reason) }
    }

    #[must_use]
    pub(crate) fn output(self, output: Clean) -> Self {
        Self { output, ..self }
    }
}

impl From<Result<Self, Trouble>> for Conclusion {
    fn from(result: Result<Self, Trouble>) -> Self {
        result.unwrap_or_else(|trouble| Self::errored(&trouble))
    }
}
