//! Signals: the record first, then evidence, then teardown; and what cannot be written is said.

use std::time::Duration;

use crate::trial::{profile, trial};
use rstest::rstest;
use seatrial_model::Verdict;
use seatrial_model::event::Event;
use seatrial_model::suite::{Requirement, RequirementSource};
use seatrial_scripted::Calls;
use tokio::time::timeout;

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

/// What hangs, the call that shows it, and whether a cluster stood by then.
#[rstest]
#[case::node_image("clusters: {k8s: {resolve: hangs}}\n", "", false)]
#[case::boot("clusters: {k8s: {boot: hangs}}\n", "provision k8s", false)]
#[case::requirement_of_the_cluster("clusters: {k8s: {require: hangs}}\n", "require crds", true)]
#[case::requirement_of_the_cell("    require: hangs\n", "require db in demo-prod", true)]
#[case::install("    install: hangs\n", "install demo-prod", true)]
#[case::test("    test: hangs\n", "test demo-prod", true)]
#[case::uninstall("    uninstall: hangs\n", "uninstall demo-prod", true)]
#[case::namespace("    close: hangs\n", "close demo-prod", true)]
#[tokio::test]
async fn one_signal_or_many_in_any_step_end_the_run_and_nothing_stands(
    #[case] rest: &str,
    #[case] call: &'static str,
    #[case] stood: bool,
    #[values(1, 2, 3)] signals: usize,
) {
    let mut prod = profile("prod");
    prod.requirements.push(requirement("db"));
    let script =
        format!("cells:\n  demo-prod:\n    hooks: [{{name: demo-test}}]\n    manifest: GOOD\n{rest}");
    let mut trial = trial(vec![prod], &script);
    trial.suite.clusters[0].requirements.push(requirement("crds"));
    let reached = move |calls: &Calls| call.is_empty() || calls.position(call).is_some();
    let run = trial.run_until(move |_, calls| signals * usize::from(reached(calls)));
    let outcome = timeout(Duration::from_secs(20), run).await.expect("it ends");
    assert_eq!(outcome.exit_code(), 130);
    let (first, calls_by_then) = &outcome.published[0];
    assert!(first.interrupted, "the record is written first");
    let calls = outcome.calls.all();
    let teardowns: Vec<usize> = (0..calls.len()).filter(|at| calls[*at] == "teardown k8s").collect();
    assert_eq!(teardowns.len(), usize::from(stood), "{calls:?}");
    assert!(teardowns.iter().all(|at| calls_by_then <= at), "{calls:?}");
    assert_eq!(calls.last().map(String::as_str), Some("finish"));
    assert!(outcome.published.last().unwrap().0.interrupted);
}

fn requirement(name: &str) -> Requirement {
    Requirement {
        name: name.to_owned(),
        source: RequirementSource::Manifests(Vec::new()),
        timeout: Duration::from_secs(1),
    }
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_evidence_of_a_step_that_does_not_listen() {
    let script = HANGING.replace("install: hangs", "close: hangs");
    let outcome = trial(vec![profile("prod")], &script)
        .run_until(|_, calls| 2 * usize::from(calls.position("close demo-prod").is_some()))
        .await;
    assert!(outcome.calls.position("teardown k8s").is_some());
    assert_eq!(outcome.record.unfinished.len(), 1);
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
