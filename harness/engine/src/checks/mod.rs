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

use seatrial_manifest::{Manifest, anchor};
use seatrial_model::judge::Exemptions;
use seatrial_model::record::{CaseRecord, WitnessRecord};
use seatrial_model::{CellId, Clean, Enforcement, Finding, Redactor, Trouble, Verdict, judge};

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

    /// The verdict that findings give, the worst one as the reason.
    pub(crate) fn of_findings(findings: Vec<Finding>) -> Self {
        let verdict = judge::of_findings(&findings);
        let reason = reason(&findings);
        Self { findings, ..Self::new(verdict, reason) }
    }

    /// The verdict that findings give: of rules, each of which has its case, and of what no rule could judge.
    pub(crate) fn of_rules(findings: Vec<Finding>, cases: Vec<CaseRecord>) -> Self {
        let verdict = judge::of_findings(&findings);
        let reason = count(verdict, &cases).or_else(|| reason(&findings));
        Self { findings, cases, ..Self::new(verdict, reason) }
    }

    /// The same, whose findings know names in a render for the numbers in their paths.
    #[must_use]
    pub(crate) fn anchored(mut self, manifest: &Manifest) -> Self {
        anchor::set(manifest, &mut self.findings);
        self
    }

    /// The same when waivers and the baseline have had their say. A verdict that is not made of findings and of cases
    /// that are no rule's stays.
    #[must_use]
    pub(crate) fn exempted(self, exemptions: &Exemptions, cell: &CellId) -> Self {
        let others = Verdict::worst(self.cases.iter().filter(|case| !is_rule(case)).map(|case| case.verdict));
        let explained = self.verdict == judge::of_findings(&self.findings).max(others);
        let findings = exemptions.judge(&cell.chart, &cell.profile, self.findings).findings;
        if !findings.iter().any(Finding::is_exempt) {
            return Self { findings, ..self };
        }
        let cases: Vec<CaseRecord> =
            self.cases.into_iter().map(|case| judged_again(case, &findings)).collect();
        if !explained {
            return Self { findings, cases, ..self };
        }
        let verdict = judge::of_findings(&findings).max(others);
        let reason = match cases.iter().find(|case| !is_rule(case) && case.verdict == verdict) {
            Some(case) if !verdict.is_good() => case.reason.clone(),
            _ => count(verdict, &cases).or_else(|| reason(&findings)),
        };
        Self { verdict, reason, findings, cases, ..self }
    }

    #[must_use]
    pub(crate) fn output(self, output: Clean) -> Self {
        Self { output, ..self }
    }
}

/// Whether a case is a rule's and no hook's or anybody else's.
fn is_rule(case: &CaseRecord) -> bool {
    case.enforcement.is_some()
}

/// `2 of 6 rules failed`.
fn count(verdict: Verdict, cases: &[CaseRecord]) -> Option<Clean> {
    let rules = cases.iter().filter(|case| is_rule(case));
    let number = rules.clone().filter(|case| case.verdict == verdict).count();
    let total = rules.count();
    let text = match verdict {
        // None of them has it: it is of what belongs to no rule.
        _ if number == 0 => return None,
        Verdict::Failed => format!("{number} of {total} rules failed"),
        Verdict::Warned => format!("{number} of {total} rules have audit findings"),
        _ => return None,
    };
    Some(Redactor::default().clean(&text))
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
    if !is_rule(&case) || !own.iter().any(Finding::is_exempt) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_model::time::Millis;
    use seatrial_model::waiver::Scope;
    use seatrial_model::{Basis, HelmMajor, Location, Waiver};

    fn case(name: &str, verdict: Verdict, enforcement: Option<Enforcement>) -> CaseRecord {
        CaseRecord {
            name: name.to_owned(),
            verdict,
            enforcement,
            reason: Some(Redactor::default().clean(&format!("why {name}"))),
            duration: Millis(0),
            output: Clean::default(),
        }
    }

    /// A waiver of the rule `a`.
    fn exempted(conclusion: Conclusion) -> Conclusion {
        let waiver = Waiver {
            rule: "a".to_owned(),
            scope: Scope::default(),
            owner: "o".to_owned(),
            reason: "r".to_owned(),
            expires: "2026-12-31".parse().unwrap(),
            location: Location { file: "f".to_owned(), line: None, basis: Basis::File },
            shared: false,
            elsewhere: Vec::new(),
        };
        let today = "2026-06-15".parse().unwrap();
        let cell = CellId {
            chart: "app".to_owned(),
            profile: "dev".to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
        };
        conclusion.exempted(&Exemptions { waivers: vec![waiver], baseline: None, today }, &cell)
    }

    fn findings(rules: &[&str]) -> Vec<Finding> {
        rules
            .iter()
            .map(|rule| Finding::of_check(rule, Redactor::default().clean(&format!("no {rule}"))))
            .collect()
    }

    #[rstest]
    #[case(&["a"], Verdict::Passed, None)]
    #[case(&["a", "b"], Verdict::Failed, Some("no b"))]
    #[case(&["b"], Verdict::Failed, Some("no b"))]
    fn a_check_is_judged_by_what_is_left(
        #[case] rules: &[&str],
        #[case] verdict: Verdict,
        #[case] reason: Option<&str>,
    ) {
        let left = exempted(Conclusion::of_findings(findings(rules)));
        assert_eq!((left.verdict, left.reason.as_ref().map(Clean::as_str)), (verdict, reason));
        assert_eq!(left.findings.len(), rules.len());
    }

    /// Beside a case that is no rule's, such as what another judge said.
    #[rstest]
    #[case(&["a"], Verdict::Passed, Verdict::Passed, None)]
    #[case(&["a"], Verdict::Errored, Verdict::Errored, Some("why witness"))]
    #[case(&["a", "b"], Verdict::Passed, Verdict::Failed, Some("1 of 2 rules failed"))]
    #[case(&["a", "b"], Verdict::Errored, Verdict::Errored, Some("why witness"))]
    fn cases_of_rules_are_judged_again_and_others_stay(
        #[case] rules: &[&str],
        #[case] witness: Verdict,
        #[case] verdict: Verdict,
        #[case] reason: Option<&str>,
    ) {
        let of = |rule: &str| {
            let found = if rules.contains(&rule) { Verdict::Failed } else { Verdict::Passed };
            case(rule, found, Some(Enforcement::Enforce))
        };
        let cases = vec![of("a"), of("b"), case("witness", witness, None)];
        let whole = Verdict::Failed.max(witness);
        let told = Conclusion { verdict: whole, cases, ..Conclusion::of_findings(findings(rules)) };
        let left = exempted(told);
        assert_eq!((left.verdict, left.reason.as_ref().map(Clean::as_str)), (verdict, reason));
        assert_eq!((left.cases[0].verdict, &left.cases[0].reason), (Verdict::Passed, &None));
        assert_eq!(left.cases[2].verdict, witness);
    }

    #[test]
    fn a_verdict_that_has_another_cause_than_its_findings_stays() {
        let told = Conclusion { verdict: Verdict::Errored, ..Conclusion::of_findings(findings(&["a"])) };
        assert_eq!(exempted(told).verdict, Verdict::Errored);
    }
}
