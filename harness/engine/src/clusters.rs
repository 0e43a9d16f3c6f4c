//! Clusters of a run: booting them with their requirements, and what cells see of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use seatrial_model::event::Event;
use seatrial_model::record::{ClusterRecord, StepRecord};
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Backend, Cancel, Cluster, NotExercised, RequirementRequest, Room, Watch};

use tokio::task::JoinSet;
use tracing::Instrument;

use crate::admission;
use crate::renders::{self, Renders};
use crate::run::Ports;
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
        notes: Vec::new(),
        trouble: None,
        failed_boots: Vec::new(),
    }
}

/// For a cluster that cannot be used to go away before another boot.
const REMOVING: Duration = Duration::from_mins(3);

/// How long a boot may take and how often one that failed is tried again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) deadline: Duration,
    pub(crate) retries: usize,
}

/// Boots a cluster and installs what the whole of it requires.
#[tracing::instrument(name = "cluster", skip_all, fields(cluster = %spec.name))]
pub(crate) async fn boot(
    spec: Arc<ClusterSpec>,
    ports: Ports,
    served: Arc<[String]>,
    patience: Patience,
    teller: Teller,
    cancel: Cancel,
    blank: ClusterRecord,
) -> BootEnd {
    let started = Instant::now();
    let watch = teller.cluster(&spec.name);
    let mut failed_boots = Vec::new();
    let mut end = loop {
        let mut end = once(&spec, &ports, &served, patience.deadline, &watch, &cancel, blank.clone()).await;
        let ClusterState::Unusable(trouble) = &end.state else { break end };
        if failed_boots.len() >= patience.retries || cancel.is_cancelled() {
            break end;
        }
        let trouble = trouble.clone();
        if let Some(left) = end.standing.take()
            && !matches!(tokio::time::timeout(REMOVING, left.teardown()).await, Ok(Ok(())))
        {
            // Another cluster of this name cannot be made while this one is there; the end of the run tries to
            // remove it once more, and says why it cannot.
            tracing::error!("a cluster that cannot be used could not be removed either");
            end.standing = Some(left);
            break end;
        }
        failed_boots.push(trouble.clone());
        let text = format!("{trouble}; trying again, {} of {}", failed_boots.len(), patience.retries);
        tracing::warn!(%trouble, "trying to boot the cluster again");
        teller.tell(Event::Note(Redactor::default().clean(&format!("{}: {text}", spec.name))));
    };
    end.record.failed_boots = failed_boots;
    if let ClusterState::Unusable(trouble) = &end.state {
        tracing::error!(%trouble, "the cluster cannot be used");
        end.record.trouble = Some(trouble.clone());
    }
    let (took, usable) = (started.elapsed().into(), matches!(end.state, ClusterState::Ready(_)));
    teller.tell(Event::ClusterReady { cluster: spec.name.clone(), took, usable });
    end
}

async fn once(
    spec: &Arc<ClusterSpec>,
    ports: &Ports,
    served: &[String],
    deadline: Duration,
    watch: &Watch,
    cancel: &Cancel,
    blank: ClusterRecord,
) -> BootEnd {
    let mut record = blank;
    let booted = match ports.backend.provision(spec, deadline, watch, cancel).await {
        Ok(booted) => booted,
        Err(trouble) => {
            let state = ClusterState::Unusable(trouble);
            return BootEnd { state, standing: None, record, room: None, not_exercised: Vec::new() };
        }
    };
    record.kubernetes = booted.facts.kubernetes.to_string();
    record.image = booted.facts.image;
    record.steps = booted.facts.steps;
    record.substitutions = booted.facts.substitutions;
    record.notes = booted.facts.notes;
    let standing = Some(Arc::clone(&booted.cluster));
    let renders = Renders {
        renderer: Arc::clone(&ports.renderer),
        kubernetes: booted.facts.kubernetes,
        api_versions: renders::api_versions(spec, served),
        cancel: cancel.clone(),
    };
    let (steps, required) = guarded(spec, &booted.cluster, watch, renders).await;
    record.steps.extend(steps);
    let (state, room) = match required {
        Ok(room) => (ClusterState::Ready(booted.cluster), room),
        Err(trouble) => (ClusterState::Unusable(trouble), None),
    };
    BootEnd { state, standing, record, room, not_exercised: booted.facts.not_exercised }
}

/// Steps taken, and how they ended: with the room that is left on the cluster.
type Required = (Vec<StepRecord>, Result<Option<Room>, Trouble>);

/// Requirements, in a task of their own: the cluster stands already, and a panic must not lose it.
async fn guarded(
    spec: &Arc<ClusterSpec>,
    cluster: &Arc<dyn Cluster>,
    watch: &Watch,
    renders: Renders,
) -> Required {
    let (spec, cluster, watch) = (Arc::clone(spec), Arc::clone(cluster), watch.clone());
    let name = spec.name.clone();
    let mut task = JoinSet::new();
    task.spawn(async move { require(&spec, cluster.as_ref(), &watch, &renders).await }.in_current_span());
    if let Some(Ok(required)) = task.join_next().await {
        return required;
    }
    (Vec::new(), Err(Trouble::new(format!("install the requirements of the cluster {name}"), panicked())))
}

/// Why a task did not end as it should.
pub(crate) fn panicked() -> Clean {
    Clean::own("the harness panicked; this is a bug of seatrial, see harness.log")
}

async fn require(spec: &ClusterSpec, cluster: &dyn Cluster, watch: &Watch, renders: &Renders) -> Required {
    let mut steps = Vec::new();
    if cluster.is_shared() {
        // All of them before the first is installed.
        for requirement in &spec.requirements {
            if let Err(trouble) = admission::of_requirement(cluster, requirement, spec, renders).await {
                return (steps, Err(trouble));
            }
        }
    }
    for requirement in &spec.requirements {
        let started = Instant::now();
        let redactor = Redactor::default();
        watch.say(redactor.clean(&format!("requirement {}", requirement.name)));
        let request = RequirementRequest { requirement: requirement.clone(), namespace: None, redactor };
        let answer = cluster.require(&request, watch, &renders.cancel).await;
        let step = format!("requirement {}", requirement.name);
        steps.push(StepRecord { step, duration: started.elapsed().into() });
        if let Err(trouble) = answer {
            return (steps, Err(trouble));
        }
    }
    (steps, Ok(cluster.room().await))
}
