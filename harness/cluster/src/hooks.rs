//! What became of test hooks: helm's own record of each run, held against the Pods that were seen. Pure.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use kube::runtime::watcher::Event;
use seatrial_helm::{HookRun, ReleaseHook, RunPhase};
use seatrial_model::time::Millis;
use seatrial_ports::HookPhase;

use crate::pods::{containers, init_containers, phase, problem};
use crate::readiness::{failure_of, job_is};
use crate::view::{Change, View};

/// Labels with which Jobs mark their Pods, the current one first.
const JOB_LABELS: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];

/// Pods and Jobs that came during a test, in their last state, also those that are gone again.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Objects that were there before, by UID: what an earlier run left.
    old: BTreeSet<String>,
    pods: BTreeMap<String, Pod>,
    jobs: BTreeMap<String, Job>,
    listed: (bool, bool),
    /// Whether a watch broke, so that something may have been missed.
    pub broken: bool,
}

impl Seen {
    /// Takes in one event. Answers the Pod when it is a new or changed one of this test.
    pub(crate) fn note(&mut self, change: Change) -> Option<&Pod> {
        let before = !self.is_listed();
        match change {
            Change::Pod(Event::Apply(pod) | Event::InitApply(pod)) => {
                let uid = pod.uid()?;
                if before {
                    self.old.insert(uid);
                    return None;
                }
                if self.old.contains(&uid) {
                    return None;
                }
                self.pods.insert(uid.clone(), pod);
                return self.pods.get(&uid);
            }
            // The last state may come with the deletion only.
            Change::Pod(Event::Delete(pod)) => {
                let uid = pod.uid()?;
                if !before && !self.old.contains(&uid) {
                    self.pods.insert(uid, pod);
                }
            }
            Change::Job(Event::Apply(job) | Event::InitApply(job) | Event::Delete(job)) => {
                let uid = job.uid()?;
                if before {
                    self.old.insert(uid);
                } else if !self.old.contains(&uid) {
                    self.jobs.insert(uid, job);
                }
            }
            Change::Pod(Event::InitDone) => self.listed.0 = true,
            Change::Job(Event::InitDone) => self.listed.1 = true,
            Change::Broken(_) | Change::Away(_) => self.broken = true,
            _ => {}
        }
        None
    }

    /// Whether what was there before is known.
    pub(crate) fn is_listed(&self) -> bool {
        self.listed == (true, true)
    }

    /// Pods of a hook, the oldest first.
    pub(crate) fn pods_of(&self, hook: &ReleaseHook) -> Vec<&Pod> {
        let mut pods: Vec<&Pod> = self.pods.values().filter(|pod| belongs(pod, hook)).collect();
        pods.sort_by_key(|pod| (pod.creation_timestamp(), pod.name_any()));
        pods
    }

    fn job_of(&self, hook: &ReleaseHook) -> Option<&Job> {
        self.jobs.values().find(|job| hook.kind == "Job" && job.name_any() == hook.name)
    }
}

/// Whether a Pod is the hook, or runs for the Job that is.
pub(crate) fn belongs(pod: &Pod, hook: &ReleaseHook) -> bool {
    match hook.kind.as_str() {
        "Pod" => pod.name_any() == hook.name,
        "Job" => JOB_LABELS.iter().any(|label| pod.labels().get(*label) == Some(&hook.name)),
        _ => false,
    }
}

/// How one hook ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub phase: HookPhase,
    pub reason: String,
    pub duration: Millis,
}

/// Judges one hook. `before` is its last run before this test; `blocked` says why later hooks do not run,
/// once one has failed; `said` is what helm said when it failed.
pub(crate) fn judge(
    hook: &ReleaseHook,
    before: &HookRun,
    seen: &Seen,
    blocked: Option<&str>,
    said: Option<&str>,
) -> Verdict {
    let run = &hook.last_run;
    let pods = seen.pods_of(hook);
    let ran = run.started_at.is_some() && run.started_at != before.started_at;
    let duration = match (ran, run.started_at, run.completed_at) {
        (true, Some(from), Some(to)) => Millis::from(to.duration_since(from).unsigned_abs()),
        _ => Millis::default(),
    };
    let (phase, reason) = if ran {
        of_run(hook, run.phase, &pods, seen, said)
    } else if !pods.is_empty() {
        (HookPhase::Unfinished, format!("it started, but helm recorded no result: {}", last_seen(&pods)))
    } else if let Some(blocked) = blocked.or(said) {
        (HookPhase::NotStarted, format!("not started: {blocked}"))
    } else {
        (HookPhase::Unfinished, "helm did not start it, and did not say why".to_owned())
    };
    Verdict { phase, reason, duration }
}

fn of_run(
    hook: &ReleaseHook,
    helm: RunPhase,
    pods: &[&Pod],
    seen: &Seen,
    said: Option<&str>,
) -> (HookPhase, String) {
    let succeeded = pods.iter().any(|pod| phase(pod) == "Succeeded")
        || seen.job_of(hook).is_some_and(|job| job_is(job, "Complete"));
    let failed = match hook.kind.as_str() {
        // A Job may fail a Pod and try again.
        "Job" => seen.job_of(hook).is_some_and(|job| job_is(job, "Failed")),
        _ => pods.iter().any(|pod| phase(pod) == "Failed"),
    };
    let exits = || {
        let of_job = || seen.job_of(hook).and_then(failure_of);
        exits(pods).or_else(of_job).unwrap_or_else(|| said.unwrap_or("helm says that it failed").to_owned())
    };
    match helm {
        RunPhase::Succeeded if failed => {
            (HookPhase::Failed, format!("helm counts it as succeeded, but {}", exits()))
        }
        RunPhase::Succeeded if succeeded => (HookPhase::Succeeded, "completed".to_owned()),
        RunPhase::Succeeded if seen.broken => {
            (HookPhase::Succeeded, "completed, as helm says; its Pod was not seen to".to_owned())
        }
        RunPhase::Succeeded => {
            let reason = format!("helm counts it as done, but it was not seen to end: {}", last_seen(pods));
            (HookPhase::Unfinished, reason)
        }
        RunPhase::Failed if failed || pods.is_empty() => (HookPhase::Failed, exits()),
        RunPhase::Failed if pods.iter().any(|pod| phase(pod) == "Failed") => (HookPhase::Failed, exits()),
        RunPhase::Failed => {
            let reason = format!("not done when helm stopped waiting for it: {}", last_seen(pods));
            (HookPhase::Unfinished, reason)
        }
        RunPhase::Running | RunPhase::Unknown | RunPhase::Never => {
            (HookPhase::Unfinished, format!("no result: {}", last_seen(pods)))
        }
    }
}

/// Containers that ended badly: `container curl ended with exit code 22`.
pub(crate) fn exits(pods: &[&Pod]) -> Option<String> {
    let pod = pods.iter().rev().find(|pod| phase(pod) == "Failed")?;
    let ended: Vec<String> = init_containers(pod)
        .chain(containers(pod))
        .filter_map(|container| {
            let end = container.state.as_ref()?.terminated.as_ref()?;
            let reason = end.reason.as_deref().filter(|reason| *reason != "Error");
            let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
            (end.exit_code != 0).then(|| {
                format!("container {} ended with exit code {}{reason}", container.name, end.exit_code)
            })
        })
        .collect();
    if !ended.is_empty() {
        return Some(ended.join(", "));
    }
    let status = pod.status.as_ref()?;
    let why = status.message.as_deref().or(status.reason.as_deref()).unwrap_or("no reason given");
    Some(format!("pod {} failed: {why}", pod.name_any()))
}

/// The state in which a hook's Pod was seen last.
pub(crate) fn last_seen(pods: &[&Pod]) -> String {
    let Some(pod) = pods.last() else { return "no Pod of it was seen".to_owned() };
    let name = pod.name_any();
    // A Pod that runs to its end is never ready for long: readiness says nothing of it.
    match problem(pod, &View::default()).filter(|_| phase(pod) != "Running") {
        Some(problem) => format!("pod {name}: {problem}"),
        None => format!("pod {name} is {}", phase(pod).to_lowercase()),
    }
}

#[cfg(test)]
#[path = "hooks_tests.rs"]
mod tests;
