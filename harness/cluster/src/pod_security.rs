//! The API server's own Pod Security admission as a witness: dry runs of Pods in namespaces that enforce it.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use kube::api::PostParams;
use kube::core::{DynamicObject, Status};
use kube::discovery::ApiResource;
use kube::{Api, Client};
use seatrial_model::names::dns_label;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{PodSecurityAnswer, PodSecurityLevel, PodSecurityRequest};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::trouble;

/// A new namespace gets its default service account within so long, and no Pod is admitted before.
const SETTLING: Duration = Duration::from_secs(15);
/// Between two tries until then.
const PAUSE: Duration = Duration::from_millis(200);

/// What admission says where Pod Security refuses.
const VIOLATES: &str = "is forbidden: violates PodSecurity \"";
/// What it says where the service account is not there yet.
const NO_ACCOUNT: &str = "error looking up service account";

/// The namespace of a run in which Pods are held against a level.
pub(crate) fn namespace(level: PodSecurityLevel, run: &str) -> String {
    dns_label(&format!("seatrial-{level}-{run}"), 63)
}

/// The labels that make a namespace enforce a level, as a version of Kubernetes defines it.
pub(crate) fn labels(level: PodSecurityLevel, version: &KubernetesVersion) -> BTreeMap<String, String> {
    let version = format!("v{}.{}", version.major, version.minor);
    let label = |key: &str, value: String| (format!("pod-security.kubernetes.io/{key}"), value);
    [label("enforce", level.to_string()), label("enforce-version", version)].into()
}

/// Asks in a namespace that enforces the level.
pub(crate) async fn ask(
    client: &Client,
    namespace: &str,
    request: &PodSecurityRequest,
) -> Result<PodSecurityAnswer, Trouble> {
    let what = || format!("ask the API server about a Pod at the level {}", request.level);
    let mut pod = request.pod.clone();
    pod["metadata"]["namespace"] = json!(namespace);
    let pod: DynamicObject = match serde_json::from_value(pod) {
        Ok(pod) => pod,
        Err(error) => {
            let why = request.redactor.clean(&format!("it is no Kubernetes object: {error}"));
            return Ok(PodSecurityAnswer::Inconclusive { why });
        }
    };
    let api: Api<DynamicObject> =
        Api::namespaced_with(client.clone(), namespace, &ApiResource::erase::<Pod>(&()));
    let parameters = PostParams { dry_run: true, field_manager: None };
    let until = Instant::now() + SETTLING;
    loop {
        match api.create(&parameters, &pod).await {
            Ok(pod) => {
                let stored = json!({"apiVersion": "v1", "kind": "Pod", "metadata": pod.metadata, "spec": pod.data["spec"]});
                return Ok(PodSecurityAnswer::Admitted { pod: stored });
            }
            Err(kube::Error::Api(status))
                if status.message.contains(NO_ACCOUNT) && Instant::now() < until =>
            {
                sleep(PAUSE).await;
            }
            Err(kube::Error::Api(status)) if is_said_of_the_pod(&status) => {
                return Ok(answer(&status.message, &request.redactor));
            }
            Err(error) => return Err(trouble::of(what(), &error)),
        }
    }
}

/// Whether the server looked at the Pod, or said that it may not be asked: 400, 403 and 422.
fn is_said_of_the_pod(status: &Status) -> bool {
    status.is_forbidden() || status.is_invalid() || status.code == 400
}

/// What a refusal means.
fn answer(message: &str, redactor: &Redactor) -> PodSecurityAnswer {
    let said = redactor.clean(message);
    match message.split_once(VIOLATES).and_then(|(_, rest)| rest.split_once("\": ")) {
        Some((_, list)) => PodSecurityAnswer::Refused { controls: controls(list), said },
        None => PodSecurityAnswer::Inconclusive { why: said },
    }
}

/// `privileged (container "a" must not …), host namespaces (hostPID=true)` without the details. Names in quotes may
/// hold what looks like the end of a detail.
fn controls(list: &str) -> Vec<String> {
    let mut controls = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    for letter in list.chars() {
        match letter {
            '"' if depth > 0 => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            ',' if depth == 0 => controls.push(String::new()),
            _ if depth == 0 => {
                if let Some(last) = controls.last_mut() {
                    last.push(letter);
                }
            }
            _ => {}
        }
    }
    let whole = depth == 0 && !quoted;
    let controls = controls.iter().map(|control| control.trim().to_owned());
    controls.filter(|control| whole && !control.is_empty()).collect()
}

/// Why a run asks nothing where it may not make a namespace.
pub(crate) fn no_namespace(why: &Trouble) -> PodSecurityAnswer {
    let why = Redactor::default().clean(&format!("there is no namespace to ask in: {why}"));
    PodSecurityAnswer::Inconclusive { why }
}

/// The same for an account that works in one namespace only.
pub(crate) fn guest() -> PodSecurityAnswer {
    PodSecurityAnswer::Inconclusive {
        why: Clean::own("there is no namespace to ask in: with --namespace the run makes none"),
    }
}

#[cfg(test)]
#[path = "pod_security_tests.rs"]
mod tests;
