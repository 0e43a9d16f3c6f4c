//! What to read when workloads did not become ready: conditions, log tails and warnings, in a few
//! kilobytes.

use std::fmt::Write;

use k8s_openapi::api::core::v1::{Event, Pod};
use kube::{Client, ResourceExt};
use seatrial_model::{Clean, Redactor};

use crate::logs::{self, Source};
use crate::pods::{containers, init_containers, is_ready, phase, problem, quote};
use crate::readiness::{HOOK, Scope, pods_of};
use crate::view::{View, time_of};

/// No diagnosis is larger.
const LARGEST: usize = 16 * 1024;
/// Pods that are looked at.
const PODS: usize = 4;
/// Lines and bytes of one log.
const LOG: (i64, usize) = (40, 2 * 1024);
/// Warnings that are quoted, the latest.
const WARNINGS: usize = 15;

/// Reads what is worth reading about a scope that is not ready.
pub(crate) async fn read(
    client: &Client,
    namespace: &str,
    view: &View,
    scope: &Scope,
    redactor: &Redactor,
) -> Clean {
    let mut text = String::new();
    let suspects = suspects(view, scope);
    for pod in suspects.iter().take(PODS) {
        describe(&mut text, pod, view);
        for status in init_containers(pod).chain(containers(pod)).filter(|status| !status.ready) {
            // A container that was restarted says more in the run that ended.
            let ended = status.last_state.as_ref().is_some_and(|state| state.terminated.is_some());
            let name = pod.name_any();
            let source = Source { namespace, pod: &name, container: &status.name, previous: ended };
            if let Ok(log) = logs::tail(client, source, LOG.0, LOG.1, redactor).await
                && !log.is_empty()
            {
                let _ = writeln!(text, "  last lines of container {}:", status.name);
                indent(&mut text, log.as_str());
            }
        }
    }
    if suspects.len() > PODS {
        let _ = writeln!(text, "{} more Pods are not ready", suspects.len() - PODS);
    }
    warnings(&mut text, view);
    head(&redactor.clean(&text), redactor)
}

/// Pods of the scope, and hooks, that are neither ready nor done.
fn suspects<'a>(view: &'a View, scope: &Scope) -> Vec<&'a Pod> {
    let hooks = view.pods.iter().filter(|pod| pod.annotations().contains_key(HOOK));
    let mut pods: Vec<&Pod> =
        pods_of(view, scope).into_iter().chain(hooks).filter(|pod| problem(pod, view).is_some()).collect();
    // Those that crashed or cannot start first: others often only wait for them.
    pods.sort_by_key(|pod| {
        let restarts: i32 = containers(pod).map(|container| container.restart_count).sum();
        (std::cmp::Reverse(restarts), pod.name_any())
    });
    pods
}

fn describe(text: &mut String, pod: &Pod, view: &View) {
    let why = problem(pod, view).unwrap_or_default();
    let _ =
        writeln!(text, "Pod {} is {}{}: {why}", pod.name_any(), phase(pod).to_lowercase(), readiness(pod));
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    for condition in conditions.filter(|condition| condition.status != "True") {
        let reason = condition.reason.as_deref().unwrap_or("no reason");
        let message = quote(condition.message.as_deref().unwrap_or_default());
        let _ = writeln!(text, "  {} is {}: {reason} {message}", condition.type_, condition.status);
    }
}

fn readiness(pod: &Pod) -> &'static str {
    if is_ready(pod) { "" } else { " and not ready" }
}

fn warnings(text: &mut String, view: &View) {
    let mut warnings: Vec<&Event> =
        view.events.iter().filter(|event| event.type_.as_deref() == Some("Warning")).collect();
    warnings.sort_by_key(|event| time_of(event));
    if !warnings.is_empty() {
        text.push_str("Warnings, the latest last:\n");
    }
    for event in &warnings[warnings.len().saturating_sub(WARNINGS)..] {
        let _ = writeln!(text, "  {}", line(event));
    }
}

/// One event as a line: `Pod/web-0 Unhealthy: Readiness probe failed (12 times)`.
pub(crate) fn line(event: &Event) -> String {
    let of = &event.involved_object;
    let count = event.series.as_ref().and_then(|series| series.count).or(event.count).unwrap_or(1);
    let times = if count > 1 { format!(" ({count} times)") } else { String::new() };
    format!(
        "{}/{} {}: {}{times}",
        of.kind.as_deref().unwrap_or("?"),
        of.name.as_deref().unwrap_or("?"),
        event.reason.as_deref().unwrap_or("?"),
        quote(event.message.as_deref().unwrap_or_default())
    )
}

fn indent(text: &mut String, lines: &str) {
    for line in lines.lines() {
        let _ = writeln!(text, "    {line}");
    }
}

/// The beginning of a text that is too long; what comes first was put there because it matters most.
fn head(clean: &Clean, redactor: &Redactor) -> Clean {
    let text = clean.as_str();
    if text.len() <= LARGEST {
        return clean.clone();
    }
    let end = text[..text.floor_char_boundary(LARGEST - 64)].rfind('\n').unwrap_or_default();
    redactor.clean(&format!("{}\n[{} bytes after this are not shown]", &text[..end], text.len() - end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
}
