use super::*;
use crate::baseline::Baseline;
use crate::finding::{Basis, Location};
use crate::judge;
use crate::object::ObjectRef;
use crate::secret::Clean;
use crate::verdict::Verdict;
use crate::waiver::Scope;
use rstest::rstest;

fn waiver(rule: &str, profile: Option<&str>, expires: &str) -> Waiver {
    Waiver {
        rule: rule.to_owned(),
        scope: Scope { profile: profile.map(str::to_owned), ..Scope::default() },
        owner: format!("owner of {expires}"),
        reason: "because".to_owned(),
        expires: expires.parse().unwrap(),
        location: Location { file: "trial.yaml".to_owned(), line: Some(1), basis: Basis::Exact },
        shared: false,
        elsewhere: Vec::new(),
    }
}

fn finding(rule: &str, object: &str) -> Finding {
    let object = ObjectRef { kind: "Pod".to_owned(), name: object.to_owned(), ..ObjectRef::default() };
    Finding::of_check(rule, Clean::own("no")).about(object)
}

fn exemptions(waivers: &[Waiver], baseline: Option<&[Finding]>) -> Exemptions {
    let baseline = baseline.map(|found| BaselineInUse {
        file: "baseline.json".to_owned(),
        baseline: Baseline::of([("app", "dev", found)]),
        update: false,
    });
    Exemptions { waivers: waivers.to_vec(), baseline, today: "2026-06-15".parse().unwrap() }
}

/// `w` for waived, `b` for the baseline, `-` for one that counts.
fn marks(judged: &Exempted) -> String {
    let mark = |finding: &Finding| match (&finding.waiver, finding.baseline) {
        (Some(_), false) => 'w',
        (None, true) => 'b',
        (None, false) => '-',
        (Some(_), true) => '!',
    };
    judged.findings.iter().map(mark).collect()
}

#[rstest]
#[case(&[], "--")]
#[case(&[waiver("a", None, "2026-06-15")], "w-")]
#[case(&[waiver("a", Some("dev"), "2026-12-31")], "w-")]
#[case(&[waiver("a", Some("prod"), "2026-12-31")], "--")]
#[case(&[waiver("a", None, "2026-06-14")], "--")]
#[case(&[waiver("c", None, "2026-12-31")], "--")]
#[case(&[waiver("a", None, "2026-12-31"), waiver("b", None, "2026-12-31")], "ww")]
fn a_waiver_lets_pass_what_it_covers_while_it_counts(#[case] waivers: &[Waiver], #[case] expected: &str) {
    let judged = exemptions(waivers, None).judge("app", "dev", vec![finding("a", "x"), finding("b", "x")]);
    assert_eq!(marks(&judged), expected);
}

#[test]
fn of_several_the_first_that_counts_is_named_and_all_are_used() {
    let waivers = [
        waiver("a", None, "2026-01-01"),
        waiver("a", Some("dev"), "2026-12-31"),
        waiver("a", None, "2027-12-31"),
        waiver("a", Some("prod"), "2026-12-31"),
    ];
    let judged = exemptions(&waivers, None).judge("app", "dev", vec![finding("a", "x"), finding("a", "y")]);
    assert_eq!(judged.findings[0].waiver.as_ref().unwrap().owner, "owner of 2026-12-31");
    assert_eq!(judged.waivers, [2, 2, 2, 0]);
}

#[test]
fn a_second_violation_of_the_same_identity_is_new() {
    let known = [finding("a", "x"), finding("b", "x")];
    let now = vec![finding("a", "x"), finding("a", "x"), finding("a", "y"), finding("b", "x")];
    let judged = exemptions(&[], Some(&known)).judge("app", "dev", now.clone());
    assert_eq!(marks(&judged), "b--b");
    assert_eq!(judge::of_findings(&judged.findings), Verdict::Failed);
    // In another profile nothing of it is known.
    assert_eq!(marks(&exemptions(&[], Some(&known)).judge("app", "prod", now)), "----");
}

#[test]
fn a_finding_that_is_waived_takes_no_entry_of_the_baseline() {
    let known = [finding("a", "x")];
    let scope = Scope { container: Some("c".to_owned()), ..Scope::default() };
    let narrow = Waiver { scope, ..waiver("a", None, "2026-12-31") };
    let in_container = Finding { container: Some("c".to_owned()), ..finding("a", "x") };
    let found = [known[0].clone(), in_container];
    let judged = exemptions(&[narrow], Some(&found)).judge("app", "dev", found.to_vec());
    assert_eq!(marks(&judged), "bw");
    let all = exemptions(&[waiver("a", None, "2026-12-31")], Some(&known));
    let judged = all.judge("app", "dev", vec![finding("a", "x"), finding("a", "x")]);
    assert_eq!(
        (marks(&judged), judged.present.values().copied().collect::<Vec<_>>()),
        ("ww".to_owned(), vec![2])
    );
}

#[rstest]
#[case(finding("a", "x"), Verdict::Passed)]
#[case(finding("a", "x").audited(), Verdict::Passed)]
#[case(finding("b", "x"), Verdict::Failed)]
#[case(finding("b", "x").audited(), Verdict::Warned)]
fn what_passes_counts_for_no_verdict(#[case] found: Finding, #[case] verdict: Verdict) {
    let judged = exemptions(&[waiver("a", None, "2026-12-31")], None).judge("app", "dev", vec![found]);
    assert_eq!(judge::of_findings(&judged.findings), verdict);
    assert_eq!(judged.findings.len(), 1, "it stays listed");
}

#[test]
fn what_leaves_nothing_to_judge_passes_for_nobody() {
    let found = Finding::of_check("render-refused", Clean::own("nil pointer"));
    let own = exemptions(&[waiver("render-refused", None, "2026-12-31")], None);
    assert_eq!(marks(&own.judge("app", "dev", vec![found])), "-");
}

#[test]
fn marks_of_an_earlier_judgement_do_not_stay() {
    let waived =
        exemptions(&[waiver("a", None, "2026-12-31")], None).judge("app", "dev", vec![finding("a", "x")]);
    assert_eq!(marks(&waived), "w");
    assert_eq!(marks(&exemptions(&[], None).judge("app", "dev", waived.findings)), "-");
}
