//! The live part of a cell: requirements, install, test, audit, uninstall, evidence, namespace.
//!
//! Between "namespace opened" and "namespace closed" nothing returns early: evidence is collected before
//! clean-up, and clean-up is awaited.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::watch;

use seatrial_manifest::Manifest;
use seatrial_model::record::{CheckRecord, StepRecord};
use seatrial_model::time::Millis;
use seatrial_model::{CellId, CheckKind, Clean, KubernetesVersion, Redactor, Trouble, Verdict, judge};
use seatrial_ports::{Cancel, Cluster, InstallRequest, Place, RequirementRequest, TestRequest};

use crate::cell::{Journal, Shared};
use crate::checks::render::Learned;
use crate::checks::{self, Conclusion};
use crate::clusters::ClusterState;
use crate::evidence::Evidence;
use crate::schedule::Ticket;
use crate::{admission, attempts, masking, pause, renders, telling};

/// For an API server to answer one question.
const ANSWERING: Duration = Duration::from_secs(30);
/// For a namespace to go away.
const CLOSING: Duration = Duration::from_secs(90);
/// For evidence: after a signal CI servers kill about ten seconds later.
const COLLECTING: Duration = Duration::from_secs(20);
const COLLECTING_IN_A_HURRY: Duration = Duration::from_secs(4);

pub(crate) struct Live<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) evidence: &'a Evidence,
    pub(crate) learned: &'a Learned,
    pub(crate) kubernetes: &'a KubernetesVersion,
}

impl Live<'_> {
    /// Runs the live checks. Gives the time spent waiting and the requirements that were installed.
    pub(crate) async fn run(
        &self,
        journal: &mut Journal<'_>,
        ticket: Ticket,
        mut cluster: watch::Receiver<ClusterState>,
        redactor: &mut Redactor,
    ) -> (Millis, Vec<StepRecord>) {
        let cell = journal.cell;
        let began = Instant::now();
        let waiting = self.shared.teller.cell(&cell.id, None);
        // Kept until the cell has left its namespace.
        let place = self.shared.berths.queue(ticket);
        waiting.say(Clean::own("waiting for its cluster"));
        let state = tokio::select! {
            state = cluster.wait_for(|state| !matches!(state, ClusterState::Booting)) => {
                state.map_or(ClusterState::Booting, |state| state.clone())
            }
            () = self.shared.cancel.cancelled() => ClusterState::Booting,
            first = self.shared.fail_fast.happened() => {
                not_started(journal, first);
                return (began.elapsed().into(), Vec::new());
            }
        };
        let cluster = match state {
            ClusterState::Ready(cluster) => cluster,
            ClusterState::Unusable(trouble) => {
                journal.hopeless = true;
                give_up(journal, &trouble);
                return (began.elapsed().into(), Vec::new());
            }
            ClusterState::Booting => return (began.elapsed().into(), Vec::new()),
        };
        let admitted = tokio::select! {
            admitted = place.berth(&waiting, &self.shared.cancel) => admitted,
            _ = self.shared.fail_fast.happened() => false,
        };
        if let Some(first) = self.shared.fail_fast.first() {
            not_started(journal, first);
            return (began.elapsed().into(), Vec::new());
        }
        let waited = Millis::from(began.elapsed());
        if !admitted {
            return (waited, Vec::new());
        }
        let requirements = self.in_namespace(journal, &cluster, redactor).await;
        (waited, requirements)
    }

    async fn in_namespace(
        &self,
        journal: &mut Journal<'_>,
        cluster: &Arc<dyn Cluster>,
        redactor: &mut Redactor,
    ) -> Vec<StepRecord> {
        let namespace = journal.cell.namespace.clone();
        let mut steps = Vec::new();
        if let Err(trouble) = self.admitted(journal, cluster.as_ref(), redactor).await {
            give_up(journal, &trouble);
            self.told_if_lost(journal);
            return steps;
        }
        let unopened = |why| Err(Trouble::new(format!("create the namespace {namespace}"), why));
        let opened = tokio::select! {
            opened = cluster.open(&namespace) => opened,
            () = tokio::time::sleep(ANSWERING) => {
                unopened(Clean::own("the API server did not answer in time"))
            }
            () = self.shared.cancel.cancelled() => unopened(Clean::own("interrupted")),
        };
        if let Err(trouble) = opened {
            give_up(journal, &trouble);
        } else if let Err(trouble) = self.requirements(journal, cluster, redactor, &mut steps).await {
            give_up(journal, &trouble);
        } else {
            self.learn_secrets(cluster.as_ref(), &namespace, redactor).await;
            self.checks(journal, cluster.as_ref(), redactor).await;
        }
        self.collect(cluster.as_ref(), &namespace, redactor).await;
        self.pause(journal, cluster.as_ref()).await;
        if !self.shared.cancel.is_cancelled() && !self.spares(journal) {
            self.leave(journal, cluster.as_ref(), &namespace, redactor, &self.shared.cancel).await;
        }
        // A cluster that goes away takes what is left along; one that stays must be left as it was.
        if self.shared.cancel.is_cancelled() && cluster.outlives_run() {
            self.leave(journal, cluster.as_ref(), &namespace, redactor, &Cancel::default()).await;
        }
        self.told_if_lost(journal);
        steps
    }

    /// Before its berth is free: the next cell must know.
    fn told_if_lost(&self, journal: &Journal<'_>) {
        if self.is_lost(journal) {
            self.shared.fail_fast.ended(&journal.cell.id, judge::of_cell(&journal.checks, false));
        }
    }

    /// Whether the cell is bad as it stands, and will not be tried again.
    fn is_lost(&self, journal: &Journal<'_>) -> bool {
        let worst = Verdict::worst(journal.checks.iter().map(|check| check.verdict));
        !worst.is_good() && !attempts::again(journal, self.shared)
    }

    /// Whether what the cell made stays: not where it is tried again, which begins with nothing.
    fn spares(&self, journal: &Journal<'_>) -> bool {
        self.shared.keep.spares(&journal.checks) && !attempts::again(journal, self.shared)
    }

    /// Holds a cell that is lost, once, while what it installed is still there.
    async fn pause(&self, journal: &mut Journal<'_>, cluster: &dyn Cluster) {
        let shared = self.shared;
        let Some(pauses) = &shared.pauses else { return };
        if !journal.paused && !shared.cancel.is_cancelled() && self.is_lost(journal) {
            journal.paused = true;
            pause::hold(pauses, journal, cluster, &shared.teller, &shared.cancel).await;
        }
    }

    /// Tells a cluster that others use what the cell will create, before anything is.
    async fn admitted(
        &self,
        journal: &Journal<'_>,
        cluster: &dyn Cluster,
        redactor: &Redactor,
    ) -> Result<(), Trouble> {
        let cell = journal.cell;
        let Some(installed) = self.learned.installed.as_ref().filter(|_| cluster.is_shared()) else {
            return Ok(());
        };
        let renders = renders::Renders {
            renderer: Arc::clone(&self.shared.renderer),
            kubernetes: self.kubernetes.clone(),
            api_versions: renders::api_versions(&cell.cluster, &cell.api_versions),
            cancel: self.shared.cancel.clone(),
        };
        admission::of_cell(cluster, cell, &installed.manifest, &renders, redactor).await
    }

    /// Takes away what the cell left: a release that was not uninstalled (what it made outside of its namespace
    /// would meet the next cell), then the namespace.
    async fn leave(
        &self,
        journal: &mut Journal<'_>,
        cluster: &dyn Cluster,
        namespace: &str,
        redactor: &Redactor,
        cancel: &Cancel,
    ) {
        let gone =
            journal.checks.iter().any(|check| check.check == CheckKind::Uninstall && check.verdict.is_good());
        let asked = journal.checks.iter().any(|check| check.check == CheckKind::Install);
        if asked && !gone {
            let place = Place { namespace: namespace.to_owned(), release: journal.cell.id.release() };
            let limit = self.shared.suite.limits.uninstall;
            let watch = self.shared.teller.cell(&journal.cell.id, None);
            if let Err(trouble) = cluster.uninstall(&place, limit, redactor, &watch, cancel).await
                && !cancel.is_cancelled()
            {
                litter(journal, &trouble);
            }
        }
        tokio::select! {
            closed = cluster.close(namespace, CLOSING) => if let Err(trouble) = closed {
                // A namespace that is still there is no fresh one.
                journal.hopeless = true;
                litter(journal, &trouble);
            },
            () = cancel.cancelled() => {}
        }
    }

    /// Installs what the cell requires, all at the same time. The first trouble ends it.
    async fn requirements(
        &self,
        journal: &Journal<'_>,
        cluster: &Arc<dyn Cluster>,
        redactor: &Redactor,
        steps: &mut Vec<StepRecord>,
    ) -> Result<(), Trouble> {
        let cell = journal.cell;
        let watch = self.shared.teller.cell(&cell.id, None);
        let names: Vec<&str> = cell.profile.requirements.iter().map(|one| one.name.as_str()).collect();
        if !names.is_empty() {
            watch.say(redactor.clean(&format!("requirements {}", names.join(", "))));
        }
        let installs = cell.profile.requirements.iter().enumerate().map(|(place, requirement)| {
            let request = RequirementRequest {
                requirement: requirement.clone(),
                namespace: Some(cell.namespace.clone()),
                redactor: redactor.clone(),
            };
            let (name, watch) = (requirement.name.clone(), watch.clone());
            async move {
                let started = Instant::now();
                let watch = telling::under(&name, watch);
                let answer = cluster.require(&request, &watch, &self.shared.cancel).await;
                (place, StepRecord { step: name, duration: started.elapsed().into() }, answer)
            }
        });
        let mut installs: FuturesUnordered<_> = installs.collect();
        let (mut ended, mut outcome) = (Vec::new(), Ok(()));
        while let Some((place, step, answer)) = installs.next().await {
            ended.push((place, step));
            if answer.is_err() {
                // The others are given up with it; the namespace takes what they made.
                outcome = answer;
                break;
            }
        }
        drop(installs);
        ended.sort_by_key(|(place, _)| *place);
        steps.extend(ended.into_iter().map(|(_, step)| step));
        outcome
    }

    async fn checks(&self, journal: &mut Journal<'_>, cluster: &dyn Cluster, redactor: &mut Redactor) {
        let (cell, shared) = (journal.cell, self.shared);
        let limits = &shared.suite.limits;
        let place = Place { namespace: cell.namespace.clone(), release: cell.id.release() };
        if !journal.asks(CheckKind::Install) {
            let reason = Clean::own("the suite does not ask for `install`");
            skip_after_install(journal, &reason);
            return;
        }
        let request = InstallRequest {
            place: place.clone(),
            chart: cell.chart.path.clone(),
            stack: renders::stack(cell, true),
            deadline: limits.install,
            wait: cell.profile.wait,
            redactor: redactor.clone(),
        };
        let started = journal.begin(CheckKind::Install);
        let watch = shared.teller.cell(&cell.id, Some(CheckKind::Install));
        let answer = checks::install::check(cluster, &request, self.learned, &watch, &shared.cancel).await;
        self.learn_secrets(cluster, &place.namespace, redactor).await;
        let (conclusion, manifest) = answer.unwrap_or_else(|trouble| (Conclusion::errored(&trouble), None));
        let stands = manifest.is_some();
        journal.end(CheckKind::Install, started, conclusion);
        if let Some(manifest) = manifest {
            // What was made up at the install stands in no earlier render.
            masking::add_manifest(redactor, &Manifest::decode(&manifest), &shared.suite.policy.pods());
            self.evidence.put("manifest.release.yaml", &redactor.clean(&manifest));
        }
        if !stands {
            let reason = Clean::own("`install` did not succeed");
            skip_after_install(journal, &reason);
            return;
        }
        if journal.asks(CheckKind::Test) {
            self.test(journal, cluster, &place, redactor).await;
        }
        if journal.asks(CheckKind::Audit) {
            self.audit(journal, cluster, &place, redactor).await;
        }
        // Logs of what served the tests are gone once it is uninstalled.
        self.collect(cluster, &place.namespace, redactor).await;
        self.pause(journal, cluster).await;
        if self.spares(journal) {
            journal.skip(CheckKind::Uninstall, &Clean::own("it is kept as it is, for a person to look at"));
        } else if journal.asks(CheckKind::Uninstall) {
            let started = journal.begin(CheckKind::Uninstall);
            let watch = shared.teller.cell(&cell.id, Some(CheckKind::Uninstall));
            let answer =
                checks::uninstall::check(cluster, &place, limits.uninstall, redactor, &watch, &shared.cancel);
            journal.end(CheckKind::Uninstall, started, answer.await.into());
        }
    }

    async fn test(
        &self,
        journal: &mut Journal<'_>,
        cluster: &dyn Cluster,
        place: &Place,
        redactor: &Redactor,
    ) {
        let shared = self.shared;
        let request = TestRequest {
            place: place.clone(),
            deadline: shared.suite.limits.test,
            redactor: redactor.clone(),
        };
        let started = journal.begin(CheckKind::Test);
        let watch = shared.teller.cell(&journal.cell.id, Some(CheckKind::Test));
        let answer = checks::test::check(cluster, &request, self.learned, &watch, &shared.cancel).await;
        let conclusion = match answer {
            Ok((conclusion, hooks)) => {
                for hook in &hooks {
                    self.evidence.put(&format!("hooks/{}.log", hook.name), &hook.logs);
                }
                conclusion
            }
            Err(trouble) => Conclusion::errored(&trouble),
        };
        journal.end(CheckKind::Test, started, conclusion);
    }

    async fn audit(
        &self,
        journal: &mut Journal<'_>,
        cluster: &dyn Cluster,
        place: &Place,
        redactor: &Redactor,
    ) {
        let shared = self.shared;
        let tested = |check: &CheckRecord| check.check == CheckKind::Test && check.verdict.is_good();
        let audit = checks::audit::Audit {
            shared,
            cell: journal.cell,
            learned: self.learned,
            kubernetes: self.kubernetes,
            redactor,
            evidence: self.evidence,
            tested: journal.checks.iter().any(tested),
        };
        let started = journal.begin(CheckKind::Audit);
        let watch = shared.teller.cell(&journal.cell.id, Some(CheckKind::Audit));
        let answer = tokio::select! {
            answer = audit.check(cluster, place, &watch) => answer,
            () = shared.cancel.cancelled() => Err(Trouble::new("judge the Pods", Clean::own("interrupted"))),
        };
        journal.end(CheckKind::Audit, started, answer.into());
    }

    async fn learn_secrets(&self, cluster: &dyn Cluster, namespace: &str, redactor: &mut Redactor) {
        if let Ok(known) = tokio::time::timeout(ANSWERING, cluster.secrets(namespace)).await {
            redactor.merge(&known);
        } else {
            tracing::warn!(namespace, "the secrets of the namespace could not be read in time");
        }
    }

    async fn collect(&self, cluster: &dyn Cluster, namespace: &str, redactor: &Redactor) {
        let cancel = &self.shared.cancel;
        let hurry = async {
            cancel.cancelled().await;
            tokio::time::sleep(COLLECTING_IN_A_HURRY).await;
        };
        tokio::select! {
            files = cluster.evidence(namespace, redactor) => return self.evidence.put_all(&files),
            () = tokio::time::sleep(COLLECTING) => {}
            () = hurry => {}
        }
        tracing::warn!(namespace, "evidence was not collected in time");
    }
}

/// The namespace did not go away: trouble of the last live check, which must not stay green.
fn litter(journal: &mut Journal<'_>, trouble: &Trouble) {
    let last = journal.checks.iter_mut().rfind(|check| check.check.is_live());
    if let Some(check) = last {
        check.verdict = check.verdict.max(Verdict::Errored);
        if check.reason.is_none() {
            check.reason = Conclusion::errored(trouble).reason;
        }
    }
}

/// What is asked of an installed release is not asked.
fn skip_after_install(journal: &mut Journal<'_>, reason: &Clean) {
    for check in [CheckKind::Test, CheckKind::Audit, CheckKind::Uninstall] {
        journal.skip(check, reason);
    }
}

/// The run stops at its first bad cell, and this one had not begun.
fn not_started(journal: &mut Journal<'_>, first: CellId) {
    let text =
        format!("not started: {first} ended badly, and the run stops at the first such cell (--fail-fast)");
    let reason = Redactor::default().clean(&text);
    for check in CheckKind::ALL.into_iter().filter(|check| check.is_live()) {
        journal.skip(check, &reason);
    }
    journal.stopped_by = Some(first);
}

/// No live check can be asked: the first is Trouble, the others are skipped because of it.
fn give_up(journal: &mut Journal<'_>, trouble: &Trouble) {
    let mut live = CheckKind::ALL.into_iter().filter(|check| check.is_live() && journal.asks(*check));
    let first = live.next();
    let rest: Vec<_> = live.collect();
    if let Some(first) = first {
        journal.pass_over(first, Conclusion::errored(trouble));
    }
    for check in rest {
        journal.skip(check, &Clean::own("its cluster or a requirement is not there"));
    }
}
