//! Levels, expectations and the fold to a verdict: one module, nowhere else.

use std::collections::BTreeMap;

use crate::check::CheckKind;
use crate::finding::{Enforcement, Finding};
use crate::record::{CellRecord, CheckRecord, ClusterRecord};
use crate::suite::{Expectation, PolicySpec, Profile, RejectionStage};
use crate::trouble::Trouble;
use crate::verdict::Verdict;

/// The enforcement of `rule` of `pack` for a profile: the rule's own default, then the suite's pack setting,
/// then the suite's rule setting, then the profile's.
pub fn enforcement(
    policy: &PolicySpec,
    profile_rules: &BTreeMap<String, Enforcement>,
    pack: &str,
    rule: &str,
    default: Enforcement,
) -> Enforcement {
    let of_pack = policy.packs.get(pack).copied().flatten();
    let of_rule = policy.rules.get(rule).copied();
    let of_profile = profile_rules.get(rule).copied();
    of_profile.or(of_rule).or(of_pack).unwrap_or(default)
}

/// The verdict that findings give a check or a case that was asked.
pub fn of_findings<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Verdict {
    Verdict::worst(findings.into_iter().map(|finding| match finding.enforcement {
        Enforcement::Enforce => Verdict::Failed,
        Enforcement::Audit => Verdict::Warned,
        Enforcement::Off => Verdict::Passed,
    }))
    .max(Verdict::Passed)
}

/// A cell is the worst of its checks. `Skipped` counts as its cause, which is a check of the same cell or the
/// cell's cluster; a cell none of whose checks was asked is `Errored`: never green by accident.
pub fn of_cell(checks: &[CheckRecord]) -> Verdict {
    match Verdict::worst(checks.iter().map(|check| check.verdict)) {
        Verdict::NotApplicable | Verdict::Skipped => Verdict::Errored,
        verdict => verdict,
    }
}

/// A run is the worst of its cells, clusters and troubles; a run without a finished cell is `Errored`.
pub fn of_run(
    cells: &[CellRecord],
    clusters: &[ClusterRecord],
    troubles: &[Trouble],
    unfinished: usize,
) -> Verdict {
    let told = Verdict::worst(cells.iter().map(|cell| cell.verdict));
    let untold = unfinished > 0
        || !troubles.is_empty()
        || clusters.iter().any(|cluster| cluster.trouble.is_some())
        || matches!(told, Verdict::NotApplicable);
    if untold { told.max(Verdict::Errored) } else { told }
}

/// What a renderer answered, reduced to what expectations are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It rendered.
    Rendered,
    /// It was refused at that stage with that message.
    Refused(RejectionStage, &'a str),
}

/// How an answer compares with what the profile expects. `Err` says why it fails.
///
/// # Errors
/// The reason, one sentence, when the answer is not the expected one.
pub fn meets(profile: &Profile, answer: &Answer<'_>) -> Result<(), String> {
    match (&profile.expect, answer) {
        (Expectation::Works, Answer::Rendered) => Ok(()),
        (Expectation::Works, Answer::Refused(stage, message)) => {
            Err(format!("refused at {stage}: {message}"))
        }
        (Expectation::Rejected { at, message }, Answer::Rendered) => Err(format!(
            "profile `{}` rendered, but must be rejected at {at} with a message matching `{message}`",
            profile.name
        )),
        (Expectation::Rejected { at, message }, Answer::Refused(stage, said)) => {
            let matches = regex::Regex::new(message).is_ok_and(|regex| regex.is_match(said));
            match (at == stage, matches) {
                (true, true) => Ok(()),
                (false, _) => {
                    Err(format!("rejected at {stage}, but must be rejected at {at}; it said: {said}"))
                }
                (true, false) => Err(format!(
                    "rejected for another reason than the one named: expected a message matching \
                     `{message}`; it said: {said}"
                )),
            }
        }
    }
}

/// Whether a check has anything to ask of a profile that is expected to be rejected.
pub fn applies(profile: &Profile, check: CheckKind) -> bool {
    matches!(profile.expect, Expectation::Works) || check == CheckKind::Render
}

/// The process's exit code for a record.
pub fn exit_code(verdict: Verdict, interrupted: bool, any_failed: bool) -> u8 {
    match (interrupted, verdict) {
        (true, _) => 130,
        (false, Verdict::Failed) => 1,
        (false, Verdict::Errored | Verdict::Skipped) => {
            if any_failed {
                1
            } else {
                3
            }
        }
        (false, Verdict::NotApplicable) => 2,
        (false, Verdict::Passed | Verdict::Warned) => 0,
    }
}
