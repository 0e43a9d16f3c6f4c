use super::*;
use serde_json::{Value, json};

#[test]
fn an_event_is_one_line_with_its_count() {
    let event = serde_json::from_value(json!({
        "metadata": {}, "involvedObject": { "kind": "Pod", "name": "web-0" }, "count": 12,
        "reason": "Unhealthy", "message": "Readiness probe failed:\nHTTP probe failed with statuscode: 503",
    }))
    .unwrap();
    assert_eq!(line(&event), "Pod/web-0 Unhealthy: Readiness probe failed: HTTP 503 (12 times)");
}

#[test]
fn a_long_diagnosis_keeps_its_beginning() {
    let redactor = Redactor::default();
    let text = redactor.clean(&format!("first\n{}", "0123456789\n".repeat(4096)));
    let cut = head(&text, &redactor);
    assert!(cut.as_str().len() <= LARGEST && cut.as_str().starts_with("first\n"));
    assert!(cut.as_str().ends_with("are not shown]"));
}

fn pod(ready: bool) -> Pod {
    serde_json::from_value(json!({
        "metadata": { "name": "web-0", "uid": "u", "annotations": { crate::readiness::RELEASE: "r" } },
        "spec": { "containers": [{ "name": "app",
            "readinessProbe": { "httpGet": { "path": "/health/ready", "port": 8080 } } }] },
        "status": { "phase": "Running", "conditions": [{ "type": "Ready", "status": if ready { "True" } else { "False" } }],
            "containerStatuses": [{ "name": "app", "image": "", "imageID": "", "ready": ready, "restartCount": 0,
                "started": true, "state": { "running": {} } }] },
    }))
    .unwrap()
}

#[test]
fn the_answer_stands_in_the_reason_and_the_question_only_once() {
    let answers: Answers = [(
        ("web-0".to_owned(), "app".to_owned()),
        r#"GET /health/ready on port 8080 answered 503: {"status":"loading"}"#.to_owned(),
    )]
    .into();
    let wait = |because: &str| Unready {
        object: "Deployment web".to_owned(),
        state: "0/1 ready".to_owned(),
        because: Some(because.to_owned()),
        pods: vec!["web-0".to_owned()],
    };
    let because = "pod web-0: Readiness probe failed: HTTP 503 (GET /health/ready on port 8080)";
    assert_eq!(
        with_answer(&wait(because), &pod(false), &answers).unwrap(),
        "pod web-0: Readiness probe failed: HTTP 503; asked by the harness, GET /health/ready on port 8080 answered \
         503: {\"status\":\"loading\"}"
    );
    assert_eq!(with_answer(&wait("pod other: is pending"), &pod(false), &answers), None);
    assert_eq!(with_answer(&wait(because), &pod(false), &Answers::new()), None);
    let mut text = String::new();
    probes(&mut text, &pod(false), &answers);
    assert!(text.starts_with("  container app, readiness probe: GET /health/ready on port 8080\n"), "{text}");
    assert!(text.contains("  asked by the harness: GET /health/ready on port 8080 answered 503: "), "{text}");
}

#[test]
fn warnings_of_pods_that_are_well_are_left_out() {
    let event = |name: &str, of: Value| -> Event {
        serde_json::from_value(
            json!({ "metadata": { "name": name }, "type": "Warning", "reason": name, "message": "m",
            "involvedObject": of }),
        )
        .unwrap()
    };
    let of_pod = json!({ "kind": "Pod", "name": "web-0" });
    let text = |ready: bool| {
        let view = View {
            pods: [pod(ready)].into_iter().collect(),
            events: [
                event("Unhealthy", of_pod.clone()),
                event("FailedCreate", json!({ "kind": "ReplicaSet", "name": "x" })),
            ]
            .into_iter()
            .collect(),
            ..View::default()
        };
        let place = seatrial_ports::Place { namespace: "deck".to_owned(), release: "r".to_owned() };
        let mut text = String::new();
        warnings(&mut text, &view, &Scope::Release(place));
        text
    };
    assert!(text(false).contains("Unhealthy") && text(false).contains("FailedCreate"));
    assert!(!text(true).contains("Unhealthy") && text(true).contains("FailedCreate"));
}
