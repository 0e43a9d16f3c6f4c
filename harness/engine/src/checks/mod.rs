//! One file per check: what is asked, and how the answer becomes findings.
//!
//! A check is a function from a cell and what earlier checks learned to a [`Conclusion`]; timing, events and
//! the record are the caller's business.

pub(crate) mod install;
pub(crate) mod lint;
pub(crate) mod policy;
pub(crate) mod render;
pub(crate) mod test;
pub(crate) mod uninstall;

use seatrial_manifest::{Manifest, anchor};
use seatrial_model::judge::Exemptions;
use seatrial_model::record::CaseRecord;
use seatrial_model::{CellId, Clean, Enforcement, Finding, Redactor, Trouble, Verdict, judge};

/// What a check concluded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Conclusion {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Option<Clean>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) cases: Vec<CaseRecord>,
    pub(crate) output: Clean,
}

impl Conclusion {
    fn new(verdict: Verdict, reason: Option<Clean>) -> Self {
        Self { verdict, reason, findings: Vec::new(), cases: Vec::new(), output: Clean::default() }
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

    /// The verdict that findings give, the worst one as the reason.
    pub(crate) fn of_findings(findings: Vec<Finding>) -> Self {
        let verdict = judge::of_findings(&findings);
        let reason = reason(&findings);
        Self { findings, ..Self::new(verdict, reason) }
    }

    /// The verdict that findings of rules give, each of which has its case.
    pub(crate) fn of_rules(findings: Vec<Finding>, cases: Vec<CaseRecord>) -> Self {
        let number = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
        let (failed, warned) = (number(Verdict::Failed), number(Verdict::Warned));
        let total = cases.len();
        let verdict = judge::of_findings(&findings);
        let reason = match verdict {
            Verdict::Failed => Some(format!("{failed} of {total} rules failed")),
            Verdict::Warned => Some(format!("{warned} of {total} rules have audit findings")),
            _ => None,
        };
        let reason = reason.map(|text| Redactor::default().clean(&text));
        Self { findings, cases, ..Self::new(verdict, reason) }
    }

    /// The same, whose findings know names in a render for the numbers in their paths.
    #[must_use]
    pub(crate) fn anchored(mut self, manifest: &Manifest) -> Self {
        anchor::set(manifest, &mut self.findings);
        self
    }

    /// The same when waivers and the baseline have had their say. A verdict that is not made of its findings stays.
    #[must_use]
    pub(crate) fn exempted(self, exemptions: &Exemptions, cell: &CellId) -> Self {
        let by_findings = self.verdict == judge::of_findings(&self.findings);
        let findings = exemptions.judge(&cell.chart, &cell.profile, self.findings).findings;
        if !by_findings || !findings.iter().any(Finding::is_exempt) {
            return Self { findings, ..self };
        }
        if self.cases.is_empty() {
            return Self::of_findings(findings).output(self.output);
        }
        let cases = self.cases.into_iter().map(|case| judged_again(case, &findings)).collect();
        Self::of_rules(findings, cases).output(self.output)
    }

    #[must_use]
    pub(crate) fn output(self, output: Clean) -> Self {
        Self { output, ..self }
    }
}

/// The message of the worst finding that does anything.
fn reason(findings: &[Finding]) -> Option<Clean> {
    let worst = findings
        .iter()
        .filter(|finding| finding.effect() != Enforcement::Off)
        .max_by_key(|finding| finding.effect());
    worst.map(|finding| finding.message.clone())
}

/// A rule's case, by its findings as they are now. A case of anything else stays.
fn judged_again(case: CaseRecord, findings: &[Finding]) -> CaseRecord {
    let own: Vec<Finding> = findings.iter().filter(|finding| finding.rule == case.name).cloned().collect();
    if case.enforcement.is_none() || !own.iter().any(Finding::is_exempt) {
        return case;
    }
    let first = own.iter().find(|finding| !finding.is_exempt());
    CaseRecord {
        verdict: judge::of_findings(&own),
        reason: first.map(|finding| finding.message.clone()),
        ..case
    }
}

impl From<Result<Self, Trouble>> for Conclusion {
    fn from(result: Result<Self, Trouble>) -> Self {
        result.unwrap_or_else(|trouble| Self::errored(&trouble))
    }
}
