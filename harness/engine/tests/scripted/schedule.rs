//! Which cells run side by side.

use crate::trial::{Outcome, profile, trial};
use seatrial_model::Verdict;

/// Two cells of the chart; each renders `object` besides.
async fn two_cells(object: &str) -> Outcome {
    let cell = |name: &str| format!("  demo-{name}:\n    hooks: [{{name: demo-test}}]\n    manifest: GOOD\n");
    let mut trial =
        trial(vec![profile("dev"), profile("prod")], &format!("cells:\n{}{}", cell("dev"), cell("prod")));
    trial.jobs = None;
    trial.script = trial.script.replace(
        "      ---\n      # Source: demo/templates/tests",
        &format!("{object}      ---\n      # Source: demo/templates/tests"),
    );
    trial.run().await
}

const ROLE: &str = "      ---\n      apiVersion: rbac.authorization.k8s.io/v1\n      kind: ClusterRole\n      metadata: {name: demo}\n";

#[tokio::test]
async fn cells_with_the_same_object_of_the_cluster_run_one_after_the_other() {
    let outcome = two_cells(ROLE).await;
    assert_eq!(outcome.record.verdict, Verdict::Passed);
    let place = |call: &str| outcome.calls.position(call).unwrap();
    let (dev, prod) = (place("install demo-dev"), place("install demo-prod"));
    if dev < prod {
        assert!(place("close demo-dev") < prod, "{:?}", outcome.calls.all());
    } else {
        assert!(place("close demo-prod") < dev, "{:?}", outcome.calls.all());
    }
    for cell in &outcome.record.cells {
        assert_eq!(cell.exclusive[0].as_str(), "ClusterRole/demo has a fixed name in the whole cluster");
    }
}

#[tokio::test]
async fn cells_that_keep_to_their_namespaces_are_not_exclusive() {
    let outcome = two_cells("").await;
    assert_eq!(outcome.record.verdict, Verdict::Passed);
    assert!(outcome.record.cells.iter().all(|cell| cell.exclusive.is_empty()));
}
