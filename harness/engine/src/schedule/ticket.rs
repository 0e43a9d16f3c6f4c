//! What a cell needs before it may be installed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use seatrial_manifest::demand::{self, Demand};
use seatrial_manifest::{Manifest, footprint};
use seatrial_model::suite::Requirement;
use seatrial_model::{CellId, Clean, HelmMajor, KubernetesVersion, Redactor};
use seatrial_ports::Room;
use tokio::sync::OnceCell;

use crate::cell::Shared;
use crate::plan::PlannedCell;
use crate::renders::{Rendered, Renders};

/// What requirements ask for, as far as it was looked at in this run, by name and Helm.
#[derive(Debug, Default)]
pub(crate) struct RequirementNeeds(Mutex<BTreeMap<(String, HelmMajor), Once>>);

type Once = Arc<OnceCell<Needs>>;

impl RequirementNeeds {
    fn of(&self, requirement: &Requirement, helm: HelmMajor) -> Once {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry((requirement.name.clone(), helm)).or_default())
    }
}

/// A cell that asks for a berth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Its place in the plan.
    pub(crate) index: usize,
    pub(crate) cell: CellId,
    /// Its cluster in the suite.
    pub(crate) cluster: String,
    /// CPU and memory of the release, its largest hook and its requirements.
    pub(crate) needs: Needs,
    /// Why it runs alone on its cluster; empty when it does not.
    pub(crate) exclusive: Vec<Clean>,
    /// How long its live part took in earlier runs.
    pub(crate) expected: Option<Duration>,
}

/// What Pods request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Millicores.
    pub(crate) cpu: i64,
    /// Bytes.
    pub(crate) memory: i64,
}

impl Needs {
    fn of(demand: &Demand) -> Self {
        Self { cpu: demand.peak_cpu(), memory: demand.peak_memory() }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { cpu: self.cpu.saturating_add(other.cpu), memory: self.memory.saturating_add(other.memory) }
    }

    /// Whether both fit into what is left.
    pub(crate) fn fits(self, left: Room) -> bool {
        self.cpu <= left.cpu && self.memory <= left.memory
    }
}

impl Ticket {
    /// The longest first, as that makes the whole end soonest; one that never ran counts as longest. Then the
    /// largest, then the order of the plan.
    pub(super) fn order(&self) -> impl Ord + use<> {
        (Reverse(self.expected.unwrap_or(Duration::MAX)), Reverse(self.needs.cpu), self.index)
    }

    /// The ticket of a cell that is about to be installed as `rendered`.
    pub(crate) async fn of(
        cell: &PlannedCell,
        rendered: &Rendered,
        kubernetes: &KubernetesVersion,
        redactor: &Redactor,
        shared: &Shared,
    ) -> Self {
        let mut needs = Needs::of(&demand::of(&rendered.manifest));
        for requirement in &cell.profile.requirements {
            needs = needs.plus(of_requirement(requirement, cell.id.helm, kubernetes, shared).await);
        }
        Self {
            index: cell.index,
            cell: cell.id.clone(),
            cluster: cell.cluster.name.clone(),
            needs,
            exclusive: exclusive(cell, &rendered.manifest, redactor),
            expected: shared.expected.get(&cell.id).copied(),
        }
    }
}

/// Why a cell runs alone on its cluster: the suite says so, or its render shows it. Requirements of a cell are not
/// looked at: they are the suite's own, and made to stand side by side.
pub(crate) fn exclusive(cell: &PlannedCell, manifest: &Manifest, redactor: &Redactor) -> Vec<Clean> {
    let said = cell.profile.exclusive.then(|| Clean::own("the suite says `exclusive: true`"));
    let shown = footprint::reasons(manifest, &cell.namespace);
    said.into_iter().chain(shown.iter().map(|reason| redactor.clean(reason))).collect()
}

/// What a requirement asks for. One that cannot be rendered or read counts as nothing: that it does not come
/// up is told where it is installed. Each is looked at once in a run.
async fn of_requirement(
    requirement: &Requirement,
    helm: HelmMajor,
    kubernetes: &KubernetesVersion,
    shared: &Shared,
) -> Needs {
    let once = shared.requirements.of(requirement, helm);
    let look = async || {
        let renders = Renders {
            renderer: Arc::clone(&shared.renderer),
            kubernetes: kubernetes.clone(),
            api_versions: Vec::new(),
            cancel: shared.cancel.clone(),
        };
        let text = renders.requirement(requirement, helm, &requirement.name, &Redactor::default()).await;
        text.map_or_else(|_| Needs::default(), |text| Needs::of(&demand::of(&Manifest::decode(&text))))
    };
    *once.get_or_init(look).await
}
