use super::*;
use crate::baseline::Baseline;
use crate::finding::Enforcement;
use crate::secret::Clean;
use crate::waiver::Scope;
use rstest::rstest;

fn waiver(rule: &str, chart: Option<&str>, profile: Option<&str>) -> Waiver {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Waiver {
        rule: rule.to_owned(),
        scope: Scope { chart: own(chart), profile: own(profile), ..Scope::default() },
        owner: "platform".to_owned(),
        reason: "because".to_owned(),
        expires: "2026-12-31".parse().unwrap(),
        location: Location { file: "trial.yaml".to_owned(), line: Some(7), basis: Basis::Exact },
        shared: false,
        elsewhere: Vec::new(),
    }
}

fn finding(rule: &str) -> Finding {
    Finding::of_check(rule, Clean::own("no"))
}

/// A suite of `app` with `dev` and `prod`; in `dev` the rule `a` finds something.
struct Trial {
    waivers: Vec<Waiver>,
    baseline: Option<Baseline>,
    update: bool,
    today: &'static str,
    whole: bool,
    /// Of `dev` and of `prod`.
    told: [Told; 2],
    found: Vec<Finding>,
}

impl Trial {
    fn of(waiver: Waiver) -> Self {
        Self { waivers: vec![waiver], ..Self::with(None) }
    }

    fn with(baseline: Option<Baseline>) -> Self {
        Self {
            waivers: Vec::new(),
            baseline,
            update: false,
            today: "2026-06-15",
            whole: true,
            told: [Told::Judged; 2],
            found: vec![finding("a")],
        }
    }

    fn accounts(&self) -> Accounts {
        let own = |baseline: &Baseline| BaselineInUse {
            file: "baseline.json".to_owned(),
            baseline: baseline.clone(),
            update: self.update,
        };
        let exemptions = Exemptions {
            waivers: self.waivers.clone(),
            baseline: self.baseline.as_ref().map(own),
            today: self.today.parse().unwrap(),
        };
        let found = exemptions.judge("app", "dev", self.found.clone()).findings;
        let look = |profile, told: Told, findings| Look {
            chart: "app",
            profile,
            cell: format!("app/{profile}@1.36+helm4"),
            findings,
            told: Box::new(move |_: &str| told),
        };
        let looks = [look("dev", self.told[0], vec![&found[..]]), look("prod", self.told[1], Vec::new())];
        let unknown = |rule: &str| (!["a", "b"].contains(&rule)).then(|| "did you mean `a`?".to_owned());
        accounts(&Question { exemptions: &exemptions, looks: &looks, whole: self.whole, unknown: &unknown })
    }

    fn state(&self) -> (WaiverState, Vec<String>) {
        let accounts = self.accounts();
        let codes = accounts.findings.iter().map(|finding| finding.rule.clone()).collect();
        (accounts.waivers[0].state, codes)
    }
}

#[rstest]
#[case(waiver("a", None, None), WaiverState::Used, None)]
#[case(waiver("a", Some("app"), Some("dev")), WaiverState::Used, None)]
#[case(waiver("a", Some("app"), Some("prod")), WaiverState::Unused, Some("waiver-unused"))]
#[case(waiver("b", None, None), WaiverState::Unused, Some("waiver-unused"))]
#[case(waiver("c", None, None), WaiverState::UnknownRule, Some("waiver-unknown-rule"))]
#[case(waiver("a", Some("other"), None), WaiverState::Elsewhere, None)]
#[case(Waiver { expires: "2026-06-14".parse().unwrap(), ..waiver("a", None, None) }, WaiverState::Expired, Some("waiver-expired"))]
#[case(Waiver { expires: "2026-06-14".parse().unwrap(), ..waiver("b", None, None) }, WaiverState::Expired, Some("waiver-expired"))]
fn every_waiver_has_a_state_and_bad_ones_are_findings(
    #[case] waiver: Waiver,
    #[case] state: WaiverState,
    #[case] code: Option<&str>,
) {
    let codes: Vec<String> = code.into_iter().map(str::to_owned).collect();
    assert_eq!(Trial::of(waiver).state(), (state, codes));
}

/// Only when its whole scope was judged is a waiver called unused.
#[rstest]
#[case(true, [Told::Judged, Told::Judged], WaiverState::Unused)]
#[case(true, [Told::Judged, Told::NotAsked], WaiverState::Unused)]
#[case(true, [Told::NotAsked, Told::NotAsked], WaiverState::Unused)]
#[case(true, [Told::Judged, Told::Untold], WaiverState::Open)]
#[case(true, [Told::Untold, Told::Untold], WaiverState::Open)]
#[case(false, [Told::Judged, Told::Judged], WaiverState::Open)]
fn a_waiver_is_unused_only_when_its_whole_scope_was_judged(
    #[case] whole: bool,
    #[case] told: [Told; 2],
    #[case] state: WaiverState,
) {
    let trial = Trial { whole, told, ..Trial::of(waiver("b", None, None)) };
    assert_eq!(trial.state().0, state);
}

#[rstest]
#[case("dev", WaiverState::Unused)]
#[case("prod", WaiverState::Open)]
fn a_cell_outside_of_its_scope_does_not_matter(#[case] profile: &str, #[case] state: WaiverState) {
    let trial =
        Trial { told: [Told::Judged, Told::Untold], ..Trial::of(waiver("b", Some("app"), Some(profile))) };
    assert_eq!(trial.state().0, state);
}

#[rstest]
#[case(vec!["nightly".to_owned()], [Told::Judged, Told::Judged], WaiverState::Open)]
#[case(Vec::new(), [Told::NotAsked, Told::NotAsked], WaiverState::Open)]
#[case(Vec::new(), [Told::Judged, Told::NotAsked], WaiverState::Unused)]
fn a_waiver_for_all_suites_is_unused_only_where_no_other_suite_may_need_it(
    #[case] elsewhere: Vec<String>,
    #[case] told: [Told; 2],
    #[case] state: WaiverState,
) {
    let shared = Waiver { shared: true, elsewhere, ..waiver("b", None, None) };
    assert_eq!(Trial { told, ..Trial::of(shared) }.state().0, state);
}

#[test]
fn findings_of_waivers_are_audited_and_say_where_and_what_to_do() {
    let expired = Waiver { expires: "2026-01-01".parse().unwrap(), ..waiver("a", None, None) };
    let trial = Trial {
        waivers: vec![waiver("c", None, None), expired, waiver("b", None, None)],
        ..Trial::with(None)
    };
    let findings = trial.accounts().findings;
    let said: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(said[0].contains("did you mean `a`?"), "{said:?}");
    assert!(said[1].contains("expired after 2026-01-01") && said[1].contains("covers a finding"), "{said:?}");
    assert!(said[2].contains("remove it"), "{said:?}");
    for finding in &findings {
        assert_eq!(finding.enforcement, Enforcement::Audit);
        assert_eq!(finding.location.as_ref().unwrap().to_string(), "trial.yaml:7");
    }
}

#[test]
fn what_a_waiver_matched_is_listed_by_cell_object_and_container() {
    let trial =
        Trial { found: vec![finding("a"), finding("a"), finding("b")], ..Trial::of(waiver("a", None, None)) };
    let matched = &trial.accounts().waivers[0].matched;
    assert_eq!(matched.len(), 1);
    assert_eq!((matched[0].cell.as_str(), matched[0].findings), ("app/dev@1.36+helm4", 2));
}

fn baseline(rule: &str, profile: &str, count: usize) -> Baseline {
    let found = vec![finding(rule); count];
    Baseline::of([("app", profile, &found[..])])
}

/// Entries that are gone: how often, and how many of them are of nothing that is asked.
#[rstest]
#[case(baseline("a", "dev", 1), [Told::Judged; 2], &[], 0)]
#[case(baseline("a", "dev", 3), [Told::Judged; 2], &[2], 0)]
#[case(baseline("b", "dev", 2), [Told::Judged; 2], &[2], 0)]
#[case(baseline("b", "dev", 2), [Told::Untold, Told::Judged], &[], 0)]
#[case(baseline("b", "dev", 2), [Told::Judged, Told::Untold], &[2], 0)]
#[case(baseline("b", "dev", 2), [Told::NotAsked, Told::Judged], &[], 1)]
#[case(baseline("b", "other", 2), [Told::Judged; 2], &[], 1)]
fn an_entry_is_gone_only_where_every_cell_of_its_profile_was_judged(
    #[case] baseline: Baseline,
    #[case] told: [Told; 2],
    #[case] gone: &[usize],
    #[case] idle: usize,
) {
    // A part of a suite may say it of what was run.
    let record = Trial { told, whole: false, ..Trial::with(Some(baseline)) }.accounts().baseline.unwrap();
    let found: Vec<usize> = record.vanished.iter().map(|entry| entry.count).collect();
    assert_eq!((&found[..], record.idle), (gone, idle));
}

#[test]
fn entries_that_are_gone_are_one_finding_unless_they_are_removed() {
    let gone = baseline("b", "dev", 1);
    let trial = Trial::with(Some(gone));
    let accounts = trial.accounts();
    assert_eq!(accounts.findings[0].rule, "baseline-vanished");
    assert!(accounts.findings[0].message.as_str().contains("--update-baseline"));
    let removed = Trial { update: true, ..trial }.accounts();
    assert_eq!(removed.findings, []);
    assert!(removed.baseline.unwrap().removed);
}

#[test]
fn a_finding_that_is_waived_is_still_there_for_the_baseline() {
    let trial = Trial { baseline: Some(baseline("a", "dev", 1)), ..Trial::of(waiver("a", None, None)) };
    let record = trial.accounts().baseline.unwrap();
    assert_eq!((record.passed, record.vanished.len()), (0, 0));
}
