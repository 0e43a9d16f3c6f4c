use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use k8s_openapi::api::apps::v1::ReplicaSet;

/// An object of release `r`.
fn object<K: serde::de::DeserializeOwned>(name: &str, spec: Value, status: Value) -> K {
    let mut object =
        json!({ "metadata": { "name": name, "generation": 2, "annotations": { RELEASE: "r" } } });
    object["spec"] = spec;
    object["status"] = status;
    serde_json::from_value(object).unwrap()
}

fn spec(replicas: i32) -> Value {
    json!({ "replicas": replicas, "selector": { "matchLabels": { "app": "web" } }, "serviceName": "web",
            "template": {}, "strategy": { "rollingUpdate": { "maxUnavailable": 1 } } })
}

fn pod(name: &str, status: Value) -> Pod {
    let mut pod = json!({
        "metadata": { "name": name, "labels": { "app": "web" }, "ownerReferences": [
            { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": true }] },
        "spec": { "containers": [], "volumes": [{ "name": "d", "persistentVolumeClaim": { "claimName": "data" } }] },
    });
    pod["status"] = status;
    serde_json::from_value(pod).unwrap()
}

fn release() -> Scope {
    Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() })
}

fn shown(view: &View) -> Vec<String> {
    unready(view, &release()).iter().map(ToString::to_string).collect()
}

#[rstest]
#[case::ready(3, json!({ "observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3 }), None)]
#[case::none_wanted(0, json!({ "observedGeneration": 2 }), None)]
#[case::no_status(3, json!({}), Some("Deployment web not seen by its controller yet"))]
#[case::an_older_spec(
    3,
    json!({ "observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3 }),
    Some("Deployment web not seen by its controller yet")
)]
#[case::max_unavailable_does_not_matter(
    3,
    json!({ "observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 2 }),
    Some("Deployment web 2/3 ready")
)]
#[case::old_replicas_still_there(
    3,
    json!({ "observedGeneration": 2, "replicas": 4, "updatedReplicas": 3, "readyReplicas": 3 }),
    Some("Deployment web 3/3 updated")
)]
#[case::quota(
    1,
    json!({ "observedGeneration": 2, "conditions": [{ "type": "ReplicaFailure", "status": "True",
            "message": "exceeded quota" }] }),
    Some("Deployment web 0/1 ready: exceeded quota")
)]
fn a_deployment_is_ready_when_every_replica_is(
    #[case] replicas: i32,
    #[case] status: Value,
    #[case] waits: Option<&str>,
) {
    let view = View {
        deployments: [object("web", spec(replicas), status)].into_iter().collect(),
        ..View::default()
    };
    assert_eq!(shown(&view).first().map(String::as_str), waits);
}

#[rstest]
#[case::ready(json!({ "observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2 }), None)]
#[case::one_of_two(
    json!({ "observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1 }),
    Some("StatefulSet web 1/2 ready")
)]
fn a_stateful_set_is_ready_when_every_replica_is(#[case] status: Value, #[case] waits: Option<&str>) {
    let view =
        View { stateful_sets: [object("web", spec(2), status)].into_iter().collect(), ..View::default() };
    assert_eq!(shown(&view).first().map(String::as_str), waits);
}

fn daemon_status(ready: i32, updated: i32) -> Value {
    json!({ "observedGeneration": 2, "desiredNumberScheduled": 1, "currentNumberScheduled": 1,
            "numberMisscheduled": 0, "numberReady": ready, "updatedNumberScheduled": updated })
}

#[rstest]
#[case::ready(daemon_status(1, 1), None)]
#[case::not_ready(daemon_status(0, 1), Some("DaemonSet web 0/1 ready"))]
#[case::not_updated(daemon_status(1, 0), Some("DaemonSet web 0/1 updated"))]
fn a_daemon_set_is_ready_on_every_node_it_is_meant_for(#[case] status: Value, #[case] waits: Option<&str>) {
    let view =
        View { daemon_sets: [object("web", spec(1), status)].into_iter().collect(), ..View::default() };
    assert_eq!(shown(&view).first().map(String::as_str), waits);
}

#[rstest]
#[case::complete(json!({}), json!({ "conditions": [{ "type": "Complete", "status": "True" }] }), None)]
#[case::running(json!({}), json!({ "active": 1 }), Some("Job web not complete"))]
#[case::failed(json!({}), json!({ "conditions": [{ "type": "Failed", "status": "True" }] }), Some("Job web failed"))]
#[case::suspended(json!({ "suspend": true }), json!({}), None)]
fn a_job_is_waited_for_unless_it_is_suspended(
    #[case] extra: Value,
    #[case] status: Value,
    #[case] waits: Option<&str>,
) {
    let mut spec = json!({ "template": {} });
    spec.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let view = View { jobs: [object("web", spec, status)].into_iter().collect(), ..View::default() };
    assert_eq!(shown(&view).first().map(String::as_str), waits);
}

fn replicas(ready: i32) -> Value {
    json!({ "observedGeneration": 2, "replicas": 1, "readyReplicas": ready })
}

#[rstest]
#[case::ready(1, None)]
#[case::not_ready(0, Some("web 0/1 ready"))]
fn sets_of_replicas_without_a_deployment_are_waited_for(#[case] ready: i32, #[case] waits: Option<&str>) {
    let set: ReplicaSet = object("web", spec(1), replicas(ready));
    let mut controller = spec(1);
    controller["selector"] = json!({ "app": "web" });
    let sets = View { replica_sets: [set.clone()].into_iter().collect(), ..View::default() };
    let controllers = View {
        replication_controllers: [object("web", controller, replicas(ready))].into_iter().collect(),
        ..View::default()
    };
    let waits = |kind: &str| waits.map(|waits| format!("{kind} {waits}"));
    assert_eq!(shown(&sets).first().cloned(), waits("ReplicaSet"));
    assert_eq!(shown(&controllers).first().cloned(), waits("ReplicationController"));

    let mut owned = set;
    owned.metadata.owner_references = pod("x", json!({})).metadata.owner_references;
    let view = View { replica_sets: [owned].into_iter().collect(), ..View::default() };
    assert!(shown(&view).is_empty(), "a Deployment answers for its own");
}

#[test]
fn a_daemon_set_that_no_node_takes_is_not_ready() {
    let status = json!({ "observedGeneration": 2, "desiredNumberScheduled": 0, "currentNumberScheduled": 0,
                         "numberMisscheduled": 0, "numberReady": 0 });
    let mut spec = spec(1);
    spec["template"] = json!({ "spec": { "containers": [], "nodeSelector": { "accelerator": "a100" } } });
    let view = View { daemon_sets: [object("web", spec, status)].into_iter().collect(), ..View::default() };
    assert_eq!(shown(&view), ["DaemonSet web wants a node with the labels accelerator=a100 and finds none"]);
}

#[test]
fn a_paused_deployment_says_that_it_is() {
    let mut spec = spec(1);
    spec["paused"] = json!(true);
    let status = json!({ "observedGeneration": 2 });
    let view = View { deployments: [object("web", spec, status)].into_iter().collect(), ..View::default() };
    assert_eq!(shown(&view), ["Deployment web 0/1 ready: it is paused"]);
}

#[test]
fn a_claim_of_a_stateful_set_is_the_releases_because_its_pod_uses_it() {
    let set = object("web", spec(1), json!({ "observedGeneration": 2, "replicas": 1, "updatedReplicas": 1 }));
    let mut claim: PersistentVolumeClaim = object("data", json!({}), json!({ "phase": "Pending" }));
    claim.metadata.annotations = None;
    let view = View {
        stateful_sets: [set].into_iter().collect(),
        claims: [claim].into_iter().collect(),
        pods: [pod("web-0", json!({}))].into_iter().collect(),
        ..View::default()
    };
    assert!(shown(&view).contains(&"PersistentVolumeClaim data pending".to_owned()), "{:?}", shown(&view));
}

#[test]
fn a_release_of_the_same_name_in_another_namespace_is_another() {
    let mut other: Job = object("seed", json!({ "template": {} }), json!({}));
    other.annotations_mut().insert(RELEASE_NAMESPACE.to_owned(), "other".to_owned());
    let view = View { jobs: [other].into_iter().collect(), ..View::default() };
    assert!(shown(&view).is_empty());
}

#[test]
fn the_pod_behind_is_named_with_its_problem() {
    let status = json!({ "observedGeneration": 2, "replicas": 1, "updatedReplicas": 1 });
    let behind = pod(
        "web-1-x",
        json!({ "phase": "Pending", "conditions": [
        { "type": "PodScheduled", "status": "False", "message": "Insufficient memory" }] }),
    );
    let view = View {
        deployments: [object("web", spec(1), status)].into_iter().collect(),
        pods: [behind].into_iter().collect(),
        ..View::default()
    };
    assert_eq!(shown(&view), ["Deployment web 0/1 ready: pod web-1-x: unschedulable: Insufficient memory"]);
    assert_eq!(unready(&view, &release())[0].pods, ["web-1-x"]);
    assert_eq!(pods_of(&view, &release()).len(), 1);
}

#[rstest]
#[case::bound("Bound", true, 0)]
#[case::used("Pending", true, 1)]
#[case::first_consumer("Pending", false, 0)]
fn a_claim_is_waited_for_only_when_a_pod_uses_it(
    #[case] phase: &str,
    #[case] used: bool,
    #[case] waits: usize,
) {
    let claim = object("data", json!({}), json!({ "phase": phase }));
    let pods: Vec<Pod> = if used { vec![pod("web-1-x", json!({}))] } else { Vec::new() };
    let view =
        View { claims: [claim].into_iter().collect(), pods: pods.into_iter().collect(), ..View::default() };
    assert_eq!(unready(&view, &release()).len(), waits);
}

#[test]
fn hooks_and_other_releases_are_not_waited_for() {
    let mut hook: Job = object("migrate", json!({ "template": {} }), json!({}));
    hook.annotations_mut().insert(HOOK.to_owned(), "post-install".to_owned());
    let mut foreign: Job = object("seed", json!({ "template": {} }), json!({}));
    foreign.annotations_mut().insert(RELEASE.to_owned(), "postgresql".to_owned());
    let view = View { jobs: [hook, foreign].into_iter().collect(), ..View::default() };
    assert!(shown(&view).is_empty());
}

#[test]
fn objects_can_be_meant_by_kind_and_name() {
    let view =
        View { deployments: [object("web", spec(1), json!({}))].into_iter().collect(), ..View::default() };
    let scope = |kind: &str| Scope::Objects([(kind.to_owned(), "web".to_owned())].into());
    assert_eq!(unready(&view, &scope("Deployment")).len(), 1);
    assert!(unready(&view, &scope("StatefulSet")).is_empty());
}
