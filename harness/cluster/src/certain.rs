//! Failures that no waiting heals: they end a wait at once. What may heal (an unschedulable Pod, the first
//! crashes, a registry that answers 5xx) is waited for.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{ContainerStateWaiting, Pod};
use kube::ResourceExt;

use crate::pods::{cause, containers, init_containers, phase, quote};
use crate::readiness::{HOOK, Scope, claims_of, failure_of, job_is, pods_of, unready};
use crate::view::{View, is_of_hook};

/// The same crash so often is certain when nothing else is missing …
const CRASHES: i32 = 3;
/// … and so often even while other workloads, on which it may depend, are still coming up.
const CRASHES_AMID_OTHERS: i32 = 5;

/// What registries and containerd say when an image is not there, or not for us.
const NO_IMAGE: [&str; 13] = [
    "not found",
    "NotFound",
    "manifest unknown",
    "name unknown",
    "pull access denied",
    "access to the resource is denied",
    "403 Forbidden",
    "authorization failed",
    "authentication required",
    "no basic auth credentials",
    "unauthorized",
    "Unauthorized",
    "does not exist",
];

/// The first certain failure of a scope, or of hooks that run, in one line.
pub(crate) fn failure(view: &View, scope: &Scope) -> Option<String> {
    let jobs = view.jobs.iter().filter(|job| scope.holds("Job", &job.metadata));
    let failed = jobs
        .filter(|job| job_is(job, "Failed"))
        .map(|job| format!("Job {} failed: {}", job.name_any(), failure_of(job).unwrap_or_default()));
    let of_pods = pods_of(view, scope);
    let hooks = view.pods.iter().filter(|pod| is_of_hook(pod, view));
    let mut of_pods =
        of_pods.into_iter().chain(hooks).filter_map(|pod| Some((pod, certain(pod, view, scope)?)));
    failed
        .into_iter()
        .next()
        .or_else(|| of_pods.next().map(|(pod, why)| format!("pod {}: {why}", pod.name_any())))
        .or_else(|| claim(view, scope))
}

/// Why the Pod of a test hook will never come to an end, or not to a good one: helm would wait for it all the same.
pub(crate) fn hook_failure(pod: &Pod, view: &View) -> Option<String> {
    certain(pod, view, &Scope::Objects(BTreeSet::new()))
}

fn certain(pod: &Pod, view: &View, scope: &Scope) -> Option<String> {
    if pod.metadata.deletion_timestamp.is_some() {
        return None;
    }
    let bare = pod.owner_references().is_empty() && !pod.annotations().contains_key(HOOK);
    if bare && phase(pod) == "Failed" {
        let message = pod.status.as_ref().and_then(|status| status.message.as_deref()).unwrap_or_default();
        return Some(format!("failed and is not started again {}", quote(message)).trim_end().to_owned());
    }
    let inits = init_containers(pod).map(|container| ("init container", container));
    inits.chain(containers(pod).map(|container| ("container", container))).find_map(|(what, container)| {
        let name = &container.name;
        let waiting = container.state.as_ref()?.waiting.as_ref();
        if let Some(why) = waiting.and_then(never_starts) {
            return Some(format!("{what} {name}: {why}"));
        }
        let (count, crash) = view.crashes.same(pod, name)?;
        waiting?;
        // A Job says itself how often it tries.
        if pod.owner_references().iter().any(|owner| owner.kind == "Job") {
            return None;
        }
        let enough = if others_come_up(pod, view, scope) { CRASHES_AMID_OTHERS } else { CRASHES };
        (count >= enough).then(|| {
            let cause = cause(pod, container, view);
            format!("{what} {name} crashed {count} times in the same way ({crash}){cause}")
        })
    })
}

// `CreateContainerConfigError` is not among them: the Secret that is missing may be about to be made.
fn never_starts(waiting: &ContainerStateWaiting) -> Option<String> {
    let reason = waiting.reason.as_deref()?;
    let message = waiting.message.as_deref().unwrap_or_default();
    let certain = match reason {
        "ErrImagePull" | "ImagePullBackOff" => NO_IMAGE.iter().any(|word| message.contains(word)),
        "InvalidImageName" | "ErrImageNeverPull" | "SignatureValidationFailed" => true,
        _ => false,
    };
    certain.then(|| format!("{reason}: {}", quote(message)))
}

/// Whether something other than what this Pod belongs to is not ready, for a reason of its own.
fn others_come_up(pod: &Pod, view: &View, scope: &Scope) -> bool {
    let name = pod.name_any();
    let crashes = |name: &String| {
        view.pods.get(name).is_some_and(|pod| {
            let mut all = init_containers(pod).chain(containers(pod));
            all.any(|container| view.crashes.same(pod, &container.name).is_some())
        })
    };
    unready(view, scope).iter().any(|unready| {
        !unready.pods.contains(&name) && (unready.pods.is_empty() || !unready.pods.iter().any(crashes))
    })
}

/// A claim whose class is missing.
fn claim(view: &View, scope: &Scope) -> Option<String> {
    claims_of(view, scope).into_iter().find_map(|claim| {
        let name = claim.name_any();
        let event = view.last_event("PersistentVolumeClaim", &claim.metadata, |_| true)?;
        let message = event.message.as_deref()?;
        let no_class = message.contains("no storage class is set")
            || (message.contains("storageclass.storage.k8s.io") && message.contains("not found"));
        no_class.then(|| format!("PersistentVolumeClaim {name}: {}", quote(message)))
    })
}

#[cfg(test)]
#[path = "certain_tests.rs"]
mod tests;
