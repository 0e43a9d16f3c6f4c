//! Signals: the record first, then evidence, then teardown; and what cannot be written is said.

use crate::trial::{profile, trial};
use seatrial_model::Verdict;
use seatrial_model::event::Event;

const HANGING: &str = "cells:\n  demo-prod:\n    manifest: GOOD\n    install: hangs\n";

#[tokio::test]
async fn the_first_signal_writes_the_record_before_evidence_and_teardown() {
    let outcome = trial(vec![profile("prod")], HANGING)
        .run_until(|_, calls| usize::from(calls.position("install demo-prod").is_some()))
        .await;
    let (first, calls_by_then) = &outcome.published[0];
    assert!(first.interrupted);
    assert_eq!(first.unfinished.len(), 1);
    let place = |call: &str| outcome.calls.position(call).unwrap_or_else(|| panic!("no call {call}"));
    assert!(*calls_by_then <= place("evidence demo-prod"));
    assert!(place("evidence demo-prod") < place("teardown k8s"));
    assert!(place("teardown k8s") < place("finish"));
    assert_eq!(outcome.exit_code(), 130);
    assert_eq!(outcome.record.verdict, Verdict::Errored, "an interrupted run is never green");
    assert!(outcome.events.contains(&Event::Interrupted));
    assert_eq!(outcome.calls.position("close demo-prod"), None, "the teardown takes the namespace with it");
}

#[tokio::test]
async fn a_second_signal_still_tears_down() {
    let outcome = trial(vec![profile("prod")], HANGING)
        .run_until(|_, calls| 2 * usize::from(calls.position("install demo-prod").is_some()))
        .await;
    assert!(outcome.calls.position("teardown k8s").is_some());
    assert!(outcome.calls.position("finish").is_some());
    assert_eq!(outcome.exit_code(), 130);
}

#[tokio::test]
async fn a_signal_while_a_cluster_boots_leaves_no_cell_running() {
    let script = format!("{HANGING}clusters: {{k8s: {{boot: hangs}}}}\n");
    let outcome = trial(vec![profile("prod")], &script)
        .run_until(|_, calls| usize::from(calls.position("provision k8s").is_some()))
        .await;
    assert_eq!(outcome.calls.position("open demo-prod"), None);
    assert_eq!(outcome.exit_code(), 130);
}

#[tokio::test]
async fn a_record_that_cannot_be_written_is_trouble() {
    let script = HANGING.replace("install: hangs", "hooks: [{name: demo-test}]");
    let mut trial = trial(vec![profile("prod")], &script);
    trial.publishable = false;
    let outcome = trial.run().await;
    assert!(outcome.record.troubles[0].to_string().contains("disk full"));
    assert_eq!(outcome.exit_code(), 3);
}
