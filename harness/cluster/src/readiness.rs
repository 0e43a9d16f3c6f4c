//! When the workloads of a release are ready: every desired replica of every kind, whatever a rollout may
//! leave unavailable. A pure question about a [`View`].

use std::collections::BTreeSet;
use std::fmt;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kube::ResourceExt;
use kube::core::{Selector, SelectorExt};

use crate::pods;
use crate::view::View;

/// Annotation with which helm marks what a release made.
pub(crate) const RELEASE: &str = "meta.helm.sh/release-name";
/// Annotation of hooks: their objects belong to no release's manifest, and helm waits for them itself.
pub(crate) const HOOK: &str = "helm.sh/hook";

/// Which objects of a namespace are meant.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Those of a release, without its hooks.
    Release(String),
    /// Those of that kind and name.
    Objects(BTreeSet<(String, String)>),
}

impl Scope {
    /// Whether an object is meant.
    pub(crate) fn holds(&self, kind: &str, meta: &ObjectMeta) -> bool {
        let annotation = |key| meta.annotations.as_ref().and_then(|all| all.get(key));
        match self {
            Self::Release(release) => annotation(RELEASE) == Some(release) && annotation(HOOK).is_none(),
            Self::Objects(objects) => {
                let name = meta.name.clone().unwrap_or_default();
                objects.contains(&(kind.to_owned(), name))
            }
        }
    }
}

/// Something that is not ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unready {
    /// `Deployment ml-inference`.
    pub object: String,
    /// `1/3 ready`.
    pub state: String,
    /// Why, where something tells.
    pub because: Option<String>,
    /// Names of the Pods behind it that are not ready.
    pub pods: Vec<String>,
}

impl fmt::Display for Unready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object, self.state)?;
        self.because.as_ref().map_or(Ok(()), |because| write!(f, ": {because}"))
    }
}

/// A workload that runs Pods until told otherwise, in the terms that all kinds share.
struct Workload<'a> {
    kind: &'static str,
    meta: &'a ObjectMeta,
    selector: Option<&'a LabelSelector>,
    desired: i32,
    /// Of the newest version.
    updated: i32,
    ready: i32,
    /// Of any version.
    all: i32,
    observed: Option<i64>,
    /// What the controller complains about: it could not create Pods.
    complaint: Option<String>,
}

/// What of the scope is not ready.
pub(crate) fn unready(view: &View, scope: &Scope) -> Vec<Unready> {
    let workloads = workloads(view, scope).into_iter().filter_map(|workload| workload.unready(view));
    let jobs = view.jobs.iter().filter(|job| scope.holds("Job", &job.metadata));
    let jobs = jobs.filter_map(|job| unfinished(job, view));
    let alone = bare_pods(view, scope).filter_map(|pod| {
        let because = pods::problem(pod, view)?;
        let (object, state) = (format!("Pod {}", pod.name_any()), "not ready".to_owned());
        Some(Unready { object, state, because: Some(because), pods: vec![pod.name_any()] })
    });
    let claims = view.claims.iter().filter(|claim| scope.holds("PersistentVolumeClaim", &claim.metadata));
    let claims = claims.filter_map(|claim| unbound(claim, view));
    workloads.chain(jobs).chain(alone).chain(claims).collect()
}

/// All Pods that run for the scope, those of its Jobs included.
pub(crate) fn pods_of<'a>(view: &'a View, scope: &Scope) -> Vec<&'a Pod> {
    let jobs = view.jobs.iter().filter(|job| scope.holds("Job", &job.metadata));
    let jobs = jobs.filter_map(|job| job.spec.as_ref()?.selector.as_ref());
    let selectors: Vec<Selector> = workloads(view, scope)
        .into_iter()
        .filter_map(|workload| workload.selector)
        .chain(jobs)
        .filter_map(selector)
        .collect();
    let selected = |pod: &Pod| selectors.iter().any(|selector| selector.matches(pod.labels()));
    view.pods.iter().filter(|pod| selected(pod) || scope.holds("Pod", &pod.metadata)).collect()
}

/// A selector that selects something; an empty one would select all.
fn selector(of: &LabelSelector) -> Option<Selector> {
    Selector::try_from(of.clone()).ok().filter(|selector| !selector.selects_all())
}

fn bare_pods<'a>(view: &'a View, scope: &'a Scope) -> impl Iterator<Item = &'a Pod> {
    view.pods.iter().filter(|pod| pod.owner_references().is_empty() && scope.holds("Pod", &pod.metadata))
}

fn workloads<'a>(view: &'a View, scope: &Scope) -> Vec<Workload<'a>> {
    let deployments = view.deployments.iter().map(|deployment| {
        let (spec, status) = (deployment.spec.as_ref(), deployment.status.as_ref());
        let failure = status.and_then(|status| {
            let conditions = status.conditions.iter().flatten();
            conditions
                .filter(|c| c.type_ == "ReplicaFailure" && c.status == "True")
                .find_map(|c| c.message.clone())
        });
        Workload {
            kind: "Deployment",
            meta: &deployment.metadata,
            selector: spec.map(|spec| &spec.selector),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: status.and_then(|status| status.updated_replicas).unwrap_or_default(),
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all: status.and_then(|status| status.replicas).unwrap_or_default(),
            observed: status.and_then(|status| status.observed_generation),
            complaint: failure,
        }
    });
    let stateful_sets = view.stateful_sets.iter().map(|set| {
        let (spec, status) = (set.spec.as_ref(), set.status.as_ref());
        Workload {
            kind: "StatefulSet",
            meta: &set.metadata,
            selector: spec.map(|spec| &spec.selector),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: status.and_then(|status| status.updated_replicas).unwrap_or_default(),
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all: status.map(|status| status.replicas).unwrap_or_default(),
            observed: status.and_then(|status| status.observed_generation),
            complaint: complaint(view, "StatefulSet", &set.metadata),
        }
    });
    let daemon_sets = view.daemon_sets.iter().map(|set| {
        let (spec, status) = (set.spec.as_ref(), set.status.as_ref());
        let desired = status.map(|status| status.desired_number_scheduled).unwrap_or_default();
        Workload {
            kind: "DaemonSet",
            meta: &set.metadata,
            selector: spec.map(|spec| &spec.selector),
            desired,
            updated: status.and_then(|status| status.updated_number_scheduled).unwrap_or_default(),
            ready: status.map(|status| status.number_ready).unwrap_or_default(),
            all: desired,
            observed: status.and_then(|status| status.observed_generation),
            complaint: complaint(view, "DaemonSet", &set.metadata),
        }
    });
    let all = deployments.chain(stateful_sets).chain(daemon_sets);
    all.filter(|workload| scope.holds(workload.kind, workload.meta)).collect()
}

/// Why a controller could not make Pods: quota, admission, Pod Security.
fn complaint(view: &View, kind: &str, of: &ObjectMeta) -> Option<String> {
    view.last_event(kind, of, |event| event.reason.as_deref() == Some("FailedCreate"))?.message.clone()
}

impl Workload<'_> {
    fn unready(&self, view: &View) -> Option<Unready> {
        let current = self.observed.is_some() && self.observed >= self.meta.generation;
        let Self { desired, ready, updated, all, .. } = *self;
        if current && (ready, updated, all) == (desired, desired, desired) {
            return None;
        }
        let selector = self.selector.and_then(selector);
        let behind = view.pods.iter().filter(|pod| {
            selector.as_ref().is_some_and(|selector| selector.matches(pod.labels())) && !pods::is_ready(pod)
        });
        let behind: Vec<&Pod> = behind.collect();
        let because = behind
            .iter()
            .find_map(|pod| Some(format!("pod {}: {}", pod.name_any(), pods::problem(pod, view)?)));
        let state = if !current {
            "not seen by its controller yet".to_owned()
        } else if ready == desired {
            format!("{updated}/{desired} updated")
        } else {
            format!("{ready}/{desired} ready")
        };
        Some(Unready {
            object: format!("{} {}", self.kind, self.meta.name.as_deref().unwrap_or_default()),
            state,
            because: because.or_else(|| self.complaint.as_deref().map(pods::quote)),
            pods: behind.iter().map(|pod| pod.name_any()).collect(),
        })
    }
}

/// Whether a Job's condition of that type is true.
pub(crate) fn job_is(job: &Job, condition: &str) -> bool {
    let conditions = job.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().any(|found| found.type_ == condition && found.status == "True")
}

fn unfinished(job: &Job, view: &View) -> Option<Unready> {
    let suspended = job.spec.as_ref().and_then(|spec| spec.suspend).unwrap_or_default();
    if suspended || job_is(job, "Complete") {
        return None;
    }
    let selector = job.spec.as_ref().and_then(|spec| spec.selector.as_ref()).and_then(selector);
    let behind: Vec<&Pod> = view
        .pods
        .iter()
        .filter(|pod| selector.as_ref().is_some_and(|selector| selector.matches(pod.labels())))
        .filter(|pod| pods::phase(pod) != "Succeeded")
        .collect();
    let because =
        behind.iter().find_map(|pod| Some(format!("pod {}: {}", pod.name_any(), pods::problem(pod, view)?)));
    Some(Unready {
        object: format!("Job {}", job.name_any()),
        state: if job_is(job, "Failed") { "failed" } else { "not complete" }.to_owned(),
        because,
        pods: behind.iter().map(|pod| pod.name_any()).collect(),
    })
}

/// A claim that waits for its volume. One that no Pod uses may wait for its first consumer for ever.
fn unbound(claim: &PersistentVolumeClaim, view: &View) -> Option<Unready> {
    let name = claim.name_any();
    let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Pending");
    if phase == "Bound" || !view.pods.iter().any(|pod| uses(pod, &name)) {
        return None;
    }
    let event = view.last_event("PersistentVolumeClaim", &claim.metadata, |_| true);
    Some(Unready {
        object: format!("PersistentVolumeClaim {name}"),
        state: phase.to_lowercase(),
        because: event.and_then(|event| event.message.as_deref()).map(pods::quote),
        pods: Vec::new(),
    })
}

fn uses(pod: &Pod, claim: &str) -> bool {
    let volumes = pod.spec.iter().flat_map(|spec| spec.volumes.iter().flatten());
    let mut claims = volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref());
    claims.any(|used| used.claim_name == claim)
}

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
