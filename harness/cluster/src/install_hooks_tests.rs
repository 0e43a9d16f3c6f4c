use super::*;
use crate::view::Change;
use kube::runtime::watcher::Event::{Apply, Delete};
use serde_json::{Value, json};

fn job(status: &Value) -> Change {
    Change::Job(Apply(
        serde_json::from_value(json!({
            "metadata": { "name": "migrate", "annotations": { HOOK: "post-install,post-upgrade" } },
            "spec": { "template": {} }, "status": status,
        }))
        .unwrap(),
    ))
}

fn pod(name: &str, phase: &str, code: i32) -> Pod {
    let state = if phase == "Running" {
        json!({ "running": {} })
    } else {
        json!({ "terminated": { "exitCode": code } })
    };
    serde_json::from_value(json!({
        "metadata": { "name": name, "uid": name, "labels": { "batch.kubernetes.io/job-name": "migrate" } },
        "status": { "phase": phase, "containerStatuses": [{ "name": "sql", "image": "", "imageID": "",
            "ready": false, "restartCount": 0, "state": state }] },
    }))
    .unwrap()
}

fn view(changes: Vec<Change>) -> View {
    let mut view = View::default();
    for change in changes {
        view.apply(change);
    }
    view
}

#[test]
fn a_job_that_failed_is_named_with_the_exit_of_its_last_pod() {
    let failed = json!({ "conditions": [{ "type": "Failed", "status": "True", "message": "too often" }] });
    let view = view(vec![job(&failed), Change::Pod(Apply(pod("migrate-1", "Failed", 3)))]);
    assert_eq!(culprit(&view).unwrap(), "hook Job migrate failed: container sql ended with exit code 3");
    let alone = self::view(vec![job(&failed)]);
    assert_eq!(culprit(&alone).unwrap(), "hook Job migrate failed: too often");
}

#[test]
fn a_hook_that_hangs_is_named_with_its_state_and_one_that_is_done_is_not() {
    let running = view(vec![job(&json!({})), Change::Pod(Apply(pod("migrate-1", "Running", 0)))]);
    assert_eq!(culprit(&running).unwrap(), "hook Job migrate is not complete: pod migrate-1 is running");
    let done = json!({ "conditions": [{ "type": "Complete", "status": "True" }] });
    assert_eq!(culprit(&view(vec![job(&done)])), None);
}

#[test]
fn a_job_whose_pods_are_refused_says_why() {
    let event = json!({ "metadata": { "name": "e" }, "reason": "FailedCreate", "message": "violates PodSecurity",
        "involvedObject": { "kind": "Job", "name": "migrate" } });
    let view = view(vec![job(&json!({})), Change::Event(Apply(serde_json::from_value(event).unwrap()))]);
    assert_eq!(culprit(&view).unwrap(), "hook Job migrate is not complete: violates PodSecurity");
}

#[test]
fn a_hook_that_a_delete_policy_took_away_is_remembered() {
    let mut hook = pod("check", "Failed", 4);
    hook.metadata.annotations = Some([(HOOK.to_owned(), "pre-install".to_owned())].into());
    let view = view(vec![Change::Pod(Apply(hook.clone())), Change::Pod(Delete(hook))]);
    assert_eq!(culprit(&view).unwrap(), "hook Pod check failed: container sql ended with exit code 4");
}

#[test]
fn hooks_of_other_moments_and_what_is_no_hook_are_left_alone() {
    let mut test = pod("test", "Failed", 1);
    test.metadata.annotations = Some([(HOOK.to_owned(), "test".to_owned())].into());
    assert_eq!(
        culprit(&view(vec![Change::Pod(Apply(test)), Change::Pod(Apply(pod("x", "Failed", 1)))])),
        None
    );
}

#[test]
fn a_job_that_goes_before_its_pods_is_remembered_with_them() {
    let failed = json!({ "conditions": [{ "type": "Failed", "status": "True" }] });
    let Change::Job(Apply(gone)) = job(&failed) else { unreachable!() };
    let ended = pod("migrate-1", "Failed", 3);
    let said = "hook Job migrate failed: container sql ended with exit code 3";
    let mut view = view(vec![job(&failed), Change::Pod(Apply(ended.clone())), Change::Job(Delete(gone))]);
    assert_eq!(culprit(&view).unwrap(), said);
    view.apply(Change::Pod(Delete(ended)));
    assert_eq!(view.gone.len(), 1, "its log is still to be shown");
    assert_eq!(culprit(&view).unwrap(), said);
}
