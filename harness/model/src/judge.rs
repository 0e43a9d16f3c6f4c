//! Levels, waivers, expectations and the fold to a verdict: one module, nowhere else.

mod accounts;
mod codes;
mod exemptions;

use std::collections::BTreeMap;

use crate::check::CheckKind;
use crate::finding::{Enforcement, Finding};
use crate::record::{CellRecord, CheckRecord, ClusterRecord};
use crate::suite::{Expectation, Levels, PolicySpec, Profile, RejectionStage};
use crate::trouble::Trouble;
use crate::verdict::Verdict;

pub use accounts::{Accounts, Look, Question, Told, accounts, refill};
pub use codes::{CODES, Code, can_pass, code};
pub use exemptions::{Exempted, Exemptions};

/// The enforcement of `rule` for a profile: the rule's own default, then the suite's setting of a pack, then the suite's
/// of the rule, then the profile's of a pack, then the profile's of the rule.
///
/// A rule may come in by several packs, since packs include others. `layers` are these packs, nearest first: the
/// rule's own, those that include it, those that include these, and so on. The nearest layer of which the suite names
/// a pack decides, also where it says `default`, which leaves the rule's own default; where it names several of one
/// layer, the strictest of them does. So `prod-readiness: enforce` enforces what that pack includes, and `pss-baseline:
/// audit` beside it takes the rules of the baseline out of that again. Of the packs that a profile names the same is so.
///
/// A profile's pack says how strictly what is asked counts, and brings in nothing that was left out by a narrower name:
/// - A rule that is off by default is one that most charts cannot keep: it is asked only where the suite or the profile
///   names it. One that the suite turns off by its name is asked only where the profile names it.
/// - What a pack of the suite turns off comes back by the profile's setting of that pack or of a nearer one.
pub fn enforcement(
    policy: &PolicySpec,
    profile: &Levels,
    layers: &[Vec<&str>],
    rule: &str,
    default: Enforcement,
) -> Enforcement {
    if let Some(own) = profile.rules.get(rule) {
        return *own;
    }
    let named = policy.rules.get(rule).copied();
    if named.unwrap_or(default) == Enforcement::Off {
        return Enforcement::Off;
    }
    let of_suite = nearest(&policy.packs, layers, default);
    let left_out = |layer: usize| {
        let off_by = of_suite.filter(|(_, level)| *level == Enforcement::Off && named.is_none());
        off_by.is_some_and(|(nearer, _)| nearer < layer)
    };
    let of_profile = nearest(&profile.packs, layers, default).filter(|(layer, _)| !left_out(*layer));
    let level = |(_, level)| level;
    of_profile.map(level).or(named).or(of_suite.map(level)).unwrap_or(default)
}

/// The nearest layer of which a pack is set, and the strictest setting there.
fn nearest(
    packs: &BTreeMap<String, Option<Enforcement>>,
    layers: &[Vec<&str>],
    default: Enforcement,
) -> Option<(usize, Enforcement)> {
    layers.iter().enumerate().find_map(|(layer, names)| {
        let settings = names.iter().filter_map(|pack| packs.get(*pack));
        Some((layer, settings.map(|setting| setting.unwrap_or(default)).max()?))
    })
}

/// Whether a rule at `level` takes the place of one at `other` that it overrides: only where it is at least as strict.
/// To audit the stricter form of a rule must not let pass what the other form fails.
pub fn overrides(level: Enforcement, other: Enforcement) -> bool {
    level != Enforcement::Off && level >= other
}

/// The verdict that findings give a check or a case that was asked.
pub fn of_findings<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Verdict {
    Verdict::worst(findings.into_iter().map(|finding| match finding.effect() {
        Enforcement::Enforce => Verdict::Failed,
        Enforcement::Audit => Verdict::Warned,
        Enforcement::Off => Verdict::Passed,
    }))
    .max(Verdict::Passed)
}

/// A cell is the worst of its checks. `Skipped` counts as its cause, which is a check of the same cell, the
/// cell's cluster or, where it was not started because the run stops at the first failure, another cell: only
/// then is the cell itself `Skipped`. A cell none of whose checks was asked is `Errored`: never green by accident.
pub fn of_cell(checks: &[CheckRecord], stopped: bool) -> Verdict {
    match Verdict::worst(checks.iter().map(|check| check.verdict)) {
        Verdict::Skipped if stopped => Verdict::Skipped,
        Verdict::NotApplicable | Verdict::Skipped => Verdict::Errored,
        verdict => verdict,
    }
}

/// Whether a cell may be tried again: only what could not be told is, and nothing that failed is ever made to go
/// away by asking again.
pub fn may_retry(checks: &[CheckRecord]) -> bool {
    let failed = checks.iter().any(|check| {
        check.verdict == Verdict::Failed || check.cases.iter().any(|case| case.verdict == Verdict::Failed)
    });
    !failed && checks.iter().any(|check| check.verdict == Verdict::Errored)
}

/// What was tried again and is good now is flaky, and flaky is never `Passed`.
pub fn after_retries(verdict: Verdict, retried: bool) -> Verdict {
    if retried && verdict.is_good() { verdict.max(Verdict::Warned) } else { verdict }
}

/// A run is the worst of its cells, clusters, findings of its own and troubles; a run without a finished cell is
/// `Errored`.
pub fn of_run(
    cells: &[CellRecord],
    clusters: &[ClusterRecord],
    findings: &[Finding],
    troubles: &[Trouble],
    unfinished: usize,
) -> Verdict {
    let told = Verdict::worst(cells.iter().map(|cell| cell.verdict));
    let told = if told == Verdict::NotApplicable {
        told
    } else {
        after_retries(told, clusters.iter().any(ClusterRecord::is_flaky)).max(of_findings(findings))
    };
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

#[cfg(test)]
mod levels_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Clean;
    use crate::time::Millis;
    use rstest::rstest;

    fn checks(verdicts: &[Verdict]) -> Vec<CheckRecord> {
        let check = |(check, verdict): (CheckKind, &Verdict)| CheckRecord {
            check,
            verdict: *verdict,
            reason: None,
            duration: Millis(0),
            findings: Vec::new(),
            cases: Vec::new(),
            output: Clean::default(),
            witness: None,
        };
        CheckKind::ALL.into_iter().zip(verdicts).map(check).collect()
    }

    use Enforcement::{Audit, Enforce, Off};

    #[rstest]
    #[case(Enforce, Enforce, true)]
    #[case(Enforce, Audit, true)]
    #[case(Audit, Audit, true)]
    #[case(Audit, Enforce, false)]
    #[case(Off, Audit, false)]
    #[case(Off, Off, false)]
    fn a_milder_rule_takes_nobodys_place(
        #[case] level: Enforcement,
        #[case] other: Enforcement,
        #[case] expected: bool,
    ) {
        assert_eq!(overrides(level, other), expected);
    }

    #[rstest]
    #[case(&[Verdict::Passed, Verdict::Errored, Verdict::Skipped], true)]
    #[case(&[Verdict::Failed, Verdict::Errored], false)]
    #[case(&[Verdict::Failed], false)]
    #[case(&[Verdict::Warned], false)]
    #[case(&[], false)]
    fn only_trouble_without_any_failure_is_tried_again(#[case] verdicts: &[Verdict], #[case] again: bool) {
        assert_eq!(may_retry(&checks(verdicts)), again);
    }

    #[rstest]
    #[case(&[Verdict::Passed, Verdict::Skipped], Verdict::Skipped)]
    #[case(&[Verdict::Failed, Verdict::Skipped], Verdict::Failed)]
    #[case(&[], Verdict::Errored)]
    fn a_cell_that_was_not_started_is_skipped_and_never_good(
        #[case] verdicts: &[Verdict],
        #[case] verdict: Verdict,
    ) {
        assert_eq!(of_cell(&checks(verdicts), true), verdict);
        assert!(!of_cell(&checks(verdicts), false).is_good());
    }

    #[rstest]
    #[case(Verdict::Passed, Verdict::Warned)]
    #[case(Verdict::Warned, Verdict::Warned)]
    #[case(Verdict::Failed, Verdict::Failed)]
    #[case(Verdict::Errored, Verdict::Errored)]
    fn good_after_a_retry_is_a_warning_and_bad_stays_bad(#[case] last: Verdict, #[case] verdict: Verdict) {
        assert_eq!(after_retries(last, true), verdict);
        assert_eq!(after_retries(last, false), last);
    }
}
