use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kube::client::Body;
use rstest::rstest;
use serde_json::Value;

use super::*;

#[rstest]
#[case::one("privileged (container \"a\" must not set securityContext.privileged=true)", &["privileged"])]
#[case::without_details("hostPort, privileged", &["hostPort", "privileged"])]
#[case::as_a_bare_pod_is_refused(
    "allowPrivilegeEscalation != false (container \"a\" must set securityContext.allowPrivilegeEscalation=false), \
     unrestricted capabilities (container \"a\" must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot \
     != true (pod or container \"a\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \
     \"a\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
    &["allowPrivilegeEscalation != false", "unrestricted capabilities", "runAsNonRoot != true", "seccompProfile"]
)]
#[case::commas_in_details("host namespaces (hostNetwork=true, hostPID=true), runAsUser=0 (pod must not set runAsUser=0)",
    &["host namespaces", "runAsUser=0"])]
#[case::a_name_that_looks_like_an_end(
    "non-default capabilities (container \"a\" must not include \"X), privileged\" in securityContext.capabilities.add)",
    &["non-default capabilities"]
)]
#[case::not_whole("host namespaces (hostPID=true", &[])]
fn controls_are_taken_from_what_the_server_lists(#[case] list: &str, #[case] expected: &[&str]) {
    assert_eq!(controls(list), expected);
}

#[rstest]
#[case(r#"pods "w" is forbidden: violates PodSecurity "restricted:v1.36": hostPort (container "a" uses hostPort 80)"#, true)]
#[case(
    r#"pods "w" is forbidden: User "ci" cannot create resource "pods" in API group "" in the namespace "n""#,
    false
)]
#[case(r#"Pod "w" is invalid: spec.containers[0].image: Required value"#, false)]
#[case(r#"admission webhook "x" denied the request: violates PodSecurity of ours"#, false)]
fn only_pod_security_itself_refuses(#[case] message: &str, #[case] refused: bool) {
    let answer = answer(message, &Redactor::default());
    assert_eq!(matches!(answer, PodSecurityAnswer::Refused { .. }), refused, "{answer:?}");
}

#[test]
fn a_namespace_enforces_its_level_in_the_clusters_version() {
    let labels = labels(PodSecurityLevel::Baseline, &"1.36.3".parse().unwrap());
    let labels: Vec<_> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(
        labels,
        ["pod-security.kubernetes.io/enforce=baseline", "pod-security.kubernetes.io/enforce-version=v1.36"]
    );
    assert_eq!(
        namespace(PodSecurityLevel::Restricted, "20260131-090502-3fa2"),
        "seatrial-restricted-20260131-090502-3fa2"
    );
}

/// An API server that answers one status after the other, the last one for ever.
fn server(answers: Vec<(u16, Value)>) -> Client {
    let asked = Arc::new(AtomicUsize::new(0));
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let asked_for = (request.uri().path(), request.uri().query().unwrap_or_default());
        assert!(
            asked_for.0 == "/api/v1/namespaces/n/pods" && asked_for.1.contains("dryRun=All"),
            "{asked_for:?}"
        );
        let (status, body) = &answers[asked.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1)];
        let answer =
            http::Response::builder().status(*status).body(Body::from(body.to_string().into_bytes()));
        std::future::ready(answer)
    });
    Client::new(service, "default")
}

fn failure(code: u16, reason: &str, message: &str) -> (u16, Value) {
    let body = json!({"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code, "reason": reason,
        "message": message});
    (code, body)
}

async fn asked(answers: Vec<(u16, Value)>) -> Result<PodSecurityAnswer, Trouble> {
    let request = PodSecurityRequest {
        pod: json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w"}, "spec": {"containers": []}}),
        level: PodSecurityLevel::Restricted,
        kubernetes: "1.36".parse().unwrap(),
        redactor: Redactor::default(),
    };
    ask(&server(answers), "n", &request).await
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_only_just_made_is_waited_for() {
    let early = failure(
        403,
        "Forbidden",
        "pods \"w\" is forbidden: error looking up service account n/default: not found",
    );
    let stored = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "w", "namespace": "n"},
        "spec": {"containers": [], "dnsPolicy": "ClusterFirst"}, "status": {"phase": "Pending"}});
    let answer = asked(vec![early.clone(), early, (201, stored)]).await.unwrap();
    let PodSecurityAnswer::Admitted { pod } = answer else { panic!("{answer:?}") };
    assert_eq!(pod["spec"]["dnsPolicy"], "ClusterFirst");
}

#[tokio::test]
async fn a_server_that_cannot_answer_is_trouble_and_one_that_refuses_is_an_answer() {
    assert!(asked(vec![failure(500, "InternalError", "etcd is away")]).await.is_err());
    assert!(asked(vec![failure(404, "NotFound", "namespaces \"n\" not found")]).await.is_err());
    let invalid = asked(vec![failure(422, "Invalid", "Pod \"w\" is invalid: no containers")]).await.unwrap();
    let PodSecurityAnswer::Inconclusive { why } = invalid else { panic!("{invalid:?}") };
    assert!(why.as_str().contains("no containers"));
}
