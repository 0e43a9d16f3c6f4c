//! Workloads that run Pods until told otherwise, in the terms that all kinds share. Pure.

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kube::ResourceExt;
use kube::core::{Selector, SelectorExt};

use crate::pods;
use crate::readiness::{Scope, Unready};
use crate::view::View;

/// One of them.
pub(crate) struct Workload<'a> {
    kind: &'static str,
    meta: &'a ObjectMeta,
    /// Selects its Pods; none where it would select all.
    pub selector: Option<Selector>,
    desired: i32,
    /// Of the newest version.
    updated: i32,
    ready: i32,
    /// Of any version.
    all: i32,
    observed: Option<i64>,
    /// What it waits for although all desired replicas are ready.
    idle: Option<String>,
    /// What is wrong with the workload itself: its controller could not make Pods.
    complaint: Option<String>,
}

/// All workloads of a scope.
pub(crate) fn of<'a>(view: &'a View, scope: &Scope) -> Vec<Workload<'a>> {
    let all = deployments(view)
        .chain(stateful_sets(view))
        .chain(daemon_sets(view))
        .chain(replica_sets(view))
        .chain(replication_controllers(view));
    all.filter(|workload| scope.holds(workload.kind, workload.meta)).collect()
}

fn deployments(view: &View) -> impl Iterator<Item = Workload<'_>> {
    view.deployments.iter().map(|deployment| {
        let (spec, status) = (deployment.spec.as_ref(), deployment.status.as_ref());
        let failure = status.and_then(|status| {
            let conditions = status.conditions.iter().flatten();
            conditions
                .filter(|c| c.type_ == "ReplicaFailure" && c.status == "True")
                .find_map(|c| c.message.clone())
        });
        let paused = spec.and_then(|spec| spec.paused).unwrap_or_default();
        Workload {
            kind: "Deployment",
            meta: &deployment.metadata,
            selector: spec.and_then(|spec| selector(&spec.selector)),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: status.and_then(|status| status.updated_replicas).unwrap_or_default(),
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all: status.and_then(|status| status.replicas).unwrap_or_default(),
            observed: status.and_then(|status| status.observed_generation),
            idle: None,
            complaint: failure.or_else(|| paused.then(|| "it is paused".to_owned())),
        }
    })
}

fn stateful_sets(view: &View) -> impl Iterator<Item = Workload<'_>> {
    view.stateful_sets.iter().map(|set| {
        let (spec, status) = (set.spec.as_ref(), set.status.as_ref());
        Workload {
            kind: "StatefulSet",
            meta: &set.metadata,
            selector: spec.and_then(|spec| selector(&spec.selector)),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: status.and_then(|status| status.updated_replicas).unwrap_or_default(),
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all: status.map(|status| status.replicas).unwrap_or_default(),
            observed: status.and_then(|status| status.observed_generation),
            idle: None,
            complaint: complaint(view, "StatefulSet", &set.metadata),
        }
    })
}

fn daemon_sets(view: &View) -> impl Iterator<Item = Workload<'_>> {
    view.daemon_sets.iter().map(|set| {
        let (spec, status) = (set.spec.as_ref(), set.status.as_ref());
        let desired = status.map(|status| status.desired_number_scheduled).unwrap_or_default();
        let wants = spec.and_then(|spec| spec.template.spec.as_ref()?.node_selector.as_ref());
        let wants = wants.map(|labels| {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!(" with the labels {}", labels.join(", "))
        });
        Workload {
            kind: "DaemonSet",
            meta: &set.metadata,
            selector: spec.and_then(|spec| selector(&spec.selector)),
            desired,
            updated: status.and_then(|status| status.updated_number_scheduled).unwrap_or_default(),
            ready: status.map(|status| status.number_ready).unwrap_or_default(),
            all: desired,
            observed: status.and_then(|status| status.observed_generation),
            // One that no node takes has nothing to do, and would look ready.
            idle: (desired == 0).then(|| format!("wants a node{} and finds none", wants.unwrap_or_default())),
            complaint: complaint(view, "DaemonSet", &set.metadata),
        }
    })
}

/// Those that belong to nothing: a Deployment answers for its own.
fn replica_sets(view: &View) -> impl Iterator<Item = Workload<'_>> {
    view.replica_sets.iter().filter(|set| set.owner_references().is_empty()).map(|set| {
        let (spec, status) = (set.spec.as_ref(), set.status.as_ref());
        let all = status.map(|status| status.replicas).unwrap_or_default();
        Workload {
            kind: "ReplicaSet",
            meta: &set.metadata,
            selector: spec.and_then(|spec| selector(&spec.selector)),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: all,
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all,
            observed: status.and_then(|status| status.observed_generation),
            idle: None,
            complaint: complaint(view, "ReplicaSet", &set.metadata),
        }
    })
}

fn replication_controllers(view: &View) -> impl Iterator<Item = Workload<'_>> {
    view.replication_controllers.iter().map(|controller| {
        let (spec, status) = (controller.spec.as_ref(), controller.status.as_ref());
        let all = status.map(|status| status.replicas).unwrap_or_default();
        let labels = spec.and_then(|spec| spec.selector.clone());
        let labels = LabelSelector { match_labels: labels, match_expressions: None };
        Workload {
            kind: "ReplicationController",
            meta: &controller.metadata,
            selector: selector(&labels),
            desired: spec.and_then(|spec| spec.replicas).unwrap_or(1),
            updated: all,
            ready: status.and_then(|status| status.ready_replicas).unwrap_or_default(),
            all,
            observed: status.and_then(|status| status.observed_generation),
            idle: None,
            complaint: complaint(view, "ReplicationController", &controller.metadata),
        }
    })
}

/// A selector that selects something; an empty one would select all.
pub(crate) fn selector(of: &LabelSelector) -> Option<Selector> {
    Selector::try_from(of.clone()).ok().filter(|selector| !selector.selects_all())
}

/// Why a controller could not make Pods: quota, admission, Pod Security.
pub(crate) fn complaint(view: &View, kind: &str, of: &ObjectMeta) -> Option<String> {
    view.last_event(kind, of, |event| event.reason.as_deref() == Some("FailedCreate"))?.message.clone()
}

impl Workload<'_> {
    /// `Deployment web`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.kind, self.meta.name.as_deref().unwrap_or_default())
    }

    /// How many Pods it shall have.
    pub(crate) fn desired(&self) -> usize {
        usize::try_from(self.desired).unwrap_or_default()
    }

    /// How many of its Pods are seen ready.
    pub(crate) fn steady_pods(&self, view: &View) -> usize {
        self.pods(view).filter(|pod| pods::is_ready(pod)).count()
    }

    fn pods<'v>(&self, view: &'v View) -> impl Iterator<Item = &'v Pod> {
        let selects =
            |pod: &&Pod| self.selector.as_ref().is_some_and(|selector| selector.matches(pod.labels()));
        view.pods.iter().filter(selects)
    }

    pub(crate) fn unready(&self, view: &View) -> Option<Unready> {
        let current = self.observed.is_some() && self.observed >= self.meta.generation;
        let Self { desired, ready, updated, all, .. } = *self;
        let complete = current && (ready, updated, all) == (desired, desired, desired);
        if complete && self.idle.is_none() {
            return None;
        }
        let (steady, behind): (Vec<&Pod>, Vec<&Pod>) = self.pods(view).partition(|pod| pods::is_ready(pod));
        // One that is ready between two crashes may be what its controller still counts as not ready.
        let problems = behind.iter().filter_map(|pod| Some((pod, pods::problem(pod, view)?)));
        let crashes = steady.iter().filter_map(|pod| Some((pod, pods::crash(pod, view)?)));
        let because =
            problems.chain(crashes).next().map(|(pod, why)| format!("pod {}: {why}", pod.name_any()));
        let state = if !current {
            "not seen by its controller yet".to_owned()
        } else if let Some(idle) = &self.idle {
            idle.clone()
        } else if ready == desired {
            format!("{updated}/{desired} updated")
        } else {
            format!("{ready}/{desired} ready")
        };
        Some(Unready {
            object: self.name(),
            state,
            because: because.or_else(|| self.complaint.as_deref().map(pods::quote)),
            pods: behind.iter().map(|pod| pod.name_any()).collect(),
        })
    }
}
