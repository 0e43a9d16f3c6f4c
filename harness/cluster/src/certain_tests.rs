use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::readiness::RELEASE;
use crate::view::Change;
use kube::runtime::watcher::Event::Apply;
use seatrial_ports::Place;

fn deployment(name: &str, ready: i32) -> Change {
    let deployment = json!({
        "metadata": { "name": name, "generation": 1, "annotations": { RELEASE: "r" } },
        "spec": { "selector": { "matchLabels": { "app": name } }, "template": {} },
        "status": { "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": ready },
    });
    Change::Deployment(Apply(serde_json::from_value(deployment).unwrap()))
}

fn pod(app: &str, restarts: i32, state: &Value, last: &Value) -> Change {
    let pod = json!({
        "metadata": { "name": format!("{app}-0"), "uid": app, "labels": { "app": app }, "ownerReferences": [
            { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": app, "uid": "r" }] },
        "status": { "phase": "Running", "containerStatuses": [{ "name": "c", "image": "", "imageID": "",
            "ready": false, "restartCount": restarts, "state": state, "lastState": last }] },
    });
    Change::Pod(Apply(serde_json::from_value(pod).unwrap()))
}

fn waiting(reason: &str, message: &str) -> Value {
    json!({ "waiting": { "reason": reason, "message": message } })
}

fn view(changes: Vec<Change>) -> View {
    let mut view = View::default();
    for change in changes {
        view.apply(change);
    }
    view
}

fn found(view: &View) -> Option<String> {
    failure(view, &Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() }))
}

#[rstest]
#[case("ErrImagePull", "code = NotFound desc = a/b:1: not found", true)]
#[case("ImagePullBackOff", "Back-off pulling image: ErrImagePull: 401 Unauthorized", true)]
#[case("ErrImagePull", "failed to authorize: unexpected status: 403 Forbidden", true)]
#[case("ErrImagePull", "dial tcp 127.0.0.1:5000: connect: connection refused", false)]
#[case("ErrImagePull", "dial tcp: lookup registry.example: i/o timeout", false)]
#[case("ErrImagePull", "unexpected status code 503 Service Unavailable", false)]
#[case("InvalidImageName", "couldn't parse image name", true)]
#[case("CreateContainerConfigError", "secret \"db\" is missing", false)]
#[case("ContainerCreating", "", false)]
fn a_container_that_can_never_start_is_certain(
    #[case] reason: &str,
    #[case] message: &str,
    #[case] certain: bool,
) {
    let view = view(vec![deployment("web", 0), pod("web", 0, &waiting(reason, message), &json!({}))]);
    let failure = found(&view);
    assert_eq!(failure.is_some(), certain, "{failure:?}");
    if let Some(failure) = failure {
        assert!(failure.starts_with(&format!("pod web-0: container c: {reason}: ")), "{failure}");
    }
}

fn crash_loop(app: &str, restarts: i32) -> Change {
    let ended = json!({ "terminated": { "exitCode": 1, "reason": "Error" } });
    pod(app, restarts, &waiting("CrashLoopBackOff", "back-off"), &ended)
}

#[rstest]
#[case::twice(vec![deployment("web", 0), crash_loop("web", 1)], false)]
#[case::three_times(vec![deployment("web", 0), crash_loop("web", 2)], true)]
#[case::while_the_database_starts(
    vec![deployment("web", 0), crash_loop("web", 2), deployment("db", 0)],
    false
)]
#[case::too_often_even_so(vec![deployment("web", 0), crash_loop("web", 4), deployment("db", 0)], true)]
#[case::both_crash(vec![deployment("web", 0), crash_loop("web", 2), deployment("db", 0), crash_loop("db", 2)], true)]
fn the_same_crash_is_certain_after_some_times(#[case] changes: Vec<Change>, #[case] certain: bool) {
    assert_eq!(found(&view(changes)).is_some(), certain);
}

#[test]
fn an_init_container_that_fails_the_same_way_and_one_that_is_killed_for_memory_are_certain() {
    let ended = |code: i32, reason: &str| json!({ "terminated": { "exitCode": code, "reason": reason } });
    let killed = pod("web", 2, &waiting("CrashLoopBackOff", ""), &ended(137, "OOMKilled"));
    let failure = found(&view(vec![deployment("web", 0), killed])).unwrap();
    assert_eq!(failure, "pod web-0: container c crashed 3 times in the same way (exit code 137, OOMKilled)");

    let Change::Pod(Apply(mut init)) = pod("web", 2, &waiting("CrashLoopBackOff", ""), &ended(1, "Error"))
    else {
        panic!()
    };
    let status = init.status.as_mut().unwrap();
    status.init_container_statuses = status.container_statuses.take();
    let failure = found(&view(vec![deployment("web", 0), Change::Pod(Apply(init))])).unwrap();
    assert_eq!(failure, "pod web-0: init container c crashed 3 times in the same way (exit code 1)");
}

#[test]
fn a_job_decides_by_itself_how_often_it_tries() {
    let Change::Pod(Apply(mut tries)) = crash_loop("web", 5) else { panic!() };
    tries.metadata.owner_references.as_mut().unwrap()[0].kind = "Job".to_owned();
    assert_eq!(found(&view(vec![deployment("web", 0), Change::Pod(Apply(tries))])), None);
}

#[test]
fn what_an_event_may_heal_is_not_certain() {
    let conditions = json!([{ "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 Insufficient nvidia.com/gpu." }]);
    let Change::Pod(Apply(mut pending)) = pod("web", 0, &json!({}), &json!({})) else { panic!() };
    pending.status.as_mut().unwrap().conditions = serde_json::from_value(conditions).unwrap();
    assert_eq!(found(&view(vec![deployment("web", 0), Change::Pod(Apply(pending))])), None);
}

#[test]
fn pods_of_other_releases_do_not_fail_this_one() {
    let view = view(vec![pod("other", 0, &waiting("InvalidImageName", "x"), &json!({}))]);
    assert_eq!(found(&view), None);
}

#[test]
fn a_claim_without_a_class_is_certain() {
    let claim = json!({ "metadata": { "name": "data", "annotations": { RELEASE: "r" } } });
    let event = json!({ "metadata": { "name": "e" }, "reason": "FailedBinding",
        "involvedObject": { "kind": "PersistentVolumeClaim", "name": "data" },
        "message": "no persistent volumes available for this claim and no storage class is set" });
    let view = view(vec![
        Change::Claim(Apply(serde_json::from_value(claim).unwrap())),
        Change::Event(Apply(serde_json::from_value(event).unwrap())),
    ]);
    assert!(found(&view).unwrap().starts_with("PersistentVolumeClaim data: "));
}
