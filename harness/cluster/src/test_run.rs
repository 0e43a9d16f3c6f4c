//! Running a release's test hooks: helm runs them one after the other, the harness follows their logs.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::StreamExt;
use kube::{Client, ResourceExt};
use seatrial_helm::{Answer, ClusterHelm, HookRun, Release, ReleaseHook};
use seatrial_model::{Clean, Trouble};
use seatrial_ports::{Cancel, HookOutcome, HookPhase, TestAnswer, TestRequest, Watch};
use tokio::time::timeout;

use crate::certain;
use crate::follow::Follower;
use crate::hooks::{Seen, belongs, judge, last_seen};
use crate::muster::Roll;
use crate::observe::{Away, TOO_LONG, pods_and_jobs};
use crate::secrets;
use crate::view::{Change, View};
use crate::wait::Telling;

/// How long the first look at the namespace may take.
const FIRST_LOOK: Duration = Duration::from_secs(30);
/// After helm has ended, the last lines of logs get so long to arrive.
const LAST_LINES: Duration = Duration::from_secs(3);
/// What is kept of one hook's logs.
const KEPT: usize = 1024 * 1024;

/// Runs `helm test` and answers one outcome for each hook that is a Pod or a Job. Pods that are seen meanwhile are put on
/// the roll.
pub(crate) async fn test(
    client: &Client,
    helm: &ClusterHelm,
    request: &TestRequest,
    roll: &Roll,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<TestAnswer, Trouble> {
    // Hooks print what they were given: the namespace's own Secrets are masked as well.
    let mut request = request.clone();
    request.redactor.merge(&secrets::of_namespace(client, &request.place.namespace).await);
    let request = &request;
    let before = release(helm, request, cancel).await?;
    let tests: Vec<&ReleaseHook> = before.tests().into_iter().filter(|hook| runs(hook)).collect();
    if tests.is_empty() {
        return Ok(TestAnswer::default());
    }
    let mut telling = Telling::new(watch, &request.redactor);
    let mut attendance = Attendance {
        tests: tests.iter().map(|hook| (*hook).clone()).collect(),
        seen: Seen::default(),
        view: View::default(),
        doomed: None,
        away: Away::default(),
        follower: Follower::new(client, &request.place.namespace),
    };
    let mut changes = pods_and_jobs(client, &request.place.namespace).inspect(|change| roll.note(change));
    let first_look = async {
        while !attendance.seen.is_listed() {
            match changes.next().await {
                Some(change) => {
                    attendance.view.apply(change.clone());
                    attendance.seen.note(change);
                }
                None => std::future::pending().await,
            }
        }
    };
    tokio::select! {
        looked = timeout(FIRST_LOOK, first_look) => looked.map_err(|_| unseen(request))?,
        () = cancel.cancelled() => return Err(interrupted(request)),
    }
    attendance.seen.broken = false;

    // Set by us when a hook can never end; the run's own flag stays as it is.
    let stop = Cancel::default();
    let mut testing = std::pin::pin!(helm.test(request, &stop));
    telling.say("helm test");
    let answer = loop {
        tokio::select! {
            answer = &mut testing => match (&attendance.doomed, answer) {
                // Stopped by us: what helm says of that is nothing new.
                (Some(doomed), Err(_)) => break Answer::Failed(request.redactor.clean(&doomed.why)),
                (_, answer) => break answer?,
            },
            Some(change) = changes.next() => {
                attendance.note(change, &mut telling);
                if attendance.doomed.is_some() {
                    stop.cancel();
                }
            }
            () = cancel.cancelled(), if !stop.is_cancelled() => stop.cancel(),
        }
    };
    // What happened last may still be on its way.
    let settle = async {
        while let Some(change) = changes.next().await {
            attendance.note(change, &mut telling);
        }
    };
    let _ = timeout(Duration::from_millis(300), settle).await;
    attendance.follower.finish(LAST_LINES).await;
    // The result is asked for even when the run was cancelled in between: it is there.
    let after = release(helm, request, &Cancel::default()).await?;
    let told = attendance.answer(request, &before, &after, &answer);
    match untold(&told.hooks, attendance.away.total(Instant::now()), &answer) {
        Some(why) => Err(Trouble::new(what(request), request.redactor.clean(&why))),
        None => Ok(told),
    }
}

/// Why the outcome says nothing of the chart: the API server was away, or helm hung although no hook held it up.
fn untold(hooks: &[HookOutcome], away: Duration, answer: &Answer) -> Option<String> {
    let is_bad = |hook: &HookOutcome| matches!(hook.phase, HookPhase::Failed | HookPhase::Unfinished);
    let bad = hooks.iter().find(|hook| is_bad(hook));
    match (bad, answer) {
        (Some(bad), _) if away >= TOO_LONG => {
            let seconds = away.as_secs();
            Some(format!(
                "the API server did not answer for {seconds} s meanwhile; hook {}: {}",
                bad.name, bad.reason
            ))
        }
        (None, Answer::Late(said)) => Some(format!("helm did not end, and no hook holds it up: {said}")),
        _ => None,
    }
}

/// Whether a hook runs something: other kinds are done once created, and are no test.
fn runs(hook: &ReleaseHook) -> bool {
    matches!(hook.kind.as_str(), "Pod" | "Job")
}

async fn release(helm: &ClusterHelm, request: &TestRequest, cancel: &Cancel) -> Result<Release, Trouble> {
    let absent = || Trouble::new(what(request), Clean::own("there is no such release"));
    helm.status(&request.place, &request.redactor, cancel).await?.ok_or_else(absent)
}

fn what(request: &TestRequest) -> String {
    format!("test the release {} in {}", request.place.release, request.place.namespace)
}

fn unseen(request: &TestRequest) -> Trouble {
    Trouble::new(what(request), Clean::own("the API server does not list Pods"))
}

fn interrupted(request: &TestRequest) -> Trouble {
    Trouble::new(what(request), Clean::own("interrupted"))
}

/// The hooks of a test, and what is seen and read of them.
struct Attendance {
    tests: Vec<ReleaseHook>,
    seen: Seen,
    /// The Pods and Jobs of the namespace.
    view: View,
    doomed: Option<Doomed>,
    away: Away,
    follower: Follower,
}

/// A hook that helm would wait for in vain.
struct Doomed {
    hook: String,
    why: String,
}

impl Attendance {
    fn note(&mut self, change: Change, telling: &mut Telling<'_>) {
        self.away.note(&change, Instant::now());
        self.view.apply(change.clone());
        let Some(pod) = self.seen.note(change) else { return };
        if let Some(hook) = self.tests.iter().find(|hook| belongs(pod, hook)) {
            self.follower.attend(pod);
            if pod.metadata.deletion_timestamp.is_some() {
                return;
            }
            telling.say(&format!("helm test: {}: {}", hook.name, last_seen(&[pod])));
            if self.doomed.is_none()
                && let Some(why) = certain::hook_failure(pod, &self.view)
            {
                let why = format!("pod {}: {why}", pod.name_any());
                self.doomed = Some(Doomed { hook: hook.name.clone(), why });
            }
        }
    }

    fn answer(
        &self,
        request: &TestRequest,
        before: &Release,
        after: &Release,
        answer: &Answer,
    ) -> TestAnswer {
        let said = match answer {
            Answer::Done => None,
            Answer::Failed(said) | Answer::Late(said) => Some(said),
        };
        let runs_before: BTreeMap<(&str, &str), &HookRun> = before
            .hooks
            .iter()
            .map(|hook| ((hook.kind.as_str(), hook.name.as_str()), &hook.last_run))
            .collect();
        let never = HookRun::default();
        let mut blocked: Option<String> = None;
        let mut hooks = Vec::new();
        for hook in after.tests().into_iter().filter(|hook| runs(hook)) {
            let run = runs_before.get(&(hook.kind.as_str(), hook.name.as_str())).copied().unwrap_or(&never);
            let mut verdict = judge(hook, run, &self.seen, blocked.as_deref(), said.map(Clean::as_str));
            if let Some(doomed) = self.doomed.as_ref().filter(|doomed| doomed.hook == hook.name)
                && verdict.phase == HookPhase::Unfinished
            {
                (verdict.phase, verdict.reason) = (HookPhase::Failed, doomed.why.clone());
            }
            if blocked.is_none() && matches!(verdict.phase, HookPhase::Failed | HookPhase::Unfinished) {
                blocked = Some(format!("`{}` failed before it", hook.name));
            }
            hooks.push(HookOutcome {
                name: hook.name.clone(),
                kind: hook.kind.clone(),
                phase: verdict.phase,
                reason: request.redactor.clean(&verdict.reason),
                duration: verdict.duration,
                logs: self.logs(hook, request),
            });
        }
        TestAnswer { hooks, said: said.cloned().unwrap_or_default(), ended: Vec::new() }
    }

    fn logs(&self, hook: &ReleaseHook, request: &TestRequest) -> Clean {
        let pods = self.seen.pods_of(hook);
        // A Job may have tried several times: each Pod has its share.
        let share = KEPT / pods.len().max(1);
        let text: String = pods.iter().map(|pod| self.follower.text(pod, share)).collect();
        request.redactor.clean(&text).tail(KEPT)
    }
}

#[cfg(test)]
#[path = "test_run_tests.rs"]
mod tests;
