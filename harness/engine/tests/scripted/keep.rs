//! Which clusters stay after a run, and that whatever does not stay is removed.

use crate::trial::{Outcome, Trial, profile, trial};
use rstest::rstest;
use seatrial_engine::Keep;
use seatrial_model::event::Event;
use seatrial_model::suite::{Requirement, RequirementSource};
use seatrial_model::{CheckKind, Verdict};

fn kept(keep: Keep, rest: &str) -> Trial {
    let hooks = if rest.contains("hooks:") { "" } else { "    hooks: [{name: demo-test}]\n" };
    let mut trial =
        trial(vec![profile("prod")], &format!("cells:\n  demo-prod:\n{hooks}    manifest: GOOD\n{rest}"));
    trial.keep = keep;
    trial
}

fn called(outcome: &Outcome, call: &str) -> bool {
    outcome.calls.position(call).is_some()
}

const BAD_INSTALL: &str = "    install: {fails: 'Deployment 0/1 ready'}\n";
const BAD_TEST: &str = "    hooks: [{name: demo-test, phase: failed}]\n";

#[rstest]
#[case::never_a_bad_one(Keep::Never, BAD_INSTALL, false)]
#[case::failed_a_good_one(Keep::Failed, "", false)]
#[case::failed_a_bad_one(Keep::Failed, BAD_INSTALL, true)]
#[case::failed_a_bad_test(Keep::Failed, BAD_TEST, true)]
#[case::always_a_good_one(Keep::Always, "", true)]
#[tokio::test]
async fn a_cluster_stays_when_it_was_asked_for(#[case] keep: Keep, #[case] rest: &str, #[case] stays: bool) {
    let outcome = kept(keep, rest).run().await;
    assert_eq!(called(&outcome, "keep k8s without []"), stays);
    assert_eq!(called(&outcome, "teardown k8s"), !stays);
    let said = outcome.events.iter().filter_map(|event| match event {
        Event::Note(text) => Some(text.as_str()),
        _ => None,
    });
    let said: Vec<&str> = said.collect();
    let expected = "k8s is kept: KUBECONFIG=/scripted/k8s/kubeconfig; `seatrial cluster down k8s` removes it";
    assert_eq!(said, if stays { vec![expected] } else { vec![] });
    assert!(outcome.calls.position("finish") > outcome.calls.position("teardown k8s"));
}

#[rstest]
#[case(BAD_INSTALL)]
#[case(BAD_TEST)]
#[tokio::test]
async fn what_a_bad_cell_made_is_kept_as_it_is(#[case] rest: &str) {
    let outcome = kept(Keep::Failed, rest).run().await;
    assert!(!called(&outcome, "uninstall demo-prod") && !called(&outcome, "close demo-prod"));
    assert!(called(&outcome, "evidence demo-prod"), "evidence is collected all the same");
    assert_eq!(outcome.check("prod", CheckKind::Uninstall).verdict, Verdict::Skipped);
    assert_eq!(outcome.exit_code(), 1);
}

#[tokio::test]
async fn a_good_cell_leaves_nothing_in_a_cluster_that_is_kept() {
    let outcome = kept(Keep::Always, "").run().await;
    assert!(outcome.calls.position("close demo-prod") < outcome.calls.position("keep k8s without []"));
    assert!(called(&outcome, "close demo-prod"));
}

#[tokio::test]
async fn a_cluster_that_cannot_be_kept_is_removed_and_that_is_said() {
    let rest = format!("{BAD_INSTALL}clusters: {{k8s: {{keep: {{trouble: 'disk full'}}}}}}\n");
    let outcome = kept(Keep::Failed, &rest).run().await;
    assert!(called(&outcome, "teardown k8s"));
    assert!(outcome.record.troubles[0].to_string().contains("disk full"));
}

#[tokio::test]
async fn an_interrupted_cell_does_not_stay_in_a_cluster_that_does() {
    let outcome = kept(Keep::Always, "    install: hangs\n")
        .run_until(|_, calls| usize::from(calls.position("install demo-prod").is_some()))
        .await;
    assert!(called(&outcome, "keep k8s without [demo-prod]"), "{:?}", outcome.calls.all());
    assert_eq!(outcome.exit_code(), 130);
}

#[tokio::test]
async fn an_interruption_is_no_failure_to_look_at() {
    let outcome = kept(Keep::Failed, "    install: hangs\n")
        .run_until(|_, calls| usize::from(calls.position("install demo-prod").is_some()))
        .await;
    assert!(called(&outcome, "teardown k8s"));
}

#[tokio::test]
async fn a_cell_that_panicked_is_there_to_be_looked_at() {
    let outcome = kept(Keep::Failed, "    install: panics\n").run().await;
    assert!(called(&outcome, "keep k8s without []"), "{:?}", outcome.calls.all());
}

#[tokio::test]
async fn a_panic_in_a_requirement_of_the_cluster_does_not_lose_the_cluster() {
    let mut trial = kept(Keep::Never, "clusters: {k8s: {require: panics}}\n");
    trial.suite.clusters[0].requirements.push(Requirement {
        name: "crds".to_owned(),
        source: RequirementSource::Manifests(Vec::new()),
        timeout: std::time::Duration::from_secs(1),
    });
    let outcome = trial.run().await;
    assert!(called(&outcome, "require crds") && called(&outcome, "teardown k8s"));
    assert!(outcome.reason("prod", CheckKind::Install).contains("panicked"));
    assert_eq!(
        outcome.record.clusters[0].trouble.as_ref().map(|trouble| trouble.what.as_str()),
        Some("install the requirements of the cluster k8s")
    );
    assert_eq!(outcome.exit_code(), 3);
}
