//! JSON as both major versions print it, shortened to what is read and what stands beside it.

use rstest::rstest;

use super::*;

/// Helm 4.3.1, after a `helm test` that failed at its first hook.
const HELM_4: &str = r#"{"name":"hooky","info":{"first_deployed":"2026-11-21T05:35:19.767720383Z",
"last_deployed":"2026-11-21T05:35:19.767720383Z","description":"Install complete","status":"deployed",
"resources":{"v1/ConfigMap":[]}},"manifest":"---\n# Source: hooky/templates/all.yaml\n","hooks":[
{"name":"a-map","kind":"ConfigMap","path":"hooky/templates/all.yaml","manifest":"apiVersion: v1\n",
 "events":["test"],"last_run":{"phase":""}},
{"name":"b-test","kind":"Pod","path":"hooky/templates/all.yaml","manifest":"apiVersion: v1\n",
 "events":["test"],"last_run":{"phase":""},"weight":5},
{"name":"a-test","kind":"Job","path":"hooky/templates/all.yaml","manifest":"apiVersion: batch/v1\n",
 "events":["test","post-upgrade"],"last_run":{"started_at":"2026-11-21T05:35:24.422552973Z",
 "completed_at":"2026-11-21T05:35:28.442078581Z","phase":"Failed"},"weight":-1,
 "delete_policies":["hook-succeeded"]},
{"name":"migrate","kind":"Job","manifest":"","events":["post-install"],"last_run":{"phase":"Succeeded"}}],
"version":1,"namespace":"t1","apply_method":"ssa"}"#;

/// Helm 3.22.0, after the same.
const HELM_3: &str = r#"{"name":"hooky","info":{"first_deployed":"2026-11-21T06:10:45.785212234Z",
"last_deployed":"2026-11-21T06:10:45.785212234Z","deleted":"","description":"Install complete",
"status":"deployed"},"manifest":"---\n# Source: hooky/templates/all.yaml\n","hooks":[
{"name":"a-map","kind":"ConfigMap","path":"hooky/templates/all.yaml","manifest":"apiVersion: v1\n",
 "events":["test"],"last_run":{"started_at":"","completed_at":"","phase":""}},
{"name":"b-test","kind":"Pod","path":"hooky/templates/all.yaml","manifest":"apiVersion: v1\n",
 "events":["test"],"last_run":{"started_at":"","completed_at":"","phase":""},"weight":5},
{"name":"a-test","kind":"Job","path":"hooky/templates/all.yaml","manifest":"apiVersion: batch/v1\n",
 "events":["test","post-upgrade"],"last_run":{"started_at":"2026-11-21T06:10:52.345941243Z",
 "completed_at":"2026-11-21T06:10:55.36415205Z","phase":"Failed"},"weight":-1,
 "delete_policies":["hook-succeeded"]}],"version":1,"namespace":"v3"}"#;

#[rstest]
#[case(HELM_3)]
#[case(HELM_4)]
fn a_status_is_read(#[case] json: &str) {
    let release = read_status(json).unwrap();
    assert_eq!((release.status, release.revision), (ReleaseStatus::Deployed, 1));
    assert_eq!(release.description, "Install complete");
    let failed = release.hooks.iter().find(|hook| hook.name == "a-test").unwrap();
    assert_eq!(failed.last_run.phase, RunPhase::Failed);
    let run = (failed.last_run.started_at.unwrap(), failed.last_run.completed_at.unwrap());
    assert!(run.0 < run.1);
    let never = release.hooks.iter().find(|hook| hook.name == "b-test").unwrap();
    assert_eq!(never.last_run, HookRun::default());
    assert_eq!(failed.delete_policies, ["hook-succeeded"]);
}

#[rstest]
#[case(HELM_3)]
#[case(HELM_4)]
fn test_hooks_come_in_the_order_of_weight_then_name(#[case] json: &str) {
    let release = read_status(json).unwrap();
    let names: Vec<_> = release.tests().iter().map(|hook| (hook.name.as_str(), hook.weight)).collect();
    assert_eq!(names, [("a-test", -1), ("a-map", 0), ("b-test", 5)]);
}

#[test]
fn empty_times_of_helm_3_and_times_with_an_offset_are_read() {
    let json = r#"{"started_at":"2026-11-21T06:35:24.4+01:00","completed_at":"","phase":"Running"}"#;
    let run: HookRun = serde_json::from_str(json).unwrap();
    assert_eq!(run.started_at, Some("2026-11-21T05:35:24.4Z".parse().unwrap()));
    assert_eq!((run.completed_at, run.phase), (None, RunPhase::Running));
}

#[test]
fn a_release_without_hooks_has_no_tests() {
    let json = r#"{"info":{"status":"pending-install"},"version":1,"namespace":"x"}"#;
    let release = read_status(json).unwrap();
    assert!(release.status.is_pending());
    assert!(release.tests().is_empty());
}

#[test]
fn what_is_no_status_is_an_error_that_quotes_nothing() {
    let error = read_status(r#"{"password":"hunter22"}"#).unwrap_err().to_string();
    assert!(error.contains("missing field `info`"), "{error}");
    assert!(!error.contains("hunter22"), "{error}");
}

#[test]
fn a_list_is_read() {
    let json = r#"[{"name":"p","namespace":"t1","revision":"1","updated":"2026-11-21 05:35:21.558 +0000 UTC",
        "status":"failed","chart":"posthook-0.1.0","app_version":""}]"#;
    let list = read_list(json).unwrap();
    assert_eq!((list[0].name.as_str(), list[0].status), ("p", ReleaseStatus::Failed));
    assert_eq!(read_list("[]").unwrap(), []);
}
