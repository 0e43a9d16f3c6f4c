use k8s_openapi::api::core::v1::Pod;
use kube::client::Body;
use kube::runtime::watcher::Event;
use seatrial_helm::ReleaseStatus;
use seatrial_model::Redactor;
use seatrial_ports::Place;
use serde_json::{Value, json};

use super::*;

/// An API server whose kubelet has one log for every container.
fn server(log: &'static [u8]) -> Client {
    let service = tower::service_fn(move |_: http::Request<Body>| {
        std::future::ready(http::Response::builder().status(200).body(Body::from(log.to_vec())))
    });
    Client::new(service, "deck")
}

fn release(phase: &str) -> Release {
    let hook = |name: &str, weight: i64, run: Value| -> ReleaseHook {
        serde_json::from_value(json!({ "name": name, "kind": "Pod", "events": ["test"], "weight": weight,
            "last_run": run }))
        .unwrap()
    };
    let run = json!({ "started_at": "2026-01-02T03:04:05Z", "phase": phase });
    let hooks = vec![hook("first", 1, run), hook("second", 2, json!({}))];
    Release { status: ReleaseStatus::Deployed, revision: 1, description: String::new(), hooks }
}

fn pod(status: Value) -> Pod {
    let mut pod = json!({ "metadata": { "name": "first", "uid": "u" },
        "spec": { "nodeName": "node", "containers": [{ "name": "main" }] } });
    pod["status"] = status;
    serde_json::from_value(pod).unwrap()
}

fn request() -> TestRequest {
    let mut redactor = Redactor::default();
    redactor.add("correct-horse");
    let place = Place { namespace: "deck".to_owned(), release: "rel".to_owned() };
    TestRequest { place, deadline: Duration::from_mins(1), redactor }
}

/// What becomes of a test whose first hook's Pod is seen like this.
async fn attended(log: &'static [u8], status: Value, phase: &str, said: &str) -> TestAnswer {
    let (release, request) = (release(phase), request());
    let mut attendance = Attendance {
        tests: release.tests().into_iter().cloned().collect(),
        seen: Seen::default(),
        view: View::default(),
        doomed: None,
        away: Away::default(),
        follower: Follower::new(&server(log), "deck"),
    };
    let watch = Watch::default();
    let mut telling = Telling::new(&watch, &request.redactor);
    for change in
        [Change::Pod(Event::InitDone), Change::Job(Event::InitDone), Change::Pod(Event::Apply(pod(status)))]
    {
        attendance.note(change, &mut telling);
    }
    attendance.follower.finish(Duration::from_secs(5)).await;
    let before = Release { hooks: Vec::new(), ..release.clone() };
    attendance.answer(&request, &before, &release, &Answer::Failed(Redactor::default().clean(said)))
}

#[tokio::test]
async fn a_log_with_secrets_colours_and_no_text_is_kept_clean() {
    let failed = json!({ "phase": "Failed", "containerStatuses": [{ "name": "main", "image": "", "imageID": "",
        "ready": false, "restartCount": 0, "state": { "terminated": { "exitCode": 1 } } }] });
    let log = b"\x1b[31mred\x1b[0m \xff\xfe correct-horse \xe2\x80\xaetxt\n";
    let answer = attended(log, failed, "Failed", "pod first failed").await;
    assert_eq!(answer.hooks[0].phase, HookPhase::Failed);
    assert_eq!(answer.hooks[0].logs.as_str(), "==> first / main <==\nred \u{fffd}\u{fffd} **** txt\n");
    assert_eq!(answer.hooks[1].phase, HookPhase::NotStarted);
    assert_eq!(answer.hooks[1].reason.as_str(), "not started: `first` failed before it");
}

#[tokio::test]
async fn a_hook_that_hangs_is_unfinished_with_its_last_state_and_its_log() {
    let running = json!({ "phase": "Running" });
    let answer = attended(b"still trying\n", running, "Running", "stopped after 63.0 s").await;
    assert_eq!(answer.hooks[0].phase, HookPhase::Unfinished);
    assert_eq!(answer.hooks[0].reason.as_str(), "no result: pod first is running");
    assert!(answer.hooks[0].logs.as_str().contains("still trying"));
    assert_eq!(answer.hooks[1].phase, HookPhase::NotStarted);
}

#[tokio::test]
async fn a_hook_that_can_never_start_failed_and_says_why() {
    let never = json!({ "phase": "Pending", "containerStatuses": [{ "name": "main", "image": "", "imageID": "",
        "ready": false, "restartCount": 0,
        "state": { "waiting": { "reason": "ErrImagePull", "message": "nowhere/x:1: not found" } } }] });
    let answer = attended(b"", never, "Running", "interrupted").await;
    assert_eq!(answer.hooks[0].phase, HookPhase::Failed);
    assert_eq!(
        answer.hooks[0].reason.as_str(),
        "pod first: container main: ErrImagePull: nowhere/x:1: not found"
    );
}

#[tokio::test]
async fn a_helm_that_hangs_without_a_hook_to_blame_and_a_server_that_was_away_say_nothing_of_the_chart() {
    let done = json!({ "phase": "Succeeded" });
    let succeeded = attended(b"", done, "Succeeded", "").await.hooks;
    let failed = json!({ "phase": "Failed" });
    let failed = attended(b"", failed, "Failed", "it failed").await.hooks;
    let late = Answer::Late(Redactor::default().clean("stopped after 63.0 s"));
    let refused = Answer::Failed(Redactor::default().clean("it failed"));
    let told = untold(&succeeded[..1], Duration::ZERO, &late).unwrap();
    assert_eq!(told, "helm did not end, and no hook holds it up: stopped after 63.0 s");
    assert_eq!(untold(&failed, Duration::ZERO, &late), None);
    assert_eq!(untold(&failed, Duration::from_secs(1), &refused), None);
    assert!(untold(&failed, Duration::from_secs(7), &refused).unwrap().contains("did not answer for 7 s"));
    assert_eq!(untold(&succeeded[..1], Duration::from_secs(7), &Answer::Done), None);
}
