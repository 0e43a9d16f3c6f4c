use rstest::rstest;
use serde_json::{Value, json};

use super::*;

const STARTED: &str = "2026-01-02T03:04:05Z";
const ENDED: &str = "2026-01-02T03:04:07.5Z";

fn hook(kind: &str, phase: &str) -> ReleaseHook {
    serde_json::from_value(json!({ "name": "test", "kind": kind, "events": ["test"], "last_run": {
        "started_at": STARTED, "completed_at": ENDED, "phase": phase } }))
    .unwrap()
}

fn pod(name: &str, status: Value) -> Pod {
    let mut pod = json!({ "metadata": { "name": name, "uid": name, "labels": { "job-name": "test" } } });
    pod["status"] = status;
    serde_json::from_value(pod).unwrap()
}

fn ended(code: i32) -> Value {
    let phase = if code == 0 { "Succeeded" } else { "Failed" };
    json!({ "phase": phase, "containerStatuses": [{ "name": "curl", "image": "", "imageID": "", "ready": false,
            "restartCount": 0, "state": { "terminated": { "exitCode": code, "reason": "Error" } } }] })
}

/// What was seen after the first lists, which held `old`.
fn seen(old: Vec<Pod>, new: Vec<Pod>) -> Seen {
    let mut seen = Seen::default();
    for pod in old {
        assert!(seen.note(Change::Pod(Event::InitApply(pod))).is_none());
    }
    seen.note(Change::Pod(Event::InitDone));
    seen.note(Change::Job(Event::InitDone));
    assert!(seen.is_listed());
    for pod in new {
        seen.note(Change::Pod(Event::Apply(pod)));
    }
    seen
}

fn judged(hook: &ReleaseHook, seen: &Seen) -> (HookPhase, String) {
    let verdict = judge(hook, &HookRun::default(), seen, None, Some("helm said no"));
    (verdict.phase, verdict.reason)
}

#[rstest]
#[case::good("Pod", "Succeeded", ended(0), HookPhase::Succeeded, "completed")]
#[case::bad("Pod", "Failed", ended(22), HookPhase::Failed, "container curl ended with exit code 22")]
#[case::helm_is_wrong(
    "Pod",
    "Succeeded",
    ended(1),
    HookPhase::Failed,
    "helm counts it as succeeded, but container curl ended with exit code 1"
)]
#[case::deleted_half_way(
    "Pod", "Succeeded", json!({ "phase": "Running" }), HookPhase::Unfinished,
    "helm counts it as done, but it was not seen to end: pod test is running"
)]
#[case::timed_out(
    "Pod", "Failed", json!({ "phase": "Running" }), HookPhase::Unfinished,
    "not done when helm stopped waiting for it: pod test is running"
)]
#[case::killed("Pod", "Running", json!({ "phase": "Pending" }), HookPhase::Unfinished, "no result: pod test: pending")]
#[case::job("Job", "Succeeded", ended(0), HookPhase::Succeeded, "completed")]
#[case::job_that_failed(
    "Job",
    "Failed",
    ended(3),
    HookPhase::Failed,
    "container curl ended with exit code 3"
)]
fn helms_record_and_the_pods_have_to_agree(
    #[case] kind: &str,
    #[case] helm: &str,
    #[case] status: Value,
    #[case] phase: HookPhase,
    #[case] reason: &str,
) {
    let seen = seen(Vec::new(), vec![pod("test", status)]);
    assert_eq!(judged(&hook(kind, helm), &seen), (phase, reason.to_owned()));
}

fn job(condition: &str) -> Change {
    let status = json!({ "conditions": [{ "type": condition, "status": "True", "message": "too often" }] });
    let job = json!({ "metadata": { "name": "test", "uid": "j" }, "status": status });
    Change::Job(Event::Apply(serde_json::from_value(job).unwrap()))
}

#[rstest]
#[case::second_try(ended(0), "Complete", "Succeeded", HookPhase::Succeeded, "completed")]
#[case::none_left(ended(4), "Failed", "Failed", HookPhase::Failed, "container curl ended with exit code 4")]
#[case::helm_is_wrong(
    ended(4),
    "Failed",
    "Succeeded",
    HookPhase::Failed,
    "helm counts it as succeeded, but container curl ended with exit code 4"
)]
fn a_job_that_tries_again_is_judged_by_the_job_and_all_its_pods_are_kept(
    #[case] second: Value,
    #[case] condition: &str,
    #[case] helm: &str,
    #[case] phase: HookPhase,
    #[case] reason: &str,
) {
    let mut seen = seen(Vec::new(), vec![pod("test-a", ended(3)), pod("test-b", second)]);
    seen.note(job(condition));
    let hook = hook("Job", helm);
    assert_eq!(judged(&hook, &seen), (phase, reason.to_owned()));
    let names: Vec<String> = seen.pods_of(&hook).iter().map(|pod| pod.name_any()).collect();
    assert_eq!(names, ["test-a", "test-b"]);
}

#[test]
fn a_job_that_was_stopped_with_its_pods_says_why_it_was() {
    let mut seen = seen(Vec::new(), Vec::new());
    seen.note(job("Failed"));
    assert_eq!(judged(&hook("Job", "Failed"), &seen), (HookPhase::Failed, "too often".to_owned()));
}

#[test]
fn a_hook_whose_object_was_refused_failed_with_helms_words() {
    let (phase, reason) = judged(&hook("Pod", "Failed"), &seen(Vec::new(), Vec::new()));
    assert_eq!((phase, reason.as_str()), (HookPhase::Failed, "helm said no"));
}

#[test]
fn a_success_that_was_missed_because_the_watch_broke_is_believed() {
    let mut seen = seen(Vec::new(), Vec::new());
    assert_eq!(judged(&hook("Pod", "Succeeded"), &seen).0, HookPhase::Unfinished);
    seen.note(Change::Broken("reset".to_owned()));
    assert_eq!(judged(&hook("Pod", "Succeeded"), &seen).0, HookPhase::Succeeded);
}

#[test]
fn the_result_of_an_earlier_test_does_not_count() {
    let hook = hook("Pod", "Succeeded");
    let before = hook.last_run.clone();
    let left = seen(vec![pod("test", ended(0))], Vec::new());
    let blocked = judge(&hook, &before, &left, Some("`first` failed before it"), None);
    assert_eq!(blocked.phase, HookPhase::NotStarted);
    assert_eq!(blocked.reason, "not started: `first` failed before it");
    assert_eq!(judge(&hook, &before, &left, None, None).phase, HookPhase::Unfinished);
}

#[test]
fn the_duration_is_helms_own() {
    let verdict = judge(&hook("Pod", "Failed"), &HookRun::default(), &Seen::default(), None, None);
    assert_eq!(verdict.duration, Millis(2500));
}

#[test]
fn a_pod_that_is_gone_again_is_remembered_as_it_was_last() {
    let mut seen = seen(Vec::new(), vec![pod("test", json!({ "phase": "Running" }))]);
    seen.note(Change::Pod(Event::Delete(pod("test", ended(0)))));
    assert_eq!(judged(&hook("Pod", "Succeeded"), &seen).0, HookPhase::Succeeded);
}
