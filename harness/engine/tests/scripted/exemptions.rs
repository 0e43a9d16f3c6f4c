//! Waivers and the baseline in whole runs: what passes, what still fails, and when nobody needs them.

use std::collections::BTreeSet;

use crate::trial::{GOOD, Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_engine::{Selection, recover};
use seatrial_model::baseline::BaselineInUse;
use seatrial_model::waiver::{Scope, WaiverState};
use seatrial_model::{Baseline, Basis, CheckKind, Location, Record, Verdict, Waiver};

/// Without a memory limit in its Deployment.
const UNLIMITED: (&str, &str) = ("limits: {cpu: 100m, memory: 64Mi,", "limits: {cpu: 100m,");
/// The same without any limit.
const BOUNDLESS: (&str, &str) = ("limits: {cpu: 100m, memory: 64Mi,", "limits: {");

fn cell(name: &str, (good, bad): (&str, &str)) -> String {
    let manifest =
        GOOD.replacen(good, bad, 1).lines().fold(String::new(), |text, line| format!("{text}      {line}\n"));
    format!("  demo-{name}:\n    hooks: [{{name: demo-test}}]\n    manifest: |\n{manifest}")
}

/// `prod` with a mistake and `dev` without.
fn with(mistake: (&str, &str), waivers: Vec<Waiver>) -> Trial {
    let script = format!("cells:\n{}{}", cell("prod", mistake), cell("dev", ("", "")));
    let mut trial = trial(vec![profile("prod"), profile("dev")], &script);
    trial.suite.waivers = waivers;
    trial
}

fn waiver(rule: &str, scope: &[(&str, &str)], expires: &str) -> Waiver {
    let said = |what: &str| scope.iter().find(|(own, _)| *own == what).map(|(_, name)| (*name).to_owned());
    let location = Location { file: "waivers.yaml".to_owned(), line: Some(4), basis: Basis::Exact };
    Waiver {
        rule: rule.to_owned(),
        scope: Scope {
            chart: said("chart"),
            profile: said("profile"),
            object: said("object"),
            container: said("container"),
        },
        owner: "platform".to_owned(),
        reason: "the vendor's image leaks".to_owned(),
        expires: expires.parse().unwrap(),
        location,
        shared: false,
        elsewhere: Vec::new(),
    }
}

/// The scripted clock stands in January 1970.
const LATER: &str = "1970-12-31";
const PAST: &str = "1969-12-31";

fn codes(record: &Record) -> Vec<&str> {
    record.findings.iter().map(|finding| finding.rule.as_str()).collect()
}

fn states(record: &Record) -> Vec<WaiverState> {
    record.waivers.iter().map(|own| own.state).collect()
}

#[rstest]
#[case(&[])]
#[case(&[("chart", "demo"), ("profile", "prod"), ("object", "Deployment/demo"), ("container", "app")])]
#[tokio::test]
async fn a_waived_finding_passes_and_stays_listed(#[case] scope: &[(&str, &str)]) {
    let outcome = with(UNLIMITED, vec![waiver("memory-limit", scope, LATER)]).run().await;
    let record = &outcome.record;
    assert_eq!((record.verdict, outcome.exit_code()), (Verdict::Passed, 0), "{record:#?}");
    let case = outcome.case("prod", CheckKind::Policy, "memory-limit");
    assert_eq!((case.verdict, &case.reason), (Verdict::Passed, &None));
    let check = outcome.check("prod", CheckKind::Policy);
    let finding = check.findings.iter().find(|finding| finding.rule == "memory-limit").unwrap();
    assert_eq!(finding.waiver.as_ref().unwrap().owner, "platform");
    let own = &record.waivers[0];
    assert_eq!((own.state, own.matched.len()), (WaiverState::Used, 1));
    assert_eq!(own.matched[0].cell, "demo/prod@1.36+helm4");
    assert_eq!(own.matched[0].object.as_ref().unwrap().to_string(), "Deployment/demo");
}

/// Never wider than written.
#[rstest]
#[case(&[("profile", "dev")])]
#[case(&[("object", "Deployment/other")])]
#[case(&[("object", "Pod/demo")])]
#[case(&[("container", "curl")])]
#[tokio::test]
async fn what_a_waiver_does_not_say_still_fails_and_the_waiver_is_not_needed(#[case] scope: &[(&str, &str)]) {
    let outcome = with(UNLIMITED, vec![waiver("memory-limit", scope, LATER)]).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Policy).verdict, Verdict::Failed);
    assert_eq!((codes(&outcome.record), outcome.exit_code()), (vec!["waiver-unused"], 1));
}

#[tokio::test]
async fn one_rule_that_is_waived_leaves_the_others() {
    let outcome = with(BOUNDLESS, vec![waiver("memory-limit", &[], LATER)]).run().await;
    let check = outcome.check("prod", CheckKind::Policy);
    let total = check.cases.len();
    assert_eq!(outcome.reason("prod", CheckKind::Policy), format!("1 of {total} rules failed"));
    assert_eq!(outcome.case("prod", CheckKind::Policy, "memory-limit").verdict, Verdict::Passed);
    assert_eq!(outcome.case("prod", CheckKind::Policy, "cpu-limit").verdict, Verdict::Failed);
}

#[tokio::test]
async fn an_expired_waiver_waives_nothing_and_says_what_it_would() {
    let outcome = with(UNLIMITED, vec![waiver("memory-limit", &[], PAST)]).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Policy).verdict, Verdict::Failed);
    assert_eq!(
        (codes(&outcome.record), states(&outcome.record)),
        (vec!["waiver-expired"], vec![WaiverState::Expired])
    );
    assert_eq!(outcome.record.waivers[0].matched.len(), 1);
}

#[tokio::test]
async fn a_good_run_with_a_waiver_that_nobody_needs_is_warned_and_exits_0() {
    let outcome = with(("", ""), vec![waiver("memory-limit", &[], LATER), waiver("memory-limt", &[], LATER)])
        .run()
        .await;
    assert_eq!((outcome.record.verdict, outcome.exit_code()), (Verdict::Warned, 0));
    assert_eq!(codes(&outcome.record), ["waiver-unused", "waiver-unknown-rule"]);
    assert!(outcome.record.findings[1].message.as_str().contains("did you mean `memory-limit`?"));
    assert!(outcome.record.cells.iter().all(|cell| cell.verdict == Verdict::Passed));
}

#[rstest]
#[case(Selection { profiles: BTreeSet::from(["dev".to_owned()]), ..Selection::default() })]
#[case(Selection { checks: BTreeSet::from([CheckKind::Policy]), ..Selection::default() })]
#[case(Selection { charts: BTreeSet::from(["demo".to_owned()]), ..Selection::default() })]
#[case(Selection { cells: BTreeSet::from(["demo/dev".to_owned()]), ..Selection::default() })]
#[tokio::test]
async fn a_part_of_a_suite_calls_no_waiver_unused(#[case] selection: Selection) {
    let mut trial = with(("", ""), vec![waiver("memory-limit", &[], LATER)]);
    trial.selection = selection;
    let record = trial.run().await.record;
    assert_eq!((codes(&record), states(&record)), (vec![], vec![WaiverState::Open]));
    assert_eq!(record.verdict, Verdict::Passed);
}

/// Before the rule was judged there is nothing to say of its waiver; after that there is.
#[rstest]
#[case("render: {trouble: helm was killed}", WaiverState::Open)]
#[case("refused: {at: render, message: nil pointer}", WaiverState::Open)]
// The audit would have asked it, too.
#[case("install: {trouble: helm was killed}", WaiverState::Open)]
#[tokio::test]
async fn a_cell_that_ended_badly_before_it_was_judged_leaves_the_waiver_open(
    #[case] fault: &str,
    #[case] state: WaiverState,
) {
    let mut trial = with(("", ""), vec![waiver("memory-limit", &[], LATER)]);
    trial.script = trial.script.replacen("  demo-prod:\n", &format!("  demo-prod:\n    {fault}\n"), 1);
    assert_eq!(states(&trial.run().await.record), [state]);
}

#[rstest]
#[case("leftover", "uninstall: {fails: it stays}", WaiverState::Open)]
#[case("leftover", "install: succeeds", WaiverState::Unused)]
#[case("manifest-differs", "install: {fails: never ready}", WaiverState::Open)]
#[case("manifest-differs", "install: succeeds", WaiverState::Unused)]
#[tokio::test]
async fn a_check_that_failed_before_it_came_to_its_end_leaves_its_codes_open(
    #[case] code: &str,
    #[case] fault: &str,
    #[case] state: WaiverState,
) {
    let mut trial = with(("", ""), vec![waiver(code, &[], LATER)]);
    trial.script = trial.script.replacen("  demo-prod:\n", &format!("  demo-prod:\n    {fault}\n"), 1);
    assert_eq!(states(&trial.run().await.record), [state]);
}

#[tokio::test]
async fn findings_of_a_check_can_be_waived_too() {
    let mut trial = with(("", ""), vec![waiver("leftover", &[("object", "ConfigMap/litter")], LATER)]);
    trial.script =
        trial.script.replacen("  demo-prod:\n", "  demo-prod:\n    leftovers: [ConfigMap/litter]\n", 1);
    let outcome = trial.run().await;
    assert_eq!(outcome.record.verdict, Verdict::Passed, "{:#?}", outcome.record);
    let check = outcome.check("prod", CheckKind::Uninstall);
    assert_eq!((check.findings.len(), &check.reason), (1, &None));
}

fn baseline_of(record: &Record) -> Baseline {
    let checks = record.cells.iter().flat_map(|cell| cell.checks.iter().map(move |check| (cell, check)));
    Baseline::of(checks.map(|(cell, check)| {
        (cell.cell.chart.as_str(), cell.cell.profile.as_str(), check.findings.as_slice())
    }))
}

async fn against(baseline: Baseline, update: bool, mut trial: Trial) -> Outcome {
    trial.baseline = Some(BaselineInUse { file: "baseline.json".to_owned(), baseline, update });
    trial.run().await
}

#[tokio::test]
async fn what_was_there_passes_and_what_is_new_fails() {
    let baseline = baseline_of(&with(UNLIMITED, Vec::new()).run().await.record);
    let identity = baseline.entries().next().unwrap().identity;
    assert!(identity.path.starts_with("spec.template.spec.containers[app]"), "{identity}");
    let same = against(baseline.clone(), false, with(UNLIMITED, Vec::new())).await;
    assert_eq!((same.record.verdict, same.exit_code()), (Verdict::Passed, 0), "{:#?}", same.record);
    assert!(same.check("prod", CheckKind::Policy).findings.iter().all(|finding| finding.baseline));
    let more = against(baseline, false, with(BOUNDLESS, Vec::new())).await;
    assert_eq!(more.case("prod", CheckKind::Policy, "memory-limit").verdict, Verdict::Passed);
    assert_eq!(more.case("prod", CheckKind::Policy, "cpu-limit").verdict, Verdict::Failed);
    let record = more.record.baseline.unwrap();
    assert_eq!((record.entries, record.passed, record.vanished.len()), (1, 2, 0));
}

#[tokio::test]
async fn an_entry_that_is_gone_warns_until_it_is_removed() {
    let baseline = baseline_of(&with(UNLIMITED, Vec::new()).run().await.record);
    let told = against(baseline.clone(), false, with(("", ""), Vec::new())).await;
    assert_eq!((codes(&told.record), told.record.verdict), (vec!["baseline-vanished"], Verdict::Warned));
    let removed = against(baseline.clone(), true, with(("", ""), Vec::new())).await;
    assert_eq!((codes(&removed.record), removed.record.verdict), (vec![], Verdict::Passed));
    let record = removed.record.baseline.unwrap();
    assert!(record.removed);
    assert_eq!(baseline.without(&record.vanished), Baseline::default());
}

#[rstest]
#[case(Selection { profiles: BTreeSet::from(["dev".to_owned()]), ..Selection::default() }, 0)]
#[case(Selection { checks: BTreeSet::from([CheckKind::Lint]), ..Selection::default() }, 0)]
#[case(Selection { versions: (Some("1.36".parse().unwrap()), None), ..Selection::default() }, 0)]
#[case(Selection { profiles: BTreeSet::from(["prod".to_owned()]), ..Selection::default() }, 1)]
// The audit asks it, too.
#[case(Selection { checks: BTreeSet::from([CheckKind::Policy]), ..Selection::default() }, 0)]
#[tokio::test]
async fn of_a_part_only_what_was_run_can_be_gone(#[case] selection: Selection, #[case] gone: usize) {
    let baseline = baseline_of(&with(UNLIMITED, Vec::new()).run().await.record);
    let mut part = with(("", ""), Vec::new());
    part.selection = selection;
    assert_eq!(against(baseline, true, part).await.record.baseline.unwrap().vanished.len(), gone);
}

#[tokio::test]
async fn a_killed_run_still_tells_what_was_waived() {
    let mut trial =
        with(UNLIMITED, vec![waiver("memory-limit", &[], LATER), waiver("cpu-limit", &[], LATER)]);
    trial.publishable = false;
    let outcome = trial.run().await;
    let record = recover(&outcome.folder.path().join("reports")).unwrap().unwrap();
    assert_eq!(states(&record), [WaiverState::Used, WaiverState::Open]);
    assert_eq!(record.waivers[0].matched, outcome.record.waivers[0].matched);
}
