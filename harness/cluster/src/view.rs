//! A namespace as it was last seen: workloads, Pods, claims and events. Plain data, fed by watch events.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Event, PersistentVolumeClaim, Pod, ReplicationController, Service};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;
use kube::runtime::watcher;

use crate::crashes::Crashes;
use crate::readiness::HOOK;

/// So many Pods of hooks are remembered when they are gone.
const GONE: usize = 16;

/// Objects of one kind by name.
#[derive(Debug, Clone)]
pub(crate) struct Held<K> {
    objects: BTreeMap<String, K>,
    /// What a list that is being read has brought so far.
    incoming: Option<BTreeMap<String, K>>,
    listed: bool,
}

impl<K> Default for Held<K> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), incoming: None, listed: false }
    }
}

impl<K: ResourceExt> Held<K> {
    /// Takes in one watch event.
    pub(crate) fn apply(&mut self, event: watcher::Event<K>) {
        match event {
            watcher::Event::Apply(object) => {
                self.objects.insert(object.name_any(), object);
            }
            watcher::Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
            watcher::Event::Init => self.incoming = Some(BTreeMap::new()),
            watcher::Event::InitApply(object) => {
                self.incoming.get_or_insert_default().insert(object.name_any(), object);
            }
            watcher::Event::InitDone => {
                self.objects = self.incoming.take().unwrap_or_default();
                self.listed = true;
            }
        }
    }

    /// All of them, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &K> {
        self.objects.values()
    }

    /// The one of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&K> {
        self.objects.get(name)
    }
}

impl<K: ResourceExt> FromIterator<K> for Held<K> {
    fn from_iter<I: IntoIterator<Item = K>>(objects: I) -> Self {
        let objects = objects.into_iter().map(|object| (object.name_any(), object)).collect();
        Self { objects, incoming: None, listed: true }
    }
}

/// One namespace.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    pub deployments: Held<Deployment>,
    pub stateful_sets: Held<StatefulSet>,
    pub daemon_sets: Held<DaemonSet>,
    pub replica_sets: Held<ReplicaSet>,
    pub replication_controllers: Held<ReplicationController>,
    pub jobs: Held<Job>,
    pub pods: Held<Pod>,
    pub claims: Held<PersistentVolumeClaim>,
    pub services: Held<Service>,
    pub events: Held<Event>,
    /// Pods of hooks that are gone again, as they were last.
    pub gone: Vec<Pod>,
    /// Jobs that are hooks and gone again, as they were last: a Job goes before its Pods do.
    pub gone_jobs: BTreeMap<String, Job>,
    /// Crashes of containers, as far as they were seen.
    pub crashes: Crashes,
    /// The last error of a watch, and whether there ever was one.
    pub watch_error: Option<String>,
}

impl View {
    /// Takes in one change.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Deployment(event) => self.deployments.apply(event),
            Change::StatefulSet(event) => self.stateful_sets.apply(event),
            Change::DaemonSet(event) => self.daemon_sets.apply(event),
            Change::ReplicaSet(event) => self.replica_sets.apply(event),
            Change::ReplicationController(event) => self.replication_controllers.apply(event),
            Change::Job(event) => {
                if let watcher::Event::Delete(job) = &event
                    && job.annotations().contains_key(HOOK)
                    && self.gone_jobs.len() < GONE
                {
                    self.gone_jobs.insert(job.name_any(), job.clone());
                }
                self.jobs.apply(event);
            }
            Change::Claim(event) => self.claims.apply(event),
            Change::Service(event) => self.services.apply(event),
            Change::Event(event) => self.events.apply(event),
            Change::Pod(event) => {
                match &event {
                    watcher::Event::Apply(pod) | watcher::Event::InitApply(pod) => self.crashes.note(pod),
                    watcher::Event::Delete(pod) if is_of_hook(pod, self) && self.gone.len() < GONE => {
                        self.gone.push(pod.clone());
                    }
                    _ => {}
                }
                self.pods.apply(event);
            }
            Change::Broken(error) | Change::Away(error) => self.watch_error = Some(error),
        }
    }

    /// Whether every kind was listed at least once: before that, absence means nothing.
    pub(crate) fn is_whole(&self) -> bool {
        self.deployments.listed
            && self.stateful_sets.listed
            && self.daemon_sets.listed
            && self.replica_sets.listed
            && self.replication_controllers.listed
            && self.jobs.listed
            && self.pods.listed
            && self.claims.listed
            && self.services.listed
            && self.events.listed
    }

    /// The latest event about an object, of those that `wanted` picks. Events of an earlier object of the
    /// same name do not count.
    pub(crate) fn last_event(
        &self,
        kind: &str,
        of: &ObjectMeta,
        wanted: impl Fn(&Event) -> bool,
    ) -> Option<&Event> {
        let is_about = |event: &Event| {
            let object = &event.involved_object;
            let same = object.uid.is_none() || of.uid.is_none() || object.uid == of.uid;
            object.kind.as_deref() == Some(kind) && object.name == of.name && same
        };
        self.events.iter().filter(|event| is_about(event) && wanted(event)).max_by_key(|event| time_of(event))
    }
}

/// Whether a Pod is a hook or runs for a Job that is one.
pub(crate) fn is_of_hook(pod: &Pod, view: &View) -> bool {
    let of_name = |name: &String| view.jobs.get(name).or_else(|| view.gone_jobs.get(name));
    let job = pod.labels().get("batch.kubernetes.io/job-name").and_then(of_name);
    pod.annotations().contains_key(HOOK) || job.is_some_and(|job| job.annotations().contains_key(HOOK))
}

/// When an event last happened, in the fields that its writer filled.
pub(crate) fn time_of(event: &Event) -> Option<k8s_openapi::jiff::Timestamp> {
    let series = event.series.as_ref().and_then(|series| Some(series.last_observed_time.as_ref()?.0));
    series
        .or_else(|| Some(event.last_timestamp.as_ref()?.0))
        .or_else(|| Some(event.event_time.as_ref()?.0))
        .or_else(|| Some(event.first_timestamp.as_ref()?.0))
        .or_else(|| Some(event.metadata.creation_timestamp.as_ref()?.0))
}

/// One watch event, of one of the kinds.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Deployment(watcher::Event<Deployment>),
    StatefulSet(watcher::Event<StatefulSet>),
    DaemonSet(watcher::Event<DaemonSet>),
    ReplicaSet(watcher::Event<ReplicaSet>),
    ReplicationController(watcher::Event<ReplicationController>),
    Job(watcher::Event<Job>),
    Pod(watcher::Event<Pod>),
    Claim(watcher::Event<PersistentVolumeClaim>),
    Service(watcher::Event<Service>),
    Event(watcher::Event<Event>),
    /// A watch failed; it will be started again.
    Broken(String),
    /// The same, because the API server does not answer.
    Away(String),
}

impl Change {
    /// Whether the API server said it: a list that only begins is not heard from it yet.
    pub(crate) fn is_answer(&self) -> bool {
        use watcher::Event::Init;
        !matches!(
            self,
            Self::Broken(_)
                | Self::Away(_)
                | Self::Deployment(Init)
                | Self::StatefulSet(Init)
                | Self::DaemonSet(Init)
                | Self::ReplicaSet(Init)
                | Self::ReplicationController(Init)
                | Self::Job(Init)
                | Self::Pod(Init)
                | Self::Claim(Init)
                | Self::Service(Init)
                | Self::Event(Init)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str) -> Pod {
        serde_json::from_value(serde_json::json!({ "metadata": { "name": name } })).unwrap()
    }

    #[test]
    fn a_new_list_replaces_what_was_held_only_when_it_is_complete() {
        let mut held: Held<Pod> = [pod("old")].into_iter().collect();
        held.apply(watcher::Event::Init);
        held.apply(watcher::Event::InitApply(pod("new")));
        assert!(held.get("old").is_some());
        held.apply(watcher::Event::InitDone);
        assert!(held.get("old").is_none() && held.get("new").is_some());
        held.apply(watcher::Event::Delete(pod("new")));
        assert_eq!(held.iter().count(), 0);
    }

    #[test]
    fn events_of_an_earlier_object_of_the_same_name_do_not_count() {
        let event = |name: &str, uid: &str, at: &str| -> Event {
            serde_json::from_value(serde_json::json!({
                "metadata": { "name": name }, "lastTimestamp": at, "message": name,
                "involvedObject": { "kind": "Pod", "name": "web-0", "uid": uid },
            }))
            .unwrap()
        };
        let events = [event("mine", "2", "2026-01-01T00:00:00Z"), event("old", "1", "2026-01-01T00:00:09Z")];
        let view = View { events: events.into_iter().collect(), ..View::default() };
        let mut web = pod("web-0");
        web.metadata.uid = Some("2".to_owned());
        let last = view.last_event("Pod", &web.metadata, |_| true).unwrap();
        assert_eq!(last.message.as_deref(), Some("mine"));
    }

    #[test]
    fn a_view_is_whole_once_every_kind_was_listed() {
        let mut view = View::default();
        view.apply(Change::Pod(watcher::Event::Init));
        view.apply(Change::Pod(watcher::Event::InitDone));
        assert!(!view.is_whole());
        view.deployments.listed = true;
        view.stateful_sets.listed = true;
        view.daemon_sets.listed = true;
        view.replica_sets.listed = true;
        view.replication_controllers.listed = true;
        view.jobs.listed = true;
        view.claims.listed = true;
        view.services.listed = true;
        view.events.listed = true;
        assert!(view.is_whole());
    }
}
