//! The run loop: clusters boot while cells are judged, cells of a cluster run in parallel, everything is
//! torn down, and the record is written whatever happens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinError, JoinSet};

use seatrial_host::Machine;
use seatrial_model::baseline::BaselineInUse;
use seatrial_model::event::Event;
use seatrial_model::judge::Exemptions;
use seatrial_model::record::{CellRecord, ClusterRecord, RuleHelp, SCHEMA};
use seatrial_model::suite::ClusterSpec;
use seatrial_model::time::Millis;
use seatrial_model::{CellId, KubernetesVersion, Record, Redactor, Trouble, Verdict, judge};
use seatrial_policy::PolicyLibrary;
use seatrial_ports::{Backend, Cancel, Cluster, NotExercised, Renderer};

use crate::blocking::Pool;
use crate::cell::{CellEnd, Shared};
use crate::clusters::{self, BootEnd, ClusterState, Patience};
use crate::fail_fast::FailFast;
use crate::keep::{self, Ending, Keep};
use crate::pause::Pauses;
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::schedule::{Berths, RequirementNeeds};
use crate::telling::Teller;
use crate::{accounts, attempts};

/// Reads the wall clock.
pub type Clock = fn() -> seatrial_model::time::Instant;

/// The drivers of a run.
#[derive(Clone)]
pub struct Ports {
    /// Renders.
    pub renderer: Arc<dyn Renderer>,
    /// Makes clusters.
    pub backend: Arc<dyn Backend>,
}

/// What a run is made of.
pub struct Inputs {
    /// Its cells.
    pub plan: Plan,
    /// Its rules.
    pub library: Arc<PolicyLibrary>,
    /// Its drivers.
    pub ports: Ports,
    /// Where its record goes.
    pub recorder: Recorder,
}

/// Numbers and names of a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The run's id.
    pub run: String,
    /// The program's version.
    pub seatrial: String,
    /// Cells that may be installed at once, whatever they ask for; `None` lets requests and the machine decide.
    pub jobs: Option<usize>,
    /// Looks at the machine.
    pub machine: fn() -> Machine,
    /// How long the live part of cells took in earlier runs: the longest start first.
    pub expected: BTreeMap<CellId, Duration>,
    /// Processors for policy work.
    pub workers: usize,
    /// The wall clock.
    pub clock: Clock,
    /// Which clusters stay.
    pub keep: Keep,
    /// How often a cell or a boot that could not be told is tried again.
    pub retries: usize,
    /// Whether no cell is started after the first that ended badly.
    pub fail_fast: bool,
    /// Where bad cells are held before they are cleaned up, if they are.
    pub pauses: Option<Pauses>,
    /// Findings that were there before and pass.
    pub baseline: Option<BaselineInUse>,
}

/// Something that ended.
enum Ended {
    Cell(usize, Box<CellEnd>),
    Boot(String, Box<BootEnd>),
    Teardown(String, Ending),
}

/// What a task was for, to name it when it panics.
#[derive(Debug, Clone)]
enum Task {
    Cell(usize),
    Cluster(String),
}

struct Loop {
    inputs: Inputs,
    options: Options,
    exemptions: Arc<Exemptions>,
    teller: Teller,
    cancel: Cancel,
    berths: Arc<Berths>,
    started: (seatrial_model::time::Instant, Instant),
    tasks: JoinSet<Ended>,
    names: BTreeMap<Id, (Task, AbortHandle)>,
    states: BTreeMap<String, watch::Sender<ClusterState>>,
    /// Live cells that have not ended, by cluster.
    remaining: BTreeMap<String, usize>,
    standing: BTreeMap<String, Arc<dyn Cluster>>,
    clusters: Vec<ClusterRecord>,
    not_exercised: BTreeMap<String, Vec<NotExercised>>,
    /// Kinds that were installed, by cluster.
    kinds: BTreeMap<String, BTreeSet<String>>,
    cells: Vec<Option<CellRecord>>,
    /// Live cells that left what they made as it is, by index.
    spared: BTreeSet<usize>,
    troubles: Vec<Trouble>,
    fail_fast: FailFast,
}

/// Runs a plan and gives its record. `interrupts` yields once for each signal.
pub async fn run(
    inputs: Inputs,
    options: Options,
    events: UnboundedSender<Event>,
    mut interrupts: UnboundedReceiver<()>,
) -> Record {
    let teller = Teller(events);
    let clusters = inputs.plan.clusters();
    teller.tell(Event::RunStarted {
        run: options.run.clone(),
        cells: inputs.plan.cells.len(),
        clusters: clusters.len(),
    });
    let started = ((options.clock)(), Instant::now());
    let mut state = Loop {
        exemptions: Arc::new(accounts::exemptions(&inputs.plan, options.baseline.clone(), started.0)),
        started,
        cells: vec![None; inputs.plan.cells.len()],
        clusters: clusters.iter().map(|spec| clusters::blank(spec, None)).collect(),
        not_exercised: BTreeMap::new(),
        kinds: BTreeMap::new(),
        berths: Arc::new(Berths::new(options.jobs, options.machine)),
        fail_fast: FailFast::new(options.fail_fast),
        inputs,
        options,
        teller,
        cancel: Cancel::default(),
        tasks: JoinSet::new(),
        names: BTreeMap::new(),
        states: BTreeMap::new(),
        remaining: BTreeMap::new(),
        standing: BTreeMap::new(),
        spared: BTreeSet::new(),
        troubles: Vec::new(),
    };
    state.begin();
    let Ports { renderer, backend } = state.inputs.ports.clone();
    let first = async {
        tokio::join!(blanks(&clusters, renderer.as_ref()), clusters::resolve(&clusters, backend.as_ref()))
    };
    tokio::select! {
        (blanks, versions) = first => {
            state.clusters = blanks;
            state.start(&clusters, versions);
            state.drain(interrupts).await;
        }
        Some(()) = interrupts.recv() => state.interrupt(1),
    }
    state.troubles.extend(keep::in_time("end the run", backend.finish()).await.err());
    state.publish(true)
}

impl Loop {
    /// What another process needs to finish the record, should this one be killed.
    fn begin(&mut self) {
        let rules = self.inputs.library.rules().iter().map(|rule| (rule.id.clone(), rule.help())).collect();
        let begun = Record { rules, ..self.record() };
        if let Err(error) = self.inputs.recorder.begin(&begun) {
            self.troubles.push(disk(&error));
        }
    }

    /// Starts every boot and every cell. A cluster whose version cannot even be told is not booted, and its
    /// cells are judged by the version that the suite names.
    fn start(&mut self, clusters: &[Arc<ClusterSpec>], resolved: Vec<Result<KubernetesVersion, Trouble>>) {
        let patience =
            Patience { deadline: self.inputs.plan.suite.limits.boot, retries: self.options.retries };
        let mut versions = BTreeMap::new();
        for ((spec, version), blank) in clusters.iter().zip(resolved).zip(self.clusters.clone()) {
            let ports = self.inputs.ports.clone();
            let served = self.inputs.plan.served(&spec.name);
            match version {
                Ok(version) => {
                    self.states.insert(spec.name.clone(), watch::Sender::new(ClusterState::Booting));
                    versions.insert(spec.name.clone(), version);
                    let (spec, teller, cancel) = (Arc::clone(spec), self.teller.clone(), self.cancel.clone());
                    let name = spec.name.clone();
                    let handle = self.tasks.spawn(async move {
                        let name = spec.name.clone();
                        let end = clusters::boot(spec, ports, served, patience, teller, cancel, blank).await;
                        Ended::Boot(name, Box::new(end))
                    });
                    self.names.insert(handle.id(), (Task::Cluster(name), handle));
                }
                Err(trouble) => {
                    let state = ClusterState::Unusable(trouble.clone());
                    self.states.insert(spec.name.clone(), watch::Sender::new(state));
                    if let Some(record) = self.clusters.iter_mut().find(|record| record.name == spec.name) {
                        record.trouble = Some(trouble);
                    }
                }
            }
        }
        let shared = Arc::new(Shared {
            suite: Arc::clone(&self.inputs.plan.suite),
            library: Arc::clone(&self.inputs.library),
            exemptions: Arc::clone(&self.exemptions),
            renderer: Arc::clone(&self.inputs.ports.renderer),
            teller: self.teller.clone(),
            cancel: self.cancel.clone(),
            pool: Pool::new(self.options.workers),
            berths: Arc::clone(&self.berths),
            expected: self.options.expected.clone(),
            requirements: RequirementNeeds::default(),
            clock: self.options.clock,
            keep: self.options.keep,
            folder: self.inputs.recorder.folder().to_owned(),
            retries: self.options.retries,
            fail_fast: self.fail_fast.clone(),
            pauses: self.options.pauses.clone(),
        });
        for (index, planned) in self.inputs.plan.cells.iter().enumerate() {
            let name = &planned.cluster.name;
            if planned.is_live() {
                *self.remaining.entry(name.clone()).or_default() += 1;
            }
            let version = versions.get(name).unwrap_or(&planned.cluster.kubernetes).clone();
            let cluster = match self.states.get(name) {
                Some(state) => state.subscribe(),
                None => watch::Sender::new(ClusterState::Booting).subscribe(),
            };
            let (planned, shared) = (planned.clone(), Arc::clone(&shared));
            let handle = self.tasks.spawn(async move {
                Ended::Cell(index, Box::new(attempts::run(planned, shared, version, cluster).await))
            });
            self.names.insert(handle.id(), (Task::Cell(index), handle));
        }
    }

    /// Handles what ends until nothing runs and nothing stands.
    async fn drain(&mut self, mut interrupts: UnboundedReceiver<()>) {
        let mut signals = 0_u32;
        loop {
            tokio::select! {
                ended = self.tasks.join_next_with_id() => match ended {
                    None => break,
                    Some(Ok((id, ended))) => {
                        self.names.remove(&id);
                        self.handle(ended);
                    }
                    Some(Err(error)) => self.panicked(&error),
                },
                Some(()) = interrupts.recv(), if signals < 2 => {
                    signals += 1;
                    self.interrupt(signals);
                }
            }
        }
    }

    fn handle(&mut self, ended: Ended) {
        match ended {
            Ended::Cell(index, end) => {
                self.cell_ended(index, *end);
                self.release(index);
            }
            Ended::Boot(name, end) => {
                let end = *end;
                if let Some(record) = self.clusters.iter_mut().find(|record| record.name == name) {
                    *record = end.record;
                }
                self.not_exercised.insert(name.clone(), end.not_exercised);
                if let Some(cluster) = end.standing {
                    self.standing.insert(name.clone(), cluster);
                }
                if matches!(end.state, ClusterState::Ready(_)) {
                    self.berths.open(&name, end.room);
                }
                if let Some(state) = self.states.get(&name) {
                    state.send_replace(end.state);
                }
                self.tear_down_if_idle(&name);
            }
            Ended::Teardown(name, ending) => {
                if let Some(kept) = &ending.kept {
                    self.teller.tell(Event::Note(keep::said(&name, kept)));
                }
                for trouble in ending.troubles {
                    tracing::error!(cluster = %name, %trouble, "teardown");
                    self.troubles.push(trouble);
                }
            }
        }
    }

    fn cell_ended(&mut self, index: usize, end: CellEnd) {
        self.kinds.entry(end.record.cluster.clone()).or_default().extend(end.kinds);
        if end.spared {
            self.spared.insert(index);
        }
        if !end.finished {
            return;
        }
        let record = end.record;
        self.teller.tell(Event::CellFinished {
            cell: record.cell.clone(),
            verdict: record.verdict,
            took: record.duration,
        });
        if let Err(error) = self.inputs.recorder.append(&record) {
            self.troubles.push(disk(&error));
        }
        self.cells[index] = Some(record);
    }

    /// A cell no longer needs its cluster.
    fn release(&mut self, index: usize) {
        let cell = &self.inputs.plan.cells[index];
        if !cell.is_live() {
            return;
        }
        let name = cell.cluster.name.clone();
        if let Some(count) = self.remaining.get_mut(&name) {
            *count -= 1;
        }
        self.tear_down_if_idle(&name);
    }

    fn tear_down_if_idle(&mut self, name: &str) {
        if self.remaining.get(name).is_some_and(|count| *count > 0) {
            return;
        }
        let Some(cluster) = self.standing.remove(name) else { return };
        let keep = self.kept_without(name);
        if keep.is_none() {
            self.teller.tell(Event::TearingDown { cluster: name.to_owned() });
        }
        let own = name.to_owned();
        let handle = self.tasks.spawn(async move {
            let ending = keep::end(&own, cluster, keep).await;
            Ended::Teardown(own, ending)
        });
        self.names.insert(handle.id(), (Task::Cluster(name.to_owned()), handle));
    }

    /// Where a cluster stays, the namespaces that do not: those of cells that were cut off half way.
    fn kept_without(&self, name: &str) -> Option<Vec<String>> {
        let cells = self.inputs.plan.cells.iter().enumerate().filter(|(_, cell)| cell.cluster.name == name);
        let spared = cells.clone().any(|(index, _)| self.spared.contains(&index));
        let cut_off = cells.filter(|(index, cell)| {
            cell.is_live() && self.cells[*index].is_none() && !self.spared.contains(index)
        });
        let without = cut_off.map(|(_, cell)| cell.namespace.clone()).collect();
        self.options.keep.keeps(spared).then_some(without)
    }

    /// A panic in one cell is that cell's trouble.
    fn panicked(&mut self, error: &JoinError) {
        let why = clusters::panicked();
        match self.names.remove(&error.id()).map(|(task, _)| task) {
            // Given up on after a second signal: it is listed as unfinished.
            Some(Task::Cell(index)) if error.is_cancelled() => self.release(index),
            Some(Task::Cell(index)) => {
                let id = &self.inputs.plan.cells[index].id;
                self.fail_fast.ended(id, Verdict::Errored);
                self.troubles.push(Trouble::new(format!("finish the cell {id}"), why));
                self.spared.insert(index);
                self.release(index);
            }
            Some(Task::Cluster(name)) => {
                let trouble = Trouble::new(format!("run the cluster {name}"), why);
                if let Some(state) = self.states.get(&name) {
                    state.send_replace(ClusterState::Unusable(trouble.clone()));
                }
                self.troubles.push(trouble);
            }
            None => self.troubles.push(Trouble::new("finish a task", why)),
        }
    }

    fn interrupt(&mut self, signals: u32) {
        if signals > 1 {
            // Everything under way is told already; a second signal gives up on cells at once and leaves the
            // teardown, which is what must not be lost.
            tracing::warn!("second signal: not waiting for evidence");
            for (task, handle) in self.names.values() {
                if matches!(task, Task::Cell(_)) {
                    handle.abort();
                }
            }
            return;
        }
        self.teller.tell(Event::Interrupted);
        self.cancel.cancel();
        self.publish(false);
    }

    /// The record as it stands, on disk.
    fn publish(&mut self, last: bool) -> Record {
        let record = self.record();
        match self.inputs.recorder.publish(&record, last) {
            Ok(()) => record,
            Err(error) => {
                tracing::error!(%error, "the record cannot be written");
                self.troubles.push(disk(&error));
                self.record()
            }
        }
    }

    fn record(&self) -> Record {
        let cells: Vec<CellRecord> = self.cells.iter().flatten().cloned().collect();
        let unfinished: Vec<_> = self
            .cells
            .iter()
            .zip(&self.inputs.plan.cells)
            .filter(|(record, _)| record.is_none())
            .map(|(_, planned)| planned.id.clone())
            .collect();
        let accounts = accounts::of(&self.exemptions, &self.inputs.plan, &self.inputs.library, &cells);
        let (findings, troubles) = (&accounts.findings, &self.troubles);
        Record {
            schema: SCHEMA.to_owned(),
            run: self.options.run.clone(),
            seatrial: self.options.seatrial.clone(),
            suite: self.inputs.plan.suite.name.clone(),
            description: self.inputs.plan.suite.description.clone(),
            selection: self.inputs.plan.selection.clone(),
            started: self.started.0,
            duration: Millis::from(self.started.1.elapsed()),
            verdict: judge::of_run(&cells, &self.clusters, findings, troubles, unfinished.len()),
            interrupted: self.cancel.is_cancelled(),
            clusters: self.clusters.iter().map(|cluster| self.with_not_exercised(cluster)).collect(),
            rules: self.rules(&cells),
            cells,
            unfinished,
            troubles: self.troubles.clone(),
            findings: accounts.findings,
            waivers: accounts.waivers,
            baseline: accounts.baseline,
        }
    }

    /// A cluster's record with what its cells installed and it did not exercise.
    fn with_not_exercised(&self, cluster: &ClusterRecord) -> ClusterRecord {
        let none = (Vec::new(), BTreeSet::new());
        let known = self.not_exercised.get(&cluster.name).unwrap_or(&none.0);
        let installed = self.kinds.get(&cluster.name).unwrap_or(&none.1);
        let said = known.iter().filter(|one| installed.contains(&one.kind));
        ClusterRecord { not_exercised: said.map(|one| one.sentence.clone()).collect(), ..cluster.clone() }
    }

    /// Help for every rule that some cell was judged by.
    fn rules(&self, cells: &[CellRecord]) -> BTreeMap<String, RuleHelp> {
        let used = |id: &str| cells.iter().any(|cell| cell.has_case(id));
        let rules = self.inputs.library.rules().iter().filter(|rule| used(&rule.id));
        rules.map(|rule| (rule.id.clone(), rule.help())).collect()
    }
}

fn disk(error: &anyhow::Error) -> Trouble {
    Trouble::new("write the record", Redactor::default().clean(&format!("{error:#}")))
        .hint("is the reports folder writable, and is there space on the disk?")
}

/// Records of clusters before they boot, with the version of Helm that will be used.
async fn blanks(specs: &[Arc<ClusterSpec>], renderer: &dyn Renderer) -> Vec<ClusterRecord> {
    let mut records = Vec::new();
    for spec in specs {
        // A helm that cannot tell its version says so again, as trouble, when it is asked to render.
        records.push(clusters::blank(spec, renderer.version(spec.helm).await.ok()));
    }
    records
}

/// The exit code of a run.
pub fn exit_code(record: &Record) -> u8 {
    let failed = record.cells.iter().flat_map(|cell| &cell.checks).any(|check| {
        check.verdict == Verdict::Failed || check.cases.iter().any(|case| case.verdict == Verdict::Failed)
    });
    judge::exit_code(record.verdict, record.interrupted, failed)
}
