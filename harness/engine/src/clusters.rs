//! Clusters of a run: booting them with their requirements, and what cells see of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use seatrial_model::event::Event;
use seatrial_model::record::{ClusterRecord, StepRecord};
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Backend, Cancel, Cluster, NotExercised, RequirementRequest, Room};

use tokio::task::JoinSet;
use tracing::Instrument;

use crate::telling::Teller;

/// What cells see of their cluster.
#[derive(Clone)]
pub(crate) enum ClusterState {
    Booting,
    Ready(Arc<dyn Cluster>),
    Unusable(Trouble),
}

/// How a boot ended.
pub(crate) struct BootEnd {
    pub(crate) state: ClusterState,
    /// The cluster, where something stands that must be torn down.
    pub(crate) standing: Option<Arc<dyn Cluster>>,
    pub(crate) record: ClusterRecord,
    /// What its nodes can take.
    pub(crate) room: Option<Room>,
    /// What it does not exercise.
    pub(crate) not_exercised: Vec<NotExercised>,
}

/// Versions that would run, told before anything is booted.
pub(crate) async fn resolve(
    specs: &[Arc<ClusterSpec>],
    backend: &dyn Backend,
) -> Vec<Result<KubernetesVersion, Trouble>> {
    let mut versions = Vec::new();
    for spec in specs {
        versions.push(backend.resolve(spec).await);
    }
    versions
}

/// The record of a cluster nobody has booted.
pub(crate) fn blank(spec: &ClusterSpec, helm: Option<String>) -> ClusterRecord {
    ClusterRecord {
        name: spec.name.clone(),
        kubernetes: spec.kubernetes.to_string(),
        image: None,
        helm,
        steps: Vec::new(),
        substitutions: Vec::new(),
        not_exercised: Vec::new(),
        trouble: None,
    }
}

/// Boots a cluster and installs what the whole of it requires.
#[tracing::instrument(name = "cluster", skip_all, fields(cluster = %spec.name))]
pub(crate) async fn boot(
    spec: Arc<ClusterSpec>,
    backend: Arc<dyn Backend>,
    deadline: Duration,
    teller: Teller,
    cancel: Cancel,
    blank: ClusterRecord,
) -> BootEnd {
    let started = Instant::now();
    let watch = teller.cluster(&spec.name);
    let mut record = blank;
    let mut standing = None;
    let mut not_exercised = Vec::new();
    let mut room = None;
    let state = match backend.provision(&spec, deadline, &watch, &cancel).await {
        Err(trouble) => ClusterState::Unusable(trouble),
        Ok(booted) => {
            record.kubernetes = booted.facts.kubernetes.to_string();
            record.image = booted.facts.image;
            record.steps = booted.facts.steps;
            record.substitutions = booted.facts.substitutions;
            not_exercised = booted.facts.not_exercised;
            standing = Some(Arc::clone(&booted.cluster));
            let required = guarded(&spec, &booted.cluster, &watch, &cancel).await;
            record.steps.extend(required.0);
            match required.1 {
                Ok(found) => {
                    room = found;
                    ClusterState::Ready(booted.cluster)
                }
                Err(trouble) => ClusterState::Unusable(trouble),
            }
        }
    };
    let usable = matches!(state, ClusterState::Ready(_));
    if let ClusterState::Unusable(trouble) = &state {
        tracing::error!(%trouble, "the cluster cannot be used");
        record.trouble = Some(trouble.clone());
    }
    let took = started.elapsed().into();
    teller.tell(Event::ClusterReady { cluster: spec.name.clone(), took, usable });
    BootEnd { state, standing, record, room, not_exercised }
}

/// Steps taken, and how they ended: with the room that is left on the cluster.
type Required = (Vec<StepRecord>, Result<Option<Room>, Trouble>);

/// Requirements, in a task of their own: the cluster stands already, and a panic must not lose it.
async fn guarded(
    spec: &Arc<ClusterSpec>,
    cluster: &Arc<dyn Cluster>,
    watch: &seatrial_ports::Watch,
    cancel: &Cancel,
) -> Required {
    let (spec, cluster, watch, cancel) =
        (Arc::clone(spec), Arc::clone(cluster), watch.clone(), cancel.clone());
    let name = spec.name.clone();
    let mut task = JoinSet::new();
    task.spawn(async move { require(&spec, cluster.as_ref(), &watch, &cancel).await }.in_current_span());
    if let Some(Ok(required)) = task.join_next().await {
        return required;
    }
    let why = Clean::own("the harness panicked; this is a bug of seatrial, see harness.log");
    (Vec::new(), Err(Trouble::new(format!("install the requirements of the cluster {name}"), why)))
}

async fn require(
    spec: &ClusterSpec,
    cluster: &dyn Cluster,
    watch: &seatrial_ports::Watch,
    cancel: &Cancel,
) -> Required {
    let mut steps = Vec::new();
    for requirement in &spec.requirements {
        let started = Instant::now();
        let redactor = Redactor::default();
        watch.say(redactor.clean(&format!("requirement {}", requirement.name)));
        let request = RequirementRequest { requirement: requirement.clone(), namespace: None, redactor };
        let answer = cluster.require(&request, watch, cancel).await;
        let step = format!("requirement {}", requirement.name);
        steps.push(StepRecord { step, duration: started.elapsed().into() });
        if let Err(trouble) = answer {
            return (steps, Err(trouble));
        }
    }
    (steps, Ok(cluster.room().await))
}
