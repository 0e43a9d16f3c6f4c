//! One cell, from its first check to its last.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use seatrial_manifest::exercise;
use seatrial_model::event::Event;
use seatrial_model::judge::Exemptions;
use seatrial_model::record::{CellRecord, CheckRecord, StepRecord};
use seatrial_model::suite::Suite;
use seatrial_model::time::Millis;
use seatrial_model::{CellId, CheckKind, Clean, KubernetesVersion, Redactor, judge};
use seatrial_policy::PolicyLibrary;
use seatrial_ports::{Cancel, Renderer};

use crate::blocking::Pool;
use crate::checks::render::{Learned, Requests};
use crate::checks::{self, Conclusion};
use crate::clusters::ClusterState;
use crate::evidence::Evidence;
use crate::fail_fast::FailFast;
use crate::keep::Keep;
use crate::pause::Pauses;
use crate::plan::PlannedCell;
use crate::run::Clock;
use crate::schedule::{Berths, RequirementNeeds, Ticket};
use crate::telling::Teller;
use crate::{attempts, live, masking, renders};

/// What all cells of a run share.
pub(crate) struct Shared {
    pub(crate) suite: Arc<Suite>,
    pub(crate) library: Arc<PolicyLibrary>,
    /// What lets findings pass.
    pub(crate) exemptions: Arc<Exemptions>,
    pub(crate) renderer: Arc<dyn Renderer>,
    pub(crate) teller: Teller,
    pub(crate) cancel: Cancel,
    pub(crate) pool: Pool,
    /// Where cells wait until they may be installed.
    pub(crate) berths: Arc<Berths>,
    /// How long the live part of cells took in earlier runs.
    pub(crate) expected: BTreeMap<CellId, Duration>,
    /// What requirements ask for, as far as it was looked at.
    pub(crate) requirements: RequirementNeeds,
    pub(crate) clock: Clock,
    pub(crate) keep: Keep,
    pub(crate) folder: std::path::PathBuf,
    /// How often a cell that could not be told is tried again.
    pub(crate) retries: usize,
    pub(crate) fail_fast: FailFast,
    /// Where bad cells are held, if they are.
    pub(crate) pauses: Option<Pauses>,
}

/// How a cell ended.
#[derive(Debug)]
pub(crate) struct CellEnd {
    pub(crate) record: CellRecord,
    /// Kinds of what was rendered for the install.
    pub(crate) kinds: BTreeSet<String>,
    /// Whether every check was asked; `false` after an interruption.
    pub(crate) finished: bool,
    /// Whether what it made stays as it is, for a person to look at.
    pub(crate) spared: bool,
    /// Whether it is to be tried again.
    pub(crate) again: bool,
}

/// The checks of a cell so far.
pub(crate) struct Journal<'a> {
    pub(crate) cell: &'a PlannedCell,
    teller: &'a Teller,
    exemptions: &'a Exemptions,
    pub(crate) checks: Vec<CheckRecord>,
    /// How often it may be tried again after this attempt.
    pub(crate) retries_left: usize,
    /// Trying again would meet the same: its cluster or its namespace is lost.
    pub(crate) hopeless: bool,
    /// The bad cell after which this one was not started.
    pub(crate) stopped_by: Option<CellId>,
    /// Whether it has been held for a person already.
    pub(crate) paused: bool,
}

impl Journal<'_> {
    /// Starts a check.
    pub(crate) fn begin(&self, check: CheckKind) -> Instant {
        self.teller.tell(Event::CheckStarted { cell: self.cell.id.clone(), check });
        Instant::now()
    }

    /// Ends a check.
    pub(crate) fn end(&mut self, check: CheckKind, started: Instant, conclusion: Conclusion) {
        let conclusion = conclusion.exempted(self.exemptions, &self.cell.id);
        let Conclusion { verdict, reason, findings, cases, output, witness } = conclusion;
        let duration = Millis::from(started.elapsed());
        tracing::info!(%check, %verdict, reason = reason.as_ref().map(Clean::as_str), "check ended");
        self.teller.tell(Event::CheckFinished {
            cell: self.cell.id.clone(),
            check,
            verdict,
            reason: reason.clone().filter(|_| !matches!(verdict, seatrial_model::Verdict::Passed)),
            took: duration,
        });
        self.checks.push(CheckRecord { check, verdict, reason, duration, findings, cases, output, witness });
    }

    /// Ends a check that was not asked.
    pub(crate) fn pass_over(&mut self, check: CheckKind, conclusion: Conclusion) {
        self.end(check, Instant::now(), conclusion);
    }

    /// Whether the suite asks for a check and it applies to this profile.
    pub(crate) fn asks(&self, check: CheckKind) -> bool {
        self.cell.checks.iter().any(|(kind, applies)| *kind == check && *applies)
    }

    /// Ends a check of the suite that was blocked by an earlier one.
    pub(crate) fn skip(&mut self, check: CheckKind, reason: &Clean) {
        if self.asks(check) {
            self.pass_over(check, Conclusion::skipped(reason.clone()));
        }
    }
}

/// Runs a cell, once.
#[tracing::instrument(name = "cell", skip_all, fields(cell = %cell.id))]
pub(crate) async fn run(
    cell: &PlannedCell,
    shared: &Shared,
    kubernetes: &KubernetesVersion,
    cluster: watch::Receiver<ClusterState>,
    retries_left: usize,
) -> CellEnd {
    let (started, clock) = ((shared.clock)(), Instant::now());
    let evidence = Evidence::new(&shared.folder, &cell.id);
    let mut redactor = masking::of_values(cell);
    let mut journal = Journal {
        cell,
        teller: &shared.teller,
        exemptions: &shared.exemptions,
        checks: Vec::new(),
        retries_left,
        hopeless: false,
        stopped_by: None,
        paused: false,
    };
    let learned = run_static(&mut journal, shared, kubernetes, &mut redactor, &evidence).await;
    let mut waited = Millis(0);
    let mut requirements: Vec<StepRecord> = Vec::new();
    let mut exclusive = Vec::new();
    if cell.is_live() {
        if let Some(installed) = &learned.installed {
            let ticket = Ticket::of(cell, installed, kubernetes, &redactor, shared).await;
            exclusive.clone_from(&ticket.exclusive);
            let live = live::Live { shared, evidence: &evidence, learned: &learned, kubernetes };
            (waited, requirements) = live.run(&mut journal, ticket, cluster, &mut redactor).await;
        } else {
            let reason = Clean::own("nothing was rendered that could be installed");
            for check in CheckKind::ALL.into_iter().filter(|check| check.is_live()) {
                journal.skip(check, &reason);
            }
        }
    }
    for (check, _) in cell.checks.iter().filter(|(_, applies)| !applies) {
        let reason = Clean::own("the profile must be rejected: there is nothing to ask");
        journal.pass_over(*check, Conclusion::not_applicable(reason));
    }
    let again = attempts::again(&journal, shared);
    let stopped_by = journal.stopped_by;
    let mut checks = journal.checks;
    // What was not started left nothing to look at, and what is tried again begins with nothing.
    let stays =
        !shared.cancel.is_cancelled() && !again && stopped_by.is_none() && shared.keep.spares(&checks);
    checks.sort_by_key(|check| check.check);
    let verdict = judge::of_cell(&checks, stopped_by.is_some());
    let finished = !shared.cancel.is_cancelled();
    if finished && !again {
        shared.fail_fast.ended(&cell.id, verdict);
    }
    let kinds =
        learned.installed.as_ref().map(|render| exercise::kinds(&render.manifest)).unwrap_or_default();
    let record = CellRecord {
        cluster: cell.cluster.name.clone(),
        namespace: cell.namespace.clone(),
        release: cell.id.release(),
        production: cell.profile.production,
        expectation: cell.expectation(),
        verdict,
        started,
        duration: clock.elapsed().into(),
        waited,
        deviations: learned.deviations,
        exclusive,
        requirements,
        evidence: evidence.list(),
        checks,
        cell: cell.id.clone(),
        attempts: Vec::new(),
        stopped_by,
    };
    CellEnd { record, kinds, finished, again, spared: stays }
}

/// Lint, render, schema and policy: no cluster is needed.
async fn run_static(
    journal: &mut Journal<'_>,
    shared: &Shared,
    kubernetes: &KubernetesVersion,
    redactor: &mut Redactor,
    evidence: &Evidence,
) -> Learned {
    let cell = journal.cell;
    let renderer = shared.renderer.as_ref();
    let requests = Requests {
        profile: renders::request(cell, kubernetes, redactor, false),
        installed: renders::request(cell, kubernetes, redactor, true),
    };
    if journal.asks(CheckKind::Lint) {
        let started = journal.begin(CheckKind::Lint);
        let answer = checks::lint::check(cell, renderer, &requests.profile, &shared.cancel).await;
        journal.end(CheckKind::Lint, started, answer.into());
    }
    // The plan adds it wherever a later check stands on it.
    if !journal.asks(CheckKind::Render) {
        return Learned::default();
    }
    let pods = shared.suite.policy.pods();
    let started = journal.begin(CheckKind::Render);
    let answer = checks::render::check(cell, renderer, &requests, &pods, redactor, &shared.cancel).await;
    let (conclusion, learned) = match answer {
        Ok(answer) => answer,
        Err(trouble) => (Conclusion::errored(&trouble), Learned::default()),
    };
    journal.end(CheckKind::Render, started, conclusion);
    if let Some(render) = &learned.profile {
        evidence.put("manifest.profile.yaml", &redactor.clean(&render.text));
    }
    if let Some(render) = &learned.installed {
        evidence.put("manifest.installed.yaml", &redactor.clean(&render.text));
    }
    if journal.asks(CheckKind::Schema) {
        let Some(render) = &learned.profile else {
            for check in [CheckKind::Schema, CheckKind::Policy] {
                journal.skip(check, &Clean::own("nothing was rendered that could be judged"));
            }
            return learned;
        };
        let started = journal.begin(CheckKind::Schema);
        let judging =
            checks::schema::check(cell, &render.manifest, kubernetes, pods.clone(), redactor, &shared.pool);
        let answer = tokio::select! {
            answer = judging => answer,
            () = shared.cancel.cancelled() => return learned,
        };
        let conclusion = Conclusion::from(answer).anchored(&render.manifest);
        journal.end(CheckKind::Schema, started, conclusion);
    }
    if journal.asks(CheckKind::Policy) {
        let Some(render) = &learned.profile else {
            journal.skip(CheckKind::Policy, &Clean::own("nothing was rendered that could be judged"));
            return learned;
        };
        let started = journal.begin(CheckKind::Policy);
        let (policy, library, pool) = (&shared.suite.policy, &shared.library, &shared.pool);
        let judging =
            checks::policy::check(cell, policy, library, &render.manifest, kubernetes, redactor, pool);
        // Judging does not listen by itself; the cell would keep its cluster from being removed.
        let answer = tokio::select! {
            answer = judging => answer,
            () = shared.cancel.cancelled() => return learned,
        };
        let conclusion = Conclusion::from(answer).anchored(&render.manifest);
        journal.end(CheckKind::Policy, started, conclusion);
    }
    learned
}
