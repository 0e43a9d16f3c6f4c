//! Clusters that exist: asked before anything is created, and left as they were whatever happens.

use crate::trial::{profile, trial};
use seatrial_model::{CheckKind, Verdict};

const GOOD: &str = "cells:\n  demo-prod:\n    manifest: GOOD\n    hooks: [{name: demo-test}]\n";

#[tokio::test]
async fn what_a_shared_cluster_refuses_is_trouble_and_creates_nothing() {
    let script = format!("{GOOD}clusters: {{k8s: {{refuses: it lives in no namespace}}}}\n");
    let outcome = trial(vec![profile("prod")], &script).run().await;
    assert_eq!(outcome.check("prod", CheckKind::Install).verdict, Verdict::Errored);
    assert!(outcome.reason("prod", CheckKind::Install).contains("it lives in no namespace"));
    assert_eq!(outcome.check("prod", CheckKind::Test).verdict, Verdict::Skipped);
    for call in ["open demo-prod", "install demo-prod", "close demo-prod"] {
        assert_eq!(outcome.calls.position(call), None, "{call}");
    }
    assert_eq!(outcome.exit_code(), 3, "neither green nor the chart's failure");
}

#[tokio::test]
async fn a_shared_cluster_hears_of_every_object_hooks_included_before_the_namespace_is_opened() {
    let script = format!("{GOOD}clusters: {{k8s: {{refuses: ''}}}}\n");
    let outcome = trial(vec![profile("prod")], &script).run().await;
    assert_eq!(outcome.exit_code(), 0);
    let calls = outcome.calls.all();
    let asked = calls.iter().position(|call| call.starts_with("admit ")).unwrap();
    assert!(
        calls[asked].contains("Pod/demo-test") && calls[asked].ends_with(" to demo-prod"),
        "{}",
        calls[asked]
    );
    assert!(asked < outcome.calls.position("open demo-prod").unwrap());
}

#[tokio::test]
async fn after_a_signal_release_and_namespace_go_where_the_cluster_stays() {
    let script = "cells:\n  demo-prod:\n    manifest: GOOD\n    install: hangs\nclusters: {k8s: {outlivesRun: true}}\n";
    let outcome = trial(vec![profile("prod")], script)
        .run_until(|_, calls| usize::from(calls.position("install demo-prod").is_some()))
        .await;
    let place = |call: &str| outcome.calls.position(call).unwrap_or_else(|| panic!("no call {call}"));
    assert!(place("evidence demo-prod") < place("uninstall demo-prod"));
    assert!(place("uninstall demo-prod") < place("close demo-prod"));
    assert!(place("close demo-prod") < place("teardown k8s"));
    assert_eq!(outcome.exit_code(), 130);
}
