//! What to read when workloads did not become ready: conditions, what probes are answered, log tails and warnings,
//! in a few kilobytes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::{Client, ResourceExt};
use seatrial_model::{Clean, Redactor};
use tokio::time::{Instant, timeout_at};

use crate::logs::{self, Source};
use crate::observe::Sight;
use crate::pods::{containers, crash, init_containers, is_ready, phase, problem, quote};
use crate::probe;
use crate::readiness::{Scope, Unready, pods_of};
use crate::view::{View, is_of_hook, time_of};

/// No diagnosis is larger.
const LARGEST: usize = 16 * 1024;
/// All logs together get so long to be read.
const READING: Duration = Duration::from_secs(15);
/// Pods that are looked at in one namespace.
const PODS: usize = 4;
/// Lines and bytes of one log.
const LOG: (i64, usize) = (40, 2 * 1024);
/// Warnings that are quoted, the latest.
const WARNINGS: usize = 15;
/// Bytes of the logs of hooks that are gone.
const HOOKS: usize = 4 * 1024;

/// What the harness was answered in the place of probes, by Pod and container.
pub(crate) type Answers = BTreeMap<(String, String), String>;

/// A scope that is not ready, and where to read about it.
pub(crate) struct Diagnosis<'a> {
    pub client: &'a Client,
    /// The namespaces in which it lives.
    pub sights: &'a [Sight<'a>],
    pub scope: &'a Scope,
    pub redactor: &'a Redactor,
}

impl Diagnosis<'_> {
    /// Asks what the failing probes ask.
    pub(crate) async fn ask(&self) -> Answers {
        let views = self.sights.iter().map(|sight| sight.view);
        let suspects = views.flat_map(|view| suspects(view, self.scope).into_iter().take(PODS));
        let asked = suspects.flat_map(|pod| probe::failing(pod).into_iter().map(move |probe| (pod, probe)));
        let asked = asked.map(async |(pod, probe)| {
            let answer = probe.ask(self.client, pod, self.redactor).await?;
            Some(((pod.name_any(), probe.container().to_owned()), answer))
        });
        join_all(asked).await.into_iter().flatten().collect()
    }

    /// Reads what is worth reading. `gone` holds logs of hooks that can no longer be read.
    pub(crate) async fn read(&self, answers: &Answers, gone: &str) -> Clean {
        let until = Instant::now() + READING;
        let mut text = String::new();
        for sight in self.sights {
            self.one(&mut text, *sight, answers, until).await;
        }
        if !gone.is_empty() {
            text.push_str("Logs of hooks that are gone:\n");
            indent(&mut text, self.redactor.clean(gone).tail(HOOKS).as_str());
        }
        self.sights.iter().for_each(|sight| warnings(&mut text, sight.view, self.scope));
        head(&self.redactor.clean(&text), self.redactor)
    }

    async fn one(&self, text: &mut String, sight: Sight<'_>, answers: &Answers, until: Instant) {
        let Sight { namespace, view } = sight;
        let suspects = suspects(view, self.scope);
        for pod in suspects.iter().take(PODS) {
            describe(text, pod, view);
            probes(text, pod, answers);
            for status in init_containers(pod).chain(containers(pod)) {
                let ended = status.last_state.as_ref().is_some_and(|state| state.terminated.is_some());
                if status.ready && !ended {
                    continue;
                }
                let name = pod.name_any();
                let log = self.log(namespace, &name, &status.name, ended);
                if let Ok(Some(log)) = timeout_at(until, log).await {
                    let _ = writeln!(text, "  last lines of container {}:", status.name);
                    indent(text, log.as_str());
                }
            }
        }
        if suspects.len() > PODS {
            let _ = writeln!(text, "{} more Pods are not ready", suspects.len() - PODS);
        }
    }

    /// The end of a container's log, if it has one.
    async fn log(&self, namespace: &str, pod: &str, container: &str, ended: bool) -> Option<Clean> {
        // A container that was restarted says more in the run that ended; but that one may just be removed.
        let runs: &[bool] = if ended { &[true, false] } else { &[false] };
        for &previous in runs {
            let source = Source { namespace, pod, container, previous };
            let tail = logs::tail(self.client, source, LOG.0, LOG.1, self.redactor).await;
            if let Some(log) = tail.ok().filter(|log| !log.is_empty()) {
                return Some(log);
            }
        }
        None
    }
}

/// What is waited for, with the answers to the probes of the Pods behind it.
pub(crate) fn answered(waits: Vec<Unready>, sights: &[Sight<'_>], answers: &Answers) -> Vec<Unready> {
    let find = |name: &String| sights.iter().find_map(|sight| sight.view.pods.get(name));
    waits
        .into_iter()
        .map(|wait| match wait.pods.iter().find_map(find).and_then(|pod| with_answer(&wait, pod, answers)) {
            Some(because) => Unready { because: Some(because), ..wait },
            None => wait,
        })
        .collect()
}

fn with_answer(wait: &Unready, pod: &Pod, answers: &Answers) -> Option<String> {
    let because = wait.because.as_ref()?;
    let of_pod = because.starts_with(&format!("pod {}: ", pod.name_any()));
    let (probe, answer) = probe::failing(pod).into_iter().filter(|_| of_pod).find_map(|probe| {
        let answer = answers.get(&(pod.name_any(), probe.container().to_owned()))?;
        Some((probe, answer))
    })?;
    // The answer says itself what was asked.
    let because = because.replace(&format!(" ({})", probe.does()), "");
    Some(format!("{because}; asked by the harness, {answer}"))
}

/// Pods of the scope, and hooks, that are neither ready nor done; where all are, those that crashed.
fn suspects<'a>(view: &'a View, scope: &Scope) -> Vec<&'a Pod> {
    let hooks = view.pods.iter().filter(|pod| is_of_hook(pod, view));
    let all: Vec<&Pod> = pods_of(view, scope).into_iter().chain(hooks).collect();
    let mut pods: Vec<&Pod> = all.iter().copied().filter(|pod| problem(pod, view).is_some()).collect();
    if pods.is_empty() {
        pods = all.into_iter().filter(|pod| crash(pod, view).is_some()).collect();
    }
    // Those that crashed or cannot start first: others often only wait for them.
    pods.sort_by_key(|pod| {
        let restarts: i32 = containers(pod).map(|container| container.restart_count).sum();
        (std::cmp::Reverse(restarts), pod.name_any())
    });
    pods
}

fn describe(text: &mut String, pod: &Pod, view: &View) {
    let why = problem(pod, view).or_else(|| crash(pod, view)).unwrap_or_default();
    let _ =
        writeln!(text, "Pod {} is {}{}: {why}", pod.name_any(), phase(pod).to_lowercase(), readiness(pod));
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    for condition in conditions.filter(|condition| condition.status != "True") {
        let reason = condition.reason.as_deref().unwrap_or("no reason");
        let message = quote(condition.message.as_deref().unwrap_or_default());
        let _ = writeln!(text, "  {} is {}: {reason} {message}", condition.type_, condition.status);
    }
}

fn probes(text: &mut String, pod: &Pod, answers: &Answers) {
    for probe in probe::failing(pod) {
        let _ = writeln!(text, "  container {}, {}", probe.container(), probe.target());
        if let Some(answer) = answers.get(&(pod.name_any(), probe.container().to_owned())) {
            let _ = writeln!(text, "  asked by the harness: {answer}");
        }
    }
}

fn readiness(pod: &Pod) -> &'static str {
    if is_ready(pod) { "" } else { " and not ready" }
}

fn warnings(text: &mut String, view: &View, scope: &Scope) {
    let mut warnings: Vec<&Event> = view.events.iter().filter(|event| matters(event, view, scope)).collect();
    warnings.sort_by_key(|event| time_of(event));
    if !warnings.is_empty() {
        text.push_str("Warnings, the latest last:\n");
    }
    for event in &warnings[warnings.len().saturating_sub(WARNINGS)..] {
        let _ = writeln!(text, "  {}", line(event));
    }
}

/// Warnings about Pods that are well now, or belong to somebody else, lead astray.
fn matters(event: &Event, view: &View, scope: &Scope) -> bool {
    let of = &event.involved_object;
    let pod =
        of.name.as_ref().filter(|_| of.kind.as_deref() == Some("Pod")).and_then(|name| view.pods.get(name));
    let suspect =
        pod.is_none_or(|pod| suspects(view, scope).iter().any(|one| one.metadata.uid == pod.metadata.uid));
    event.type_.as_deref() == Some("Warning") && suspect
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
#[path = "diagnosis_tests.rs"]
mod tests;
