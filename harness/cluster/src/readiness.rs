//! When the workloads of a release are ready: every desired replica of every kind, whatever a rollout may
//! leave unavailable. A pure question about a [`View`].

use std::collections::BTreeSet;
use std::fmt;

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{PersistentVolumeClaim, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use kube::core::{Selector, SelectorExt};
use seatrial_ports::Place;

use crate::pods;
use crate::view::View;
use crate::workloads::{self, complaint, selector};

/// Annotation with which helm marks what a release made.
pub(crate) const RELEASE: &str = "meta.helm.sh/release-name";
/// Annotation with which helm marks the namespace that the release is kept in.
pub(crate) const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";
/// Annotation of hooks: their objects belong to no release's manifest, and helm waits for them itself.
pub(crate) const HOOK: &str = "helm.sh/hook";

/// Which objects of a namespace are meant.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// Those of a release, without its hooks. Other cells have releases of the same name in namespaces of their own.
    Release(Place),
    /// Those of that kind and name.
    Objects(BTreeSet<(String, String)>),
}

impl Scope {
    /// Whether an object is meant.
    pub(crate) fn holds(&self, kind: &str, meta: &ObjectMeta) -> bool {
        let annotation = |key| meta.annotations.as_ref().and_then(|all| all.get(key));
        match self {
            Self::Release(Place { namespace, release }) => {
                annotation(RELEASE) == Some(release)
                    && annotation(RELEASE_NAMESPACE).is_none_or(|of| of == namespace)
                    && annotation(HOOK).is_none()
            }
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

/// What of the scope is not ready.
pub(crate) fn unready(view: &View, scope: &Scope) -> Vec<Unready> {
    let workloads = workloads::of(view, scope).into_iter().filter_map(|workload| workload.unready(view));
    let jobs = view.jobs.iter().filter(|job| scope.holds("Job", &job.metadata));
    let jobs = jobs.filter_map(|job| unfinished(job, view));
    let alone = bare_pods(view, scope).filter_map(|pod| {
        let because = pods::problem(pod, view)?;
        let (object, state) = (format!("Pod {}", pod.name_any()), "not ready".to_owned());
        Some(Unready { object, state, because: Some(because), pods: vec![pod.name_any()] })
    });
    let claims = claims_of(view, scope).into_iter().filter_map(|claim| unbound(claim, view));
    workloads.chain(jobs).chain(alone).chain(claims).collect()
}

/// All Pods that run for the scope, those of its Jobs included.
pub(crate) fn pods_of<'a>(view: &'a View, scope: &Scope) -> Vec<&'a Pod> {
    let jobs = view.jobs.iter().filter(|job| scope.holds("Job", &job.metadata));
    let jobs = jobs.filter_map(|job| job.spec.as_ref()?.selector.as_ref());
    let selectors: Vec<Selector> = workloads::of(view, scope)
        .into_iter()
        .filter_map(|workload| workload.selector)
        .chain(jobs.filter_map(selector))
        .collect();
    let selected = |pod: &Pod| selectors.iter().any(|selector| selector.matches(pod.labels()));
    view.pods.iter().filter(|pod| selected(pod) || scope.holds("Pod", &pod.metadata)).collect()
}

/// Claims of the scope: its own, and those that its Pods use, as the claims of `StatefulSet`s say nothing of a
/// release.
pub(crate) fn claims_of<'a>(view: &'a View, scope: &Scope) -> Vec<&'a PersistentVolumeClaim> {
    let pods = pods_of(view, scope);
    let used = |name: &str| pods.iter().any(|pod| uses(pod, name));
    let claims = view.claims.iter();
    claims
        .filter(|claim| scope.holds("PersistentVolumeClaim", &claim.metadata) || used(&claim.name_any()))
        .collect()
}

fn bare_pods<'a>(view: &'a View, scope: &'a Scope) -> impl Iterator<Item = &'a Pod> {
    view.pods.iter().filter(|pod| pod.owner_references().is_empty() && scope.holds("Pod", &pod.metadata))
}

/// Why a Job failed, in its controller's words.
pub(crate) fn failure_of(job: &Job) -> Option<String> {
    let conditions = job.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().filter(|c| c.type_ == "Failed").find_map(|c| c.message.clone())
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
        because: because.or_else(|| Some(pods::quote(&complaint(view, "Job", &job.metadata)?))),
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
