//! What a release left behind, told from what was never its own. Pure.

use std::collections::{BTreeMap, BTreeSet};

use seatrial_ports::Leftover;

use crate::inventory::Item;
use crate::readiness::{HOOK, RELEASE, RELEASE_NAMESPACE};

/// Annotation with which a chart asks helm to leave an object.
const POLICY: &str = "helm.sh/resource-policy";
/// Annotation of what the harness applied for a requirement.
pub(crate) const REQUIREMENT: &str = "dev.seatrial.requirement";

/// Why what controllers and applications made may stay.
pub(crate) const AT_RUN_TIME: &str = "made at run time; it goes with the namespace";

/// What is known of a release before it is uninstalled.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    pub namespace: String,
    pub release: String,
    /// UIDs of what was in the namespace before the install.
    pub before: BTreeSet<String>,
    /// Prefixes of the names of volume claims made by the release's `StatefulSet`s: `data-postgresql-`.
    pub claims: BTreeSet<String>,
    /// The same of `StatefulSet`s that are not the release's.
    pub foreign_claims: BTreeSet<String>,
}

/// Objects sorted by what is to be done about them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sorted {
    /// They are about to go: terminating, or their owner is gone.
    pub going: Vec<String>,
    /// They stay.
    pub left: Vec<Leftover>,
}

/// Sorts the objects of the namespace.
pub(crate) fn in_namespace(items: &[Item], context: &Context) -> Sorted {
    let by_uid: BTreeMap<&str, &Item> = items.iter().map(|item| (item.uid.as_str(), item)).collect();
    let mut sorted = Sorted::default();
    for item in items.iter().filter(|item| !is_kubernetes_own(item) && !is_foreign(item, &by_uid, context)) {
        let owned = !item.owners.is_empty();
        let has_owner = item.owners.iter().any(|owner| by_uid.contains_key(owner.as_str()));
        if item.terminating || (owned && !has_owner) {
            sorted.going.push(going(item));
        } else if !owned {
            sorted.left.push(Leftover {
                object: item.object.clone(),
                explained: explain(item, context).or_else(|| at_run_time(item)),
            });
        }
        // What has an owner that stays is told by its owner.
    }
    sorted
}

/// Sorts the objects of the cluster: only those that say that they belong to the release.
pub(crate) fn in_cluster(items: &[Item], context: &Context) -> Sorted {
    let is = |item: &Item, key: &str, value: &str| item.annotations.get(key).is_some_and(|is| is == value);
    let ours =
        |item: &&Item| is(item, RELEASE, &context.release) && is(item, RELEASE_NAMESPACE, &context.namespace);
    let mut sorted = Sorted::default();
    for item in items.iter().filter(ours) {
        if item.terminating {
            sorted.going.push(going(item));
        } else {
            sorted.left.push(Leftover { object: item.object.clone(), explained: explain(item, context) });
        }
    }
    sorted
}

fn going(item: &Item) -> String {
    match item.finalizers.as_slice() {
        [] => item.object.to_string(),
        finalizers => format!("{} (finalizers {})", item.object, finalizers.join(", ")),
    }
}

/// What Kubernetes puts into every namespace.
fn is_kubernetes_own(item: &Item) -> bool {
    matches!(
        (item.object.kind.as_str(), item.object.name.as_str()),
        ("ConfigMap", "kube-root-ca.crt") | ("ServiceAccount", "default")
    )
}

/// Whether an object, or what it belongs to, was there before or is another release's or a requirement's.
fn is_foreign(item: &Item, by_uid: &BTreeMap<&str, &Item>, context: &Context) -> bool {
    let other_release = item.annotations.get(RELEASE).is_some_and(|release| *release != context.release);
    let name = &item.object.name;
    let storage = name
        .strip_prefix("sh.helm.release.v1.")
        .is_some_and(|rest| rest.rsplit_once(".v").is_none_or(|(release, _)| release != context.release));
    let claim = item.object.kind == "PersistentVolumeClaim"
        && context.foreign_claims.iter().any(|prefix| is_numbered(name, prefix));
    context.before.contains(&item.uid)
        || other_release
        || item.annotations.contains_key(REQUIREMENT)
        || storage
        || claim
        || item.owners.iter().any(|owner| {
            context.before.contains(owner)
                || by_uid.get(owner.as_str()).is_some_and(|owner| is_foreign(owner, by_uid, context))
        })
}

/// What controllers and applications make by themselves goes with the namespace; Helm's own record of the
/// release and what the release brought do not explain themselves.
fn at_run_time(item: &Item) -> Option<String> {
    let of_helm = item.annotations.contains_key(RELEASE) || item.object.name.starts_with("sh.helm.release.");
    (!of_helm).then(|| AT_RUN_TIME.to_owned())
}

fn explain(item: &Item, context: &Context) -> Option<String> {
    if item.annotations.get(POLICY).is_some_and(|policy| policy == "keep") {
        return Some("helm.sh/resource-policy: keep".to_owned());
    }
    if item.annotations.contains_key(HOOK) {
        return Some("a hook's object".to_owned());
    }
    let of_set = item.object.kind == "PersistentVolumeClaim"
        && context.claims.iter().any(|prefix| is_numbered(&item.object.name, prefix));
    of_set.then(|| "volume claim of a StatefulSet".to_owned())
}

/// Whether a name is the prefix and an ordinal.
fn is_numbered(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix)
        .is_some_and(|ordinal| !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
#[path = "leftovers_tests.rs"]
mod tests;
