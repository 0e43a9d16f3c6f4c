//! Stopping at the first bad cell: what runs ends normally, the rest is not started and never looks passed.

use crate::trial::{Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_model::{CheckKind, Verdict};

/// `prod` installs first, since there is one berth and it is first in the plan; it ends as `step` says.
fn script(step: &str) -> String {
    let good = "hooks: [{name: demo-test}]\n    manifest: GOOD\n";
    format!(
        "cells:\n  demo-prod:\n    install: {step}\n    {good}  demo-dev:\n    {good}  demo-small:\n    {good}"
    )
}

async fn stopped(step: &str, retries: usize) -> Outcome {
    let profiles = vec![profile("prod"), profile("dev"), profile("small")];
    Trial { fail_fast: true, jobs: Some(1), retries, ..trial(profiles, &script(step)) }.run().await
}

/// The cell that went first, and those that were not started.
fn sorted(outcome: &Outcome) -> (Vec<String>, Vec<String>) {
    let (stopped, ran): (Vec<_>, Vec<_>) =
        outcome.record.cells.iter().partition(|cell| cell.stopped_by.is_some());
    let names = |cells: Vec<&seatrial_model::record::CellRecord>| {
        cells.into_iter().map(|cell| cell.cell.profile.clone()).collect()
    };
    (names(ran), names(stopped))
}

#[rstest]
#[case("{fails: 'never ready'}", Verdict::Failed, 1)]
#[case("{trouble: 'helm was killed'}", Verdict::Errored, 3)]
#[tokio::test]
async fn after_the_first_bad_cell_none_is_started(
    #[case] step: &str,
    #[case] verdict: Verdict,
    #[case] code: u8,
) {
    // Every cell is bad, so that it does not matter which has the berth first.
    let all = script(step).replace("    hooks", &format!("    install: {step}\n    hooks"));
    let all = all.replacen(&format!("    install: {step}\n    install"), "    install", 1);
    let profiles = vec![profile("prod"), profile("dev"), profile("small")];
    let outcome = Trial { fail_fast: true, jobs: Some(1), ..trial(profiles, &all) }.run().await;
    let (ran, not_started) = sorted(&outcome);
    assert_eq!((ran.len(), not_started.len()), (1, 2));
    assert_eq!(outcome.cell(&ran[0]).verdict, verdict);
    for name in &not_started {
        let cell = outcome.cell(name);
        assert_eq!(cell.verdict, Verdict::Skipped);
        assert_eq!(cell.stopped_by.as_ref().unwrap().profile, ran[0]);
        assert_eq!(outcome.check(name, CheckKind::Policy).verdict, Verdict::Passed, "what was asked is kept");
        assert_eq!(outcome.check(name, CheckKind::Install).verdict, Verdict::Skipped);
        let reason = outcome.reason(name, CheckKind::Test);
        assert!(
            reason.contains(&format!("demo/{}@1.36+helm4", ran[0])) && reason.contains("--fail-fast"),
            "{reason}"
        );
        assert_eq!(outcome.calls.position(&format!("open demo-{name}")), None);
    }
    assert_eq!((outcome.record.verdict, outcome.exit_code()), (verdict, code));
    assert!(outcome.calls.position("teardown k8s").is_some());
    assert!(outcome.record.unfinished.is_empty());
}

#[tokio::test]
async fn a_chart_that_does_not_render_stops_those_that_wait_for_their_cluster() {
    let script = "cells:\n  demo-prod: {refused: {at: render, message: 'nil pointer'}}\n  demo-dev:\n    hooks: [{name: \
                  demo-test}]\n    manifest: GOOD\n";
    let outcome =
        Trial { fail_fast: true, ..trial(vec![profile("prod"), profile("dev")], script) }.run().await;
    assert_eq!(outcome.cell("prod").verdict, Verdict::Failed);
    // Whether it was under way already is a matter of time; it ended normally or was not started.
    let dev = outcome.cell("dev");
    assert_eq!(dev.verdict, if dev.stopped_by.is_some() { Verdict::Skipped } else { Verdict::Passed });
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn without_being_asked_to_a_run_goes_on() {
    let profiles = vec![profile("prod"), profile("dev"), profile("small")];
    let outcome = Trial { jobs: Some(1), ..trial(profiles, &script("{fails: no}")) }.run().await;
    assert!(outcome.record.cells.iter().all(|cell| cell.stopped_by.is_none()));
    assert_eq!(outcome.cell("dev").verdict, Verdict::Passed);
}

#[tokio::test]
async fn good_cells_stop_nothing() {
    let outcome = stopped("succeeds", 0).await;
    assert_eq!((outcome.record.verdict, outcome.record.cells.len()), (Verdict::Passed, 3));
}

#[tokio::test]
async fn a_cell_that_is_good_at_its_second_attempt_stops_nothing() {
    let outcome = stopped("[{trouble: 'helm was killed'}, succeeds]", 1).await;
    assert!(outcome.record.cells.iter().all(|cell| cell.verdict.is_good()));
    assert!(outcome.cell("prod").is_flaky());
}

#[tokio::test]
async fn a_panic_stops_the_run_as_trouble_does() {
    let all = script("panics").replace("    hooks", "    install: panics\n    hooks");
    let all = all.replacen("    install: panics\n    install", "    install", 1);
    let profiles = vec![profile("prod"), profile("dev"), profile("small")];
    let outcome = Trial { fail_fast: true, jobs: Some(1), ..trial(profiles, &all) }.run().await;
    assert!(!outcome.record.unfinished.is_empty());
    assert_eq!(outcome.exit_code(), 3);
}
