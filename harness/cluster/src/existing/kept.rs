//! A namespace that the user names: it is never created, marked or deleted, and holds one cell after the other.

use std::collections::BTreeSet;

use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Intended, Intent};
use tokio::sync::Mutex;

use super::refusal::is_namespaced;
use super::scopes::Scopes;
use crate::inventory::Item;
use crate::leftovers::REQUIREMENT;
use crate::readiness::RELEASE;
use crate::uninstall::first;

/// Kinds that make a namespace somebody's: what runs, and what holds data.
const WORKLOADS: [&str; 9] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "PersistentVolumeClaim",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// Helm's records of releases.
const RECORD: &str = "sh.helm.release.v1.";

/// The namespace and what is known of the cell in it.
pub(super) struct Kept {
    pub name: String,
    pub guest: Mutex<Option<Guest>>,
}

/// A cell in the namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct Guest {
    /// UIDs of what was there before.
    pub before: BTreeSet<String>,
    /// Releases of the cell and its requirements.
    pub releases: BTreeSet<String>,
    /// Kind and name of hooks of these releases, which carry no mark of them.
    pub hooks: BTreeSet<(String, String)>,
    /// Prefixes of the names of volume claims of their `StatefulSet`s.
    pub claims: BTreeSet<String>,
}

impl Kept {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), guest: Mutex::default() }
    }

    /// Lets a cell in, if nobody else is and nothing of what it brings is there.
    pub(super) async fn admit(
        &self,
        intent: &Intent,
        scopes: &Scopes,
        items: &[Item],
    ) -> Result<(), Trouble> {
        let mut guest = self.guest.lock().await;
        let what = format!("use the namespace {}", self.name);
        let refuse = |why: &str| Trouble::new(&what, Redactor::default().clean(why));
        if guest.is_some() {
            return Err(Trouble::new(what, Clean::own("another cell is in it, and they take turns")));
        }
        let occupied = occupied(items);
        if !occupied.is_empty() {
            return Err(refuse(&format!("it is not empty: {}", first(&occupied, 10)))
                .hint("name a namespace in which nothing runs and no release is kept"));
        }
        let taken = taken(intent, scopes, items);
        if !taken.is_empty() {
            return Err(refuse(&format!("it holds already what would be created: {}", first(&taken, 10)))
                .hint("what is there is not touched: name another namespace"));
        }
        *guest = Some(Guest {
            before: items.iter().map(|item| item.uid.clone()).collect(),
            releases: intent.releases.iter().cloned().collect(),
            ..Guest::default()
        });
        Ok(())
    }
}

/// Workloads, data and releases in a namespace.
pub(super) fn occupied(items: &[Item]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for item in items {
        let (kind, name) = (item.object.kind.as_str(), &item.object.name);
        if let Some(rest) = name.strip_prefix(RECORD) {
            found.insert(format!(
                "the release {}",
                rest.rsplit_once(".v").map_or(rest, |(release, _)| release)
            ));
        } else if WORKLOADS.contains(&kind) && item.owners.is_empty() {
            found.insert(item.object.to_string());
        }
    }
    // Pods that end with a workload which is gone have an owner that is not there.
    let uids: BTreeSet<&str> = items.iter().map(|item| item.uid.as_str()).collect();
    let orphans = items.iter().filter(|item| WORKLOADS.contains(&item.object.kind.as_str()));
    let orphans = orphans.filter(|item| {
        !item.owners.is_empty() && !item.owners.iter().any(|owner| uids.contains(owner.as_str()))
    });
    found.extend(orphans.map(|item| item.object.to_string()));
    found.into_iter().collect()
}

/// What is there of what a cell will create.
fn taken(intent: &Intent, scopes: &Scopes, items: &[Item]) -> Vec<String> {
    let there: BTreeSet<(&str, &str, &str)> = items
        .iter()
        .map(|item| (item.object.group(), item.object.kind.as_str(), item.object.name.as_str()))
        .collect();
    let is_there = |one: &&Intended| {
        let object = &one.object;
        is_namespaced(one, intent, scopes) != Some(false)
            && there.contains(&(object.group(), object.kind.as_str(), object.name.as_str()))
    };
    intent.objects.iter().filter(is_there).map(|one| one.object.to_string()).collect()
}

/// What of a namespace's objects is the guest's, and what only goes with that.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sorted<'a> {
    /// To be deleted.
    pub ours: Vec<&'a Item>,
    /// To be waited for: what has an owner goes with it.
    pub going: Vec<&'a Item>,
    /// Came to be meanwhile, and nothing says whose it is.
    pub strange: Vec<&'a Item>,
}

impl Guest {
    /// Sorts what is in the namespace, `name`.
    pub(super) fn sort<'a>(&self, items: &'a [Item], name: &str, run: &str) -> Sorted<'a> {
        let mut sorted = Sorted::default();
        for item in items.iter().filter(|item| !self.before.contains(&item.uid)) {
            if self.is_ours(item, name, run) {
                sorted.ours.push(item);
            } else if item.owners.is_empty() {
                sorted.strange.push(item);
            } else if !item.owners.iter().any(|owner| self.before.contains(owner)) {
                sorted.going.push(item);
            }
        }
        sorted
    }

    fn is_ours(&self, item: &Item, namespace: &str, run: &str) -> bool {
        let says = |key: &str| item.annotations.get(key).map(String::as_str);
        let (kind, name) = (&item.object.kind, item.object.name.as_str());
        let released = says(RELEASE).is_some_and(|release| self.releases.contains(release))
            && says(crate::readiness::RELEASE_NAMESPACE).is_none_or(|of| of == namespace);
        let required = says(REQUIREMENT).is_some() && says(seatrial_model::names::RUN_LABEL) == Some(run);
        let record = name
            .strip_prefix(RECORD)
            .and_then(|rest| rest.rsplit_once(".v"))
            .is_some_and(|(release, _)| self.releases.contains(release));
        let claim =
            kind == "PersistentVolumeClaim" && self.claims.iter().any(|prefix| name.starts_with(prefix));
        released || required || record || claim || self.hooks.contains(&(kind.clone(), name.to_owned()))
    }
}

/// Kind and name of each object of `helm get hooks`.
pub(super) fn hooks(yaml: &str) -> BTreeSet<(String, String)> {
    let objects = crate::apply::objects(yaml).unwrap_or_default();
    let name = |object: &serde_json::Value| {
        Some((object["kind"].as_str()?.to_owned(), object["metadata"]["name"].as_str()?.to_owned()))
    };
    objects.iter().filter_map(name).collect()
}

/// Nothing is installed for the whole cluster by who works in one namespace.
pub(super) fn no_home(created: &[&Intended]) -> Trouble {
    let names: Vec<String> = created.iter().map(|one| format!("{} of {}", one.object, one.of)).collect();
    let why = format!("with --namespace nothing is installed for the whole cluster: {}", first(&names, 5));
    Trouble::new("install what the whole cluster requires", Redactor::default().clean(&why))
        .hint("have it installed on the cluster beforehand, or take an account that may create namespaces")
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
