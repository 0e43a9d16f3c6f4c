//! The hooks of an install while it goes on: which of them holds it up, and the logs of those that delete policies
//! take away.

use std::time::Duration;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{Client, ResourceExt};

use crate::follow::Follower;
use crate::hooks::{exits, last_seen};
use crate::pods::{phase, quote};
use crate::readiness::{HOOK, failure_of, job_is};
use crate::view::{View, is_of_hook};
use crate::workloads::complaint;

/// The last lines of logs get so long to arrive.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Bytes of the logs of one hook's Pod.
const KEPT: usize = 16 * 1024;

/// Follows the logs of an install's hooks.
pub(crate) struct HookLogs(Follower);

impl HookLogs {
    pub(crate) fn new(client: &Client, namespace: &str) -> Self {
        Self(Follower::new(client, namespace))
    }

    /// Starts to follow what hooks have come.
    pub(crate) fn attend(&mut self, view: &View) {
        view.pods.iter().filter(|pod| is_of_hook(pod, view)).for_each(|pod| self.0.attend(pod));
    }

    /// Logs of hooks that are gone again, or about to go with their Job: others can still be read.
    pub(crate) async fn of_gone(&mut self, view: &View) -> String {
        let orphan = |pod: &&Pod| {
            let job = pod.labels().get("batch.kubernetes.io/job-name");
            job.is_some_and(|job| view.jobs.get(job).is_none() && view.gone_jobs.contains_key(job))
        };
        let gone: Vec<&Pod> = view.gone.iter().chain(view.pods.iter().filter(orphan)).collect();
        if gone.is_empty() {
            return String::new();
        }
        self.0.finish(LAST_LINES).await;
        gone.into_iter().filter(|pod| phase(pod) != "Succeeded").map(|pod| self.0.text(pod, KEPT)).collect()
    }
}

/// The hook that holds an install up: one that failed, else one that has not ended.
pub(crate) fn culprit(view: &View) -> Option<String> {
    let jobs: Vec<&Job> = view.jobs.iter().filter(|job| is_of_install(&job.metadata)).collect();
    let pods: Vec<&Pod> = view.pods.iter().filter(|pod| is_of_install(&pod.metadata)).collect();
    let gone = view.gone_jobs.values().filter(|job| view.jobs.get(&job.name_any()).is_none());
    let gone = gone.filter(|job| is_of_install(&job.metadata));
    let failed_job = jobs.iter().copied().chain(gone).find(|job| job_is(job, "Failed")).map(|job| {
        let why = exits(&pods_of(job, view)).or_else(|| failure_of(job)).unwrap_or_default();
        format!("hook Job {} failed: {why}", job.name_any())
    });
    let failed_pod = |pod: &&Pod| {
        let why = (phase(pod) == "Failed").then(|| exits(&[*pod]))??;
        Some(format!("hook Pod {} failed: {why}", pod.name_any()))
    };
    failed_job
        .or_else(|| pods.iter().find_map(failed_pod))
        .or_else(|| view.gone.iter().rev().find_map(|pod| failed_pod(&pod)))
        .or_else(|| {
            let job = jobs.iter().find(|job| !job_is(job, "Complete"))?;
            let complaint = complaint(view, "Job", &job.metadata).map(|why| quote(&why));
            let state = complaint.unwrap_or_else(|| last_seen(&pods_of(job, view)));
            Some(format!("hook Job {} is not complete: {state}", job.name_any()))
        })
        .or_else(|| {
            let pod = pods.iter().find(|pod| phase(pod) != "Succeeded")?;
            Some(format!("hook Pod {} has not ended: {}", pod.name_any(), last_seen(&[pod])))
        })
}

fn is_of_install(meta: &ObjectMeta) -> bool {
    let events = meta.annotations.as_ref().and_then(|all| all.get(HOOK));
    events.is_some_and(|events| {
        events.split(',').any(|event| matches!(event.trim(), "pre-install" | "post-install"))
    })
}

/// Pods of a Job, those that are gone included, the oldest first.
fn pods_of<'a>(job: &Job, view: &'a View) -> Vec<&'a Pod> {
    let name = job.name_any();
    let of_job = |pod: &&Pod| pod.labels().get("batch.kubernetes.io/job-name") == Some(&name);
    let mut pods: Vec<&Pod> = view.gone.iter().chain(view.pods.iter()).filter(of_job).collect();
    pods.sort_by_key(|pod| pod.creation_timestamp());
    pods
}

#[cfg(test)]
#[path = "install_hooks_tests.rs"]
mod tests;
