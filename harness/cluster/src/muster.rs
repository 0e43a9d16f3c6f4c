//! Who was on board: the Pods of a cell as they were last, those that are gone again included, and who made them.
//! Fed by the watches of install and test. Plain data.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::ResourceExt;
use kube::runtime::watcher::Event;
use seatrial_model::ObjectRef;

use crate::view::Change;

/// So many Pods of a cell are remembered.
const MOST: usize = 1000;

/// One muster, shared by the watches that feed it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roll(Arc<Mutex<Muster>>);

impl Roll {
    /// Takes in one change.
    pub(crate) fn note(&self, change: &Change) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).note(change);
    }

    /// All that were seen so far.
    pub(crate) fn taken(&self) -> Muster {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Pods and who made them, by UID.
#[derive(Debug, Clone, Default)]
pub(crate) struct Muster {
    pub pods: BTreeMap<String, Pod>,
    pub owners: BTreeMap<String, Owner>,
    /// Pods for which there was no room.
    pub missed: usize,
}

/// An object that owns others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Owner {
    pub object: ObjectRef,
    /// Who made it.
    pub by: Option<OwnerReference>,
}

impl Muster {
    fn note(&mut self, change: &Change) {
        match change {
            Change::Pod(event) => self.note_pod(event),
            Change::ReplicaSet(event) => self.note_owner("apps/v1", "ReplicaSet", event),
            Change::Deployment(event) => self.note_owner("apps/v1", "Deployment", event),
            Change::StatefulSet(event) => self.note_owner("apps/v1", "StatefulSet", event),
            Change::DaemonSet(event) => self.note_owner("apps/v1", "DaemonSet", event),
            Change::ReplicationController(event) => self.note_owner("v1", "ReplicationController", event),
            Change::Job(event) => self.note_owner("batch/v1", "Job", event),
            Change::Claim(_)
            | Change::Service(_)
            | Change::Event(_)
            | Change::Broken(_)
            | Change::Away(_) => {}
        }
    }

    fn note_pod(&mut self, event: &Event<Pod>) {
        let (Event::Apply(pod) | Event::InitApply(pod) | Event::Delete(pod)) = event else { return };
        let Some(uid) = pod.uid() else { return };
        if self.pods.len() >= MOST && !self.pods.contains_key(&uid) {
            self.missed += 1;
            return;
        }
        let metadata = ObjectMeta { managed_fields: None, ..pod.metadata.clone() };
        self.pods.insert(uid, Pod { metadata, spec: pod.spec.clone(), status: None });
    }

    fn note_owner<K: ResourceExt>(&mut self, api_version: &str, kind: &str, event: &Event<K>) {
        let (Event::Apply(object) | Event::InitApply(object) | Event::Delete(object)) = event else { return };
        let Some(uid) = object.uid() else { return };
        let object_ref = ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: object.namespace().unwrap_or_default(),
            name: object.name_any(),
        };
        self.owners.insert(uid, Owner { object: object_ref, by: maker(object.owner_references()) });
    }
}

/// The controller among owners; the first of them where none says that it is one.
pub(crate) fn maker(owners: &[OwnerReference]) -> Option<OwnerReference> {
    owners.iter().find(|owner| owner.controller == Some(true)).or(owners.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::apps::v1::ReplicaSet;
    use serde_json::json;

    fn pod(uid: &str, image: &str) -> Pod {
        serde_json::from_value(json!({
            "metadata": { "name": "web-1", "uid": uid, "managedFields": [{}] },
            "spec": { "containers": [{ "name": "web", "image": image }] }, "status": { "phase": "Running" },
        }))
        .unwrap()
    }

    #[test]
    fn a_pod_that_is_gone_stays_as_it_was_last() {
        let roll = Roll::default();
        roll.note(&Change::Pod(Event::Apply(pod("1", "a"))));
        roll.note(&Change::Pod(Event::Delete(pod("1", "b"))));
        roll.note(&Change::Pod(Event::Init));
        roll.note(&Change::Pod(Event::InitDone));
        let Muster { pods, .. } = roll.taken();
        let kept = &pods["1"];
        assert_eq!(kept.spec.as_ref().unwrap().containers[0].image.as_deref(), Some("b"));
        assert!(kept.status.is_none() && kept.metadata.managed_fields.is_none());
    }

    #[test]
    fn pods_beyond_the_most_are_counted_and_known_ones_still_kept_up_to_date() {
        let mut muster = Muster::default();
        for number in 0..=MOST {
            muster.note_pod(&Event::Apply(pod(&number.to_string(), "a")));
        }
        muster.note_pod(&Event::Apply(pod("0", "b")));
        assert_eq!((muster.pods.len(), muster.missed), (MOST, 1));
        assert_eq!(muster.pods["0"].spec.as_ref().unwrap().containers[0].image.as_deref(), Some("b"));
    }

    #[test]
    fn an_owner_is_known_with_its_own_controller() {
        let set: ReplicaSet = serde_json::from_value(json!({ "metadata": {
            "name": "web-6d8f9", "namespace": "demo", "uid": "rs", "ownerReferences": [
                { "apiVersion": "v1", "kind": "ConfigMap", "name": "other", "uid": "c" },
                { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "d", "controller": true },
            ] } }))
        .unwrap();
        let mut muster = Muster::default();
        muster.note(&Change::ReplicaSet(Event::Delete(set)));
        let owner = &muster.owners["rs"];
        assert_eq!(
            (owner.object.to_string().as_str(), owner.by.as_ref().unwrap().name.as_str()),
            ("ReplicaSet/web-6d8f9", "web")
        );
        assert_eq!(maker(&[]), None);
    }
}
