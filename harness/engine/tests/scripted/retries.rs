//! Trying again: only trouble, from scratch, with everything that was seen kept.

use crate::trial::{Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_model::event::Event;
use seatrial_model::{CheckKind, Verdict};

/// A cell whose step ends in each of these ways in turn.
fn cell(rest: &str) -> String {
    format!("cells:\n  demo-prod:\n    hooks: [{{name: demo-test}}]\n    manifest: GOOD\n{rest}")
}

fn retried(script: &str, retries: usize) -> Trial {
    Trial { retries, ..trial(vec![profile("prod")], script) }
}

fn asked(outcome: &Outcome, call: &str) -> usize {
    outcome.calls.all().iter().filter(|line| *line == call).count()
}

#[tokio::test]
async fn trouble_that_goes_away_is_warned_of_with_every_attempt_and_its_evidence() {
    let script = cell("    install: [{trouble: 'helm was killed'}, succeeds]\n");
    let outcome = retried(&script, 2).run().await;
    let record = outcome.cell("prod");
    assert_eq!(
        (record.verdict, outcome.record.verdict, outcome.exit_code()),
        (Verdict::Warned, Verdict::Warned, 0)
    );
    assert!(record.is_flaky());
    let [attempt] = &record.attempts[..] else { panic!("{:?}", record.attempts) };
    assert_eq!((attempt.verdict, attempt.check), (Verdict::Errored, Some(CheckKind::Install)));
    assert!(attempt.reason.as_str().contains("helm was killed"));
    for (files, folder) in
        [(&attempt.evidence, "attempt-1/events.txt"), (&record.evidence, "helm4/events.txt")]
    {
        assert!(files.iter().any(|file| file.ends_with(folder)), "{folder} is missing in {files:?}");
        for file in files {
            assert!(outcome.folder.path().join("reports").join(file).is_file(), "{file}");
        }
    }
    assert!(record.evidence.iter().all(|file| !file.contains("attempt-1")));
    assert!(
        record.checks.iter().all(|check| check.verdict.is_good()),
        "the checks are those of the last attempt"
    );
    let noted =
        |event: &Event| matches!(event, Event::Note(text) if text.as_str().contains("trying again, 1 of 2"));
    assert!(outcome.events.iter().any(noted));
}

#[tokio::test]
async fn each_attempt_has_a_namespace_that_was_opened_anew() {
    let script = cell("    test: [{trouble: 'the API server is gone'}, succeeds]\n");
    let outcome = retried(&script, 1).run().await;
    let calls = outcome.calls.all();
    let places: Vec<_> = calls
        .iter()
        .filter(|call| ["open demo-prod", "close demo-prod", "install demo-prod"].contains(&call.as_str()))
        .map(String::as_str)
        .collect();
    let once = ["open demo-prod", "install demo-prod", "close demo-prod"];
    assert_eq!(places, [once, once].concat());
    assert_eq!(outcome.cell("prod").verdict, Verdict::Warned);
}

#[rstest]
#[case("    install: [{fails: 'never ready'}, succeeds]\n", Verdict::Failed, 1)]
#[case("    uninstall: [{fails: 'stays'}, succeeds]\n", Verdict::Failed, 1)]
#[case("    install: [{trouble: a}, {trouble: b}, {trouble: c}, succeeds]\n", Verdict::Errored, 3)]
#[case("    install: [{trouble: a}, {fails: 'never ready'}, succeeds]\n", Verdict::Failed, 2)]
#[tokio::test]
async fn what_failed_is_never_tried_again_and_trouble_not_for_ever(
    #[case] rest: &str,
    #[case] verdict: Verdict,
    #[case] attempts: usize,
) {
    let outcome = retried(&cell(rest), 2).run().await;
    assert_eq!(outcome.cell("prod").verdict, verdict);
    assert_eq!(asked(&outcome, "install demo-prod"), attempts);
    assert_eq!(outcome.cell("prod").attempts.len(), attempts - 1);
    assert!(!outcome.cell("prod").is_flaky());
    assert_eq!(outcome.exit_code(), if verdict == Verdict::Failed { 1 } else { 3 });
}

#[tokio::test]
async fn a_failure_beside_trouble_is_not_asked_away() {
    // The hook failed; that the uninstall could not be told does not give it another chance.
    let script = "cells:\n  demo-prod:\n    hooks: [{name: demo-test, phase: failed, reason: 'exit code 1'}]\n    \
                  manifest: GOOD\n    uninstall: [{trouble: gone}, succeeds]\n";
    let outcome = retried(script, 3).run().await;
    assert_eq!(asked(&outcome, "install demo-prod"), 1);
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn a_namespace_that_stays_is_not_tried_again() {
    let outcome = retried(&cell("    close: {trouble: 'finalizer x'}\n"), 3).run().await;
    assert_eq!(asked(&outcome, "open demo-prod"), 1);
    assert_eq!(outcome.cell("prod").verdict, Verdict::Errored);
}

#[rstest]
#[case("clusters: {k8s: {boot: [{trouble: 'Docker hiccup'}, succeeds]}}\n", 0)]
#[case("clusters: {k8s: {require: [{trouble: 'Docker hiccup'}, succeeds]}}\n", 1)]
#[tokio::test]
async fn a_boot_that_failed_is_tried_again_while_cells_wait_and_the_run_is_warned_of_it(
    #[case] rest: &str,
    #[case] removed: usize,
) {
    let mut trial = retried(&cell(rest), 1);
    trial.suite.clusters[0].requirements.push(seatrial_model::suite::Requirement {
        name: "crds".to_owned(),
        source: seatrial_model::suite::RequirementSource::Manifests(Vec::new()),
        timeout: std::time::Duration::from_secs(1),
    });
    let outcome = trial.run().await;
    assert_eq!(outcome.cell("prod").verdict, Verdict::Passed, "the cell itself was tried once");
    assert_eq!((outcome.record.verdict, outcome.exit_code()), (Verdict::Warned, 0));
    let cluster = &outcome.record.clusters[0];
    assert!(cluster.is_flaky() && cluster.failed_boots[0].to_string().contains("Docker hiccup"));
    assert_eq!(asked(&outcome, "provision k8s"), 2);
    assert_eq!(
        asked(&outcome, "teardown k8s"),
        1 + removed,
        "what stood of the first boot is removed before the next"
    );
}

#[tokio::test]
async fn a_cluster_that_never_boots_is_given_up_on_and_its_cells_are_not_tried_again() {
    let outcome = retried(&cell("clusters: {k8s: {boot: {trouble: 'no Docker'}}}\n"), 2).run().await;
    assert_eq!(asked(&outcome, "provision k8s"), 3);
    assert_eq!(asked(&outcome, "lint demo-prod"), 1);
    assert_eq!(outcome.record.clusters[0].failed_boots.len(), 2);
    assert_eq!(outcome.exit_code(), 3);
}

#[tokio::test]
async fn a_cluster_that_cannot_be_removed_is_not_booted_over() {
    let rest = "clusters: {k8s: {require: {trouble: no}, teardown: [{trouble: stuck}, succeeds]}}\n";
    let mut trial = retried(&cell(rest), 2);
    trial.suite.clusters[0].requirements.push(seatrial_model::suite::Requirement {
        name: "crds".to_owned(),
        source: seatrial_model::suite::RequirementSource::Manifests(Vec::new()),
        timeout: std::time::Duration::from_secs(1),
    });
    let outcome = trial.run().await;
    assert_eq!(asked(&outcome, "provision k8s"), 1);
    assert_eq!(asked(&outcome, "teardown k8s"), 2, "it is still removed at the end");
}

#[tokio::test]
async fn a_signal_ends_the_attempts() {
    let outcome = retried(&cell("    install: hangs\n"), 5)
        .run_until(|_, calls| usize::from(calls.position("install demo-prod").is_some()))
        .await;
    assert_eq!(asked(&outcome, "install demo-prod"), 1);
    assert_eq!(outcome.exit_code(), 130);
}
