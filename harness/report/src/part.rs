//! A check and its cases as one flat list of parts: what every report for people iterates over.
//!
//! Each finding belongs to exactly one part: to the case named after its rule, or to the check itself.

use std::collections::BTreeMap;

use seatrial_model::record::{CaseRecord, CheckRecord, RuleHelp};
use seatrial_model::time::Millis;
use seatrial_model::{CheckKind, Enforcement, Finding, Verdict};

use crate::line::{counted, line};

/// The check itself, or one of its cases.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// `install`, `policy: require-limits`, `test: hook predict`.
    pub(crate) name: String,
    /// What it is, in one word: the rule, `hook`, or the check.
    pub(crate) kind: &'a str,
    pub(crate) verdict: Verdict,
    /// Why, on one line; empty where it passed.
    pub(crate) message: String,
    /// Why, as the record has it: a few lines.
    pub(crate) reason: &'a str,
    /// Time spent in this part and in no other.
    pub(crate) duration: Millis,
    pub(crate) findings: Vec<&'a Finding>,
    pub(crate) help: Option<&'a RuleHelp>,
    pub(crate) output: &'a str,
    /// A check that is bad only because its cases are, which tell why themselves.
    pub(crate) told_by_cases: bool,
}

/// The check first, then its cases in their order.
pub(crate) fn parts<'a>(check: &'a CheckRecord, rules: &'a BTreeMap<String, RuleHelp>) -> Vec<Part<'a>> {
    let mut parts = vec![whole(check)];
    parts.extend(check.cases.iter().map(|case| of_case(check, case, rules)));
    parts
}

fn whole(check: &CheckRecord) -> Part<'_> {
    let findings: Vec<&Finding> = check
        .findings
        .iter()
        .filter(|finding| !check.cases.iter().any(|case| case.name == finding.rule))
        .collect();
    let worst_case = Verdict::worst(check.cases.iter().map(|case| case.verdict));
    let enforced = findings.iter().any(|finding| finding.effect() == Enforcement::Enforce);
    let told_by_cases = !check.verdict.is_good() && worst_case >= check.verdict && !enforced;
    let reason = check.reason.as_ref().map_or("", |reason| reason.as_str());
    let message = if told_by_cases || (reason.is_empty() && !worst_case.is_good()) {
        tally(check)
    } else {
        why(check.verdict, reason, &findings)
    };
    let in_cases = check.cases.iter().fold(0, |sum: u64, case| sum.saturating_add(case.duration.0));
    Part {
        name: check.check.to_string(),
        kind: check.check.name(),
        verdict: check.verdict,
        message,
        reason: if told_by_cases { "" } else { reason },
        duration: Millis(check.duration.0.saturating_sub(in_cases)),
        findings,
        help: None,
        output: check.output.as_str(),
        told_by_cases,
    }
}

fn of_case<'a>(
    check: &'a CheckRecord,
    case: &'a CaseRecord,
    rules: &'a BTreeMap<String, RuleHelp>,
) -> Part<'a> {
    let findings: Vec<&Finding> = check.findings.iter().filter(|finding| finding.rule == case.name).collect();
    let reason = case.reason.as_ref().map_or("", |reason| reason.as_str());
    let (name, kind) = match check.check {
        CheckKind::Test => (format!("test: hook {}", line(&case.name)), "hook"),
        kind => (format!("{kind}: {}", line(&case.name)), case.name.as_str()),
    };
    Part {
        name,
        kind,
        verdict: case.verdict,
        message: why(case.verdict, reason, &findings),
        reason,
        duration: case.duration,
        findings,
        help: rules.get(&case.name),
        output: case.output.as_str(),
        told_by_cases: false,
    }
}

/// `2 of 6 rules failed, 1 could not be told`.
fn tally(check: &CheckRecord) -> String {
    let noun = match check.check {
        CheckKind::Policy => "rule",
        CheckKind::Test => "hook",
        _ => "case",
    };
    let words =
        [(Verdict::Failed, "failed"), (Verdict::Errored, "could not be told"), (Verdict::Skipped, "skipped")];
    let mut clauses = words.into_iter().filter_map(|(verdict, word)| {
        let number = check.cases.iter().filter(|case| case.verdict == verdict).count();
        (number > 0).then_some((number, word))
    });
    let first = clauses
        .next()
        .map(|(number, word)| format!("{number} of {} {word}", counted(check.cases.len(), noun)));
    let others = clauses.map(|(number, word)| format!("{number} {word}"));
    first.into_iter().chain(others).collect::<Vec<_>>().join(", ")
}

/// One line, never empty for what is not passed.
fn why(verdict: Verdict, reason: &str, findings: &[&Finding]) -> String {
    if verdict == Verdict::Passed {
        return String::new();
    }
    let told = line(reason);
    if !told.is_empty() {
        return told;
    }
    let worst = findings.iter().max_by_key(|finding| finding.effect());
    match worst {
        Some(finding) => line(finding.message.as_str()),
        None => format!("{verdict}, and the record does not say why"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_model::Clean;

    fn case(name: &str, verdict: Verdict) -> CaseRecord {
        CaseRecord {
            name: name.to_owned(),
            verdict,
            enforcement: None,
            reason: None,
            duration: Millis(40),
            output: Clean::default(),
        }
    }

    fn policy(verdict: Verdict, findings: Vec<Finding>) -> CheckRecord {
        CheckRecord {
            check: CheckKind::Policy,
            verdict,
            reason: None,
            duration: Millis(100),
            findings,
            cases: vec![case("a", Verdict::Failed), case("b", Verdict::Passed)],
            output: Clean::default(),
            witness: None,
        }
    }

    #[test]
    fn every_finding_belongs_to_one_part() {
        let found = ["a", "a", "elsewhere"].map(|rule| Finding::of_check(rule, Clean::own("x")));
        let check = policy(Verdict::Failed, found.to_vec());
        let rules = BTreeMap::new();
        let counts: Vec<usize> = parts(&check, &rules).iter().map(|part| part.findings.len()).collect();
        assert_eq!(counts, [1, 2, 0]);
    }

    #[rstest]
    #[case("a", true, "1 of 2 rules failed")]
    #[case("elsewhere", false, "1 of 2 rules failed")]
    fn a_check_whose_cases_tell_why_only_counts_them(
        #[case] rule: &str,
        #[case] told: bool,
        #[case] message: &str,
    ) {
        let check = policy(Verdict::Failed, vec![Finding::of_check(rule, Clean::own("x"))]);
        let whole = whole(&check);
        assert_eq!((whole.told_by_cases, whole.message.as_str()), (told, message));
    }

    #[test]
    fn time_is_in_one_part_only() {
        let check = policy(Verdict::Failed, Vec::new());
        let rules = BTreeMap::new();
        let sum: u64 = parts(&check, &rules).iter().map(|part| part.duration.0).sum();
        assert_eq!(sum, 100);
    }

    #[test]
    fn what_is_not_passed_never_has_an_empty_message() {
        for verdict in [Verdict::NotApplicable, Verdict::Skipped, Verdict::Failed, Verdict::Errored] {
            assert!(!why(verdict, "", &[]).is_empty());
        }
    }
}
