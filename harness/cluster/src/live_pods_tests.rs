use kube::client::Body;
use kube::runtime::watcher::Event;
use seatrial_ports::Place;

use super::*;
use crate::muster::Roll;
use crate::view::Change;

/// An API server that answers these paths, and knows nothing else.
fn server(answers: Vec<(&'static str, Value)>) -> Client {
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let found = answers.iter().find(|(path, _)| *path == request.uri().path());
        let (status, body) = match found {
            Some((_, body)) => (200, body.clone()),
            None => (404, json!({"kind": "Status", "status": "Failure", "code": 404, "reason": "NotFound"})),
        };
        let answer = http::Response::builder().status(status).body(Body::from(body.to_string().into_bytes()));
        std::future::ready(answer)
    });
    Client::new(service, "default")
}

fn owner(api_version: &str, kind: &str, name: &str, uid: &str) -> Value {
    json!({"apiVersion": api_version, "kind": kind, "name": name, "uid": uid, "controller": true})
}

fn pod(name: &str, owner: &Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "demo", "uid": name, "ownerReferences": [owner],
        "managedFields": [{"manager": "kubelet"}]}, "spec": {"containers": [{"name": "a", "futureField": 1}]},
        "status": {"phase": "Running"}})
}

fn request() -> PodsRequest {
    let place = Place { namespace: "demo".to_owned(), release: "demo".to_owned() };
    PodsRequest { place, elsewhere: BTreeSet::new() }
}

/// Two Pods that are there, one of a `CronJob` and one of a workload that was there before.
fn demo() -> Client {
    let pods = json!({"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": [
        pod("nightly-1-x", &owner("batch/v1", "Job", "nightly-1", "job")),
        pod("db-0", &owner("apps/v1", "StatefulSet", "db", "db")),
    ]});
    let kinds = json!({"kind": "APIResourceList", "groupVersion": "batch/v1", "resources": [
        {"name": "jobs", "singularName": "job", "namespaced": true, "kind": "Job", "verbs": ["get"]},
        {"name": "cronjobs", "singularName": "cronjob", "namespaced": true, "kind": "CronJob", "verbs": ["get"]},
    ]});
    let meta = |metadata: Value| json!({"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": metadata});
    let job = json!({"name": "nightly-1", "namespace": "demo", "uid": "job",
        "ownerReferences": [owner("batch/v1", "CronJob", "nightly", "cron")]});
    server(vec![
        ("/api/v1/namespaces/demo/pods", pods),
        ("/apis/batch/v1", kinds),
        ("/apis/batch/v1/namespaces/demo/jobs/nightly-1", meta(job)),
        (
            "/apis/batch/v1/namespaces/demo/cronjobs/nightly",
            meta(json!({"name": "nightly", "namespace": "demo", "uid": "another"})),
        ),
    ])
}

fn chains(pods: &[LivePod]) -> Vec<(String, String)> {
    let chain = |pod: &LivePod| pod.owners.iter().map(ToString::to_string).collect::<Vec<_>>().join(" < ");
    pods.iter().map(|pod| (key(&pod.pod).1, chain(pod))).collect()
}

#[tokio::test]
async fn owners_are_followed_as_far_as_they_are_there_and_pods_of_requirements_are_left_out() {
    let before = BTreeSet::from(["db".to_owned()]);
    let pods = of(&demo(), &request(), Muster::default(), &before).await.unwrap();
    // The CronJob of that name is another one now: it is named, and nothing is said of who made it.
    assert_eq!(chains(&pods), [("nightly-1-x".to_owned(), "Job/nightly-1 < CronJob/nightly".to_owned())]);
    let pod = &pods[0].pod;
    assert_eq!(pod["spec"]["containers"][0]["futureField"], 1, "as the server holds it");
    assert!(pod["metadata"].get("managedFields").is_none() && pod.get("status").is_none());
}

#[tokio::test]
async fn a_pod_that_is_gone_is_known_by_the_muster_alone() {
    let roll = Roll::default();
    let hook = pod("migrate-x", &owner("batch/v1", "Job", "migrate", "gone"));
    roll.note(&Change::Pod(Event::Delete(serde_json::from_value(hook).unwrap())));
    let job = json!({"metadata": {"name": "migrate", "namespace": "demo", "uid": "gone"}});
    roll.note(&Change::Job(Event::Delete(serde_json::from_value(job).unwrap())));
    let nobody = server(vec![("/api/v1/namespaces/demo/pods", json!({"metadata": {}, "items": []}))]);
    let pods = of(&nobody, &request(), roll.taken(), &BTreeSet::new()).await.unwrap();
    assert_eq!(chains(&pods), [("migrate-x".to_owned(), "Job/migrate".to_owned())]);
    assert_eq!(pods[0].pod["kind"], "Pod");
}

#[tokio::test]
async fn what_was_not_remembered_or_cannot_be_listed_is_trouble() {
    let muster = Muster { missed: 1, ..Muster::default() };
    let trouble = of(&demo(), &request(), muster, &BTreeSet::new()).await.unwrap_err();
    assert!(trouble.to_string().contains("1 Pods more"), "{trouble}");
    let silent = server(Vec::new());
    assert!(of(&silent, &request(), Muster::default(), &BTreeSet::new()).await.is_err());
}
