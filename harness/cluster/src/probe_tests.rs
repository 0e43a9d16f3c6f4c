use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::json;

use super::*;

fn pod(probes: &Value, started: bool) -> Pod {
    let mut container = json!({ "name": "app", "ports": [{ "name": "http", "containerPort": 8080 }] });
    container.as_object_mut().unwrap().extend(probes.as_object().unwrap().clone());
    serde_json::from_value(json!({
        "metadata": { "name": "web-0", "namespace": "deck" },
        "spec": { "containers": [container] },
        "status": { "containerStatuses": [{ "name": "app", "image": "", "imageID": "", "ready": false,
            "restartCount": 0, "started": started, "state": { "running": {} } }] },
    }))
    .unwrap()
}

fn readiness(probe: &Value) -> Pod {
    pod(&json!({ "readinessProbe": probe }), true)
}

#[rstest]
#[case(json!({ "httpGet": { "path": "health?full=1", "port": "http" } }), "GET /health?full=1 on port 8080")]
#[case(json!({ "httpGet": { "port": "metrics" } }), "GET / on port metrics")]
#[case(json!({ "tcpSocket": { "port": 5432 } }), "connect to port 5432")]
#[case(json!({ "exec": { "command": ["pg_isready", "-U", "app"] } }), "run pg_isready -U app")]
#[case(json!({ "grpc": { "port": 9000, "service": "model" } }), "gRPC health on port 9000, service model")]
fn a_probe_says_what_it_does(#[case] probe: Value, #[case] does: &str) {
    let pod = readiness(&probe);
    let failing = failing(&pod);
    assert_eq!(failing[0].target(), format!("readiness probe: {does}"));
}

#[test]
fn a_startup_probe_comes_before_readiness_and_only_running_containers_are_asked() {
    let probes = json!({ "startupProbe": { "tcpSocket": { "port": 1 } }, "readinessProbe": { "tcpSocket": { "port": 2 } } });
    assert_eq!(failing(&pod(&probes, false))[0].target(), "startup probe: connect to port 1");
    let mut started = pod(&probes, true);
    assert_eq!(failing(&started)[0].target(), "readiness probe: connect to port 2");
    let statuses = started.status.as_mut().unwrap().container_statuses.as_mut().unwrap();
    statuses[0].state =
        serde_json::from_value(json!({ "waiting": { "reason": "CrashLoopBackOff" } })).unwrap();
    assert!(failing(&started).is_empty());
}

/// An API server that answers everything so, and what it was asked.
fn server(status: u16, body: Vec<u8>) -> (Client, Arc<Mutex<Vec<http::Request<Body>>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let service = tower::service_fn(move |request: http::Request<Body>| {
        heard.lock().unwrap().push(request);
        std::future::ready(http::Response::builder().status(status).body(Body::from(body.clone())))
    });
    (Client::new(service, "default"), asked)
}

async fn told(probe: &Value, status: u16, body: &[u8]) -> Option<String> {
    let (client, _) = server(status, body.to_vec());
    let mut redactor = Redactor::default();
    redactor.add("hunter22");
    let pod = readiness(probe);
    failing(&pod)[0].ask(&client, &pod, &redactor).await
}

fn get() -> Value {
    json!({ "httpGet": { "path": "/health/ready", "port": "http" } })
}

const REFUSED: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"error trying to reach service: dial tcp 10.244.0.5:8080: connect: connection refused","reason":"ServiceUnavailable","code":503}"#;
const FORBIDDEN: &str = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"pods \"web-0\" is forbidden: User \"ci\" cannot get resource \"pods/proxy\"","reason":"Forbidden","code":403}"#;

#[rstest]
#[case::loading(503, r#"{"status":"loading"}"#, Some(r#"answered 503: {"status":"loading"}"#))]
#[case::several_lines(500, "one\n\u{1b}[31mtwo\u{1b}[0m hunter22", Some("answered 500: one two ****"))]
#[case::empty(404, "", Some("answered 404: an empty body"))]
#[case::well_by_now(200, "ok", Some("answers 200 now: ok"))]
#[case::nobody_listens(503, REFUSED, Some("has no answer: connection refused"))]
#[case::may_not_ask(403, FORBIDDEN, None)]
#[tokio::test]
async fn the_answer_to_a_probe_is_quoted(
    #[case] status: u16,
    #[case] body: &str,
    #[case] answer: Option<&str>,
) {
    let expected = answer.map(|answer| format!("GET /health/ready on port 8080 {answer}"));
    assert_eq!(told(&get(), status, body.as_bytes()).await, expected);
}

#[tokio::test]
async fn a_body_is_quoted_up_to_a_bound_and_may_be_no_text() {
    let mut body = vec![b'x'; 10 * READ];
    body[0] = 0xff;
    let told = told(&get(), 503, &body).await.unwrap();
    assert!(told.len() < QUOTED + 100 && told.contains("answered 503: \u{fffd}xxx"), "{told}");
}

#[tokio::test]
async fn the_pod_is_asked_by_the_proxy_with_the_probes_headers_but_not_with_credentials() {
    let (client, asked) = server(503, Vec::new());
    let pod =
        readiness(&json!({ "httpGet": { "path": "/ready", "port": 8443, "scheme": "HTTPS", "httpHeaders": [
        { "name": "X-Probe", "value": "1" }, { "name": "Authorization", "value": "Basic eDp5" }] } }));
    failing(&pod)[0].ask(&client, &pod, &Redactor::default()).await.unwrap();
    let asked = asked.lock().unwrap();
    assert_eq!(asked[0].uri().path(), "/api/v1/namespaces/deck/pods/https:web-0:8443/proxy/ready");
    assert_eq!(asked[0].headers()["x-probe"], "1");
    assert!(!asked[0].headers().contains_key("authorization"));
}

#[tokio::test]
async fn another_host_and_other_kinds_of_probes_are_not_asked() {
    for probe in [
        json!({ "httpGet": { "port": 80, "host": "example.org" } }),
        json!({ "tcpSocket": { "port": 80 } }),
        json!({ "exec": { "command": ["true"] } }),
    ] {
        assert_eq!(told(&probe, 200, b"ok").await, None);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_ends_is_quoted_as_far_as_it_came() {
    let body = futures::stream::iter([Ok::<_, std::convert::Infallible>("loading")])
        .chain(futures::stream::pending());
    let frames = body.map(|text| text.map(|text| http_body::Frame::data(text.into())));
    let body = http_body_util::StreamBody::new(frames);
    let response = http::Response::builder().status(503).body(body).unwrap();
    let mut response = Some(response);
    let service = tower::service_fn(move |_: http::Request<Body>| {
        std::future::ready(Ok::<_, std::convert::Infallible>(response.take().unwrap()))
    });
    let (client, pod) = (Client::new(service, "default"), readiness(&get()));
    let told = failing(&pod)[0].ask(&client, &pod, &Redactor::default()).await.unwrap();
    assert_eq!(told, "GET /health/ready on port 8080 answered 503: loading");
}

#[tokio::test(start_paused = true)]
async fn an_application_that_hangs_is_not_waited_for() {
    let service = tower::service_fn(|_: http::Request<Body>| {
        std::future::pending::<Result<http::Response<Body>, std::convert::Infallible>>()
    });
    let (client, pod) = (Client::new(service, "default"), readiness(&get()));
    let told = failing(&pod)[0].ask(&client, &pod, &Redactor::default()).await.unwrap();
    assert_eq!(told, "GET /health/ready on port 8080 did not answer in 3 s");
}
