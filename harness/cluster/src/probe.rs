//! What a probe asks, and what it is answered. Events hold no more than a status code, so that the harness asks the
//! same by the API server's proxy: an application often says itself what it waits for.

use std::time::Duration;

use futures::StreamExt;
use http_body_util::BodyExt;
use k8s_openapi::api::core::v1::{Container, HTTPGetAction, Pod, Probe};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::client::Body;
use kube::{Client, ResourceExt};
use seatrial_model::Redactor;
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use crate::pods::{containers, init_containers, quote_up_to};

/// For one answer to begin.
const ASKING: Duration = Duration::from_secs(3);
/// For the start of its body: some never end.
const READING: Duration = Duration::from_secs(1);
/// What is read of an answer's body; more than is quoted, so that no secret is cut before it is masked.
const READ: usize = 4 * 1024;
/// What is quoted of it.
const QUOTED: usize = 500;
/// Headers that are the harness's own on the way to the API server.
const OWN_HEADERS: [&str; 4] = ["authorization", "host", "content-length", "connection"];

/// Which of a container's probes fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Startup,
    Readiness,
}

/// The probe that keeps one container from being ready.
pub(crate) struct Failing<'a> {
    kind: Kind,
    container: &'a Container,
    probe: &'a Probe,
}

/// The probes that keep the containers of a Pod from being ready: those of containers that run.
pub(crate) fn failing(pod: &Pod) -> Vec<Failing<'_>> {
    let Some(spec) = &pod.spec else { return Vec::new() };
    // Init containers that stay have probes, too.
    let unready = init_containers(pod)
        .chain(containers(pod))
        .filter(|status| !status.ready && status.state.as_ref().is_some_and(|state| state.running.is_some()));
    unready
        .filter_map(|status| {
            let all = spec.containers.iter().chain(spec.init_containers.iter().flatten());
            let container = all.into_iter().find(|container| container.name == status.name)?;
            let starting = container.startup_probe.as_ref().filter(|_| status.started != Some(true));
            let (kind, probe) = match starting {
                Some(probe) => (Kind::Startup, probe),
                None => (Kind::Readiness, container.readiness_probe.as_ref()?),
            };
            Some(Failing { kind, container, probe })
        })
        .collect()
}

impl Failing<'_> {
    /// The container's name.
    pub(crate) fn container(&self) -> &str {
        &self.container.name
    }

    /// Its kind, and what it does: `readiness probe: GET /health on port 8080`.
    pub(crate) fn target(&self) -> String {
        let kind = match self.kind {
            Kind::Startup => "startup probe",
            Kind::Readiness => "readiness probe",
        };
        format!("{kind}: {}", self.does())
    }

    /// What it does: `GET /health on port 8080`, `connect to port 5432`.
    pub(crate) fn does(&self) -> String {
        let probe = self.probe;
        if let Some(get) = &probe.http_get {
            format!("GET {} on port {}", path(get), self.port(&get.port))
        } else if let Some(socket) = &probe.tcp_socket {
            format!("connect to port {}", self.port(&socket.port))
        } else if let Some(exec) = &probe.exec {
            let command = exec.command.as_deref().unwrap_or_default().join(" ");
            format!("run {}", quote_up_to(&command, 120))
        } else if let Some(grpc) = &probe.grpc {
            let service = grpc.service.as_deref().filter(|service| !service.is_empty());
            let service = service.map(|service| format!(", service {service}")).unwrap_or_default();
            format!("gRPC health on port {}{service}", grpc.port)
        } else {
            "of an unknown kind".to_owned()
        }
    }

    /// A port as a number, where its name is one of the container's.
    fn port(&self, port: &IntOrString) -> String {
        match port {
            IntOrString::Int(number) => number.to_string(),
            IntOrString::String(name) => {
                let mut ports = self.container.ports.iter().flatten();
                let named = ports.find(|port| port.name.as_deref() == Some(name));
                named.map_or_else(|| name.clone(), |port| port.container_port.to_string())
            }
        }
    }

    /// Asks what the probe asks. `GET /health on port 8080 answered 503: {"status":"loading"}`; none where it is no
    /// HTTP probe of the Pod itself, or the API server does not let the harness ask.
    pub(crate) async fn ask(&self, client: &Client, pod: &Pod, redactor: &Redactor) -> Option<String> {
        let get = self.probe.http_get.as_ref().filter(|get| get.host.is_none())?;
        let what = self.does();
        let request = self.request(pod, get)?;
        match timeout(ASKING, client.send(request)).await {
            Ok(answered) => Some(format!("{what} {}", answer(answered.ok()?, redactor).await?)),
            Err(_) => Some(format!("{what} did not answer in {} s", ASKING.as_secs())),
        }
    }

    fn request(&self, pod: &Pod, get: &HTTPGetAction) -> Option<http::Request<Body>> {
        let scheme = if get.scheme.as_deref() == Some("HTTPS") { "https:" } else { "" };
        let uri = format!(
            "/api/v1/namespaces/{}/pods/{scheme}{}:{}/proxy{}",
            pod.namespace()?,
            pod.name_any(),
            self.port(&get.port),
            path(get)
        );
        let mut request = http::Request::get(uri);
        for header in get.http_headers.iter().flatten() {
            if !OWN_HEADERS.contains(&header.name.to_ascii_lowercase().as_str()) {
                request = request.header(&header.name, &header.value);
            }
        }
        request.body(Body::empty()).ok()
    }
}

fn path(get: &HTTPGetAction) -> String {
    let path = get.path.as_deref().unwrap_or_default();
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// `answered 503: <start of the body>`.
async fn answer(response: http::Response<Body>, redactor: &Redactor) -> Option<String> {
    let status = response.status();
    let body = start_of(response.into_body()).await;
    if let Some(message) = of_api_server(&body) {
        return unreached(&message);
    }
    let text = redactor.clean_bytes(&body);
    let text = quote_up_to(text.as_str(), QUOTED);
    let text = if text.is_empty() { "an empty body".to_owned() } else { text };
    Some(if status.is_success() || status.is_redirection() {
        format!("answers {} now: {text}", status.as_u16())
    } else {
        format!("answered {}: {text}", status.as_u16())
    })
}

async fn start_of(body: Body) -> Vec<u8> {
    let mut start = Vec::new();
    let mut chunks = std::pin::pin!(body.into_data_stream());
    let until = Instant::now() + READING;
    while let Ok(Some(Ok(chunk))) = timeout_at(until, chunks.next()).await {
        let room = READ - start.len();
        start.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if start.len() == READ {
            break;
        }
    }
    start
}

/// What the API server says in the application's place.
fn of_api_server(body: &[u8]) -> Option<String> {
    let status: Value = serde_json::from_slice(body).ok()?;
    let is_status = status["kind"] == "Status" && status["apiVersion"] == "v1";
    is_status.then(|| status["message"].as_str().unwrap_or_default().to_owned())
}

/// That it could not reach the application; none where the harness may not ask.
fn unreached(message: &str) -> Option<String> {
    let (_, why) = message.split_once("error trying to reach service: ")?;
    // `dial tcp 10.244.0.5:8080: connect: connection refused`
    let why = why.trim_end_matches(['\'', '"']).rsplit(": ").next().unwrap_or(why);
    Some(format!("has no answer: {}", quote_up_to(why, QUOTED)))
}

#[cfg(test)]
#[path = "probe_tests.rs"]
mod tests;
