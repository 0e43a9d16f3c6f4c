//! Holding a bad cell before it is cleaned up.

use crate::trial::{Hold, Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_model::event::Event;

fn held(rest: &str) -> Trial {
    let script = format!(
        "cells:\n  demo-prod:\n    manifest: GOOD\n{rest}clusters: {{k8s: {{kubeconfig: '/tmp/a b.kubeconfig'}}}}\n"
    );
    Trial { hold: Hold::Answered, ..trial(vec![profile("prod")], &script) }
}

fn notes(outcome: &Outcome) -> String {
    let texts = outcome.events.iter().filter_map(|event| match event {
        Event::Note(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[rstest]
#[case(
    "    hooks: [{name: demo-test, phase: failed, reason: 'exit code 22'}]\n",
    "test demo-prod",
    "uninstall demo-prod"
)]
#[case("    install: {fails: 'never ready'}\n", "install demo-prod", "uninstall demo-prod")]
#[case("    install: {trouble: 'helm was killed'}\n", "install demo-prod", "uninstall demo-prod")]
#[case(
    "    hooks: [{name: demo-test}]\n    leftovers: [ConfigMap/litter]\n",
    "uninstall demo-prod",
    "close demo-prod"
)]
#[tokio::test]
async fn a_bad_cell_is_held_once_while_what_it_installed_is_there(
    #[case] rest: &str,
    #[case] after: &str,
    #[case] before: &str,
) {
    let outcome = held(rest).run().await;
    let [(cell, calls)] = &outcome.held[..] else { panic!("{:?}", outcome.held) };
    assert_eq!(cell, "demo/prod@1.36+helm4");
    let place = |call: &str| outcome.calls.position(call).unwrap();
    assert!(place(after) < *calls && *calls <= place(before), "{:?}", outcome.calls.all());
    let notes = notes(&outcome);
    for told in [
        "demo/prod@1.36+helm4",
        "namespace demo-prod",
        "kubectl --kubeconfig '/tmp/a b.kubeconfig' -n demo-prod get pods",
        "Enter",
    ] {
        assert!(notes.contains(told), "{told} is missing in {notes}");
    }
    assert!(outcome.calls.position("close demo-prod").is_some(), "it is cleaned up afterwards");
}

#[rstest]
#[case("    hooks: [{name: demo-test}]\n", 0)]
#[case("    hooks: [{name: demo-test}]\n    install: [{trouble: a}, succeeds]\n", 1)]
#[tokio::test]
async fn a_good_cell_and_one_that_is_tried_again_are_not_held(#[case] rest: &str, #[case] retries: usize) {
    let outcome = Trial { retries, ..held(rest) }.run().await;
    assert_eq!((outcome.held.len(), outcome.exit_code()), (0, 0));
}

#[tokio::test]
async fn nothing_is_held_where_nobody_asked() {
    let outcome = Trial { hold: Hold::No, ..held("    install: {fails: no}\n") }.run().await;
    assert!(outcome.held.is_empty() && notes(&outcome).is_empty());
}

#[tokio::test]
async fn a_signal_ends_the_pause_and_everything_is_torn_down() {
    let trial = Trial { hold: Hold::Unanswered, ..held("    install: {fails: no}\n") };
    let pressed = |event: &Event| matches!(event, Event::Note(text) if text.as_str().contains("press Enter"));
    let told = std::sync::atomic::AtomicBool::new(false);
    let outcome = trial
        .run_until(move |event, _| {
            let now = pressed(event) || told.load(std::sync::atomic::Ordering::Relaxed);
            told.store(now, std::sync::atomic::Ordering::Relaxed);
            usize::from(now)
        })
        .await;
    assert_eq!(outcome.held.len(), 1);
    assert!(outcome.calls.position("teardown k8s").is_some());
    assert_eq!(outcome.exit_code(), 130);
}
