//! Running a release's test hooks: helm runs them one after the other, the harness follows their logs.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use kube::Client;
use seatrial_helm::{Answer, ClusterHelm, HookRun, Release, ReleaseHook};
use seatrial_model::{Clean, Trouble};
use seatrial_ports::{Cancel, HookOutcome, HookPhase, TestAnswer, TestRequest, Watch};
use tokio::time::timeout;

use crate::follow::Follower;
use crate::hooks::{Seen, belongs, judge, last_seen};
use crate::observe::pods_and_jobs;
use crate::secrets;
use crate::wait::Telling;

/// How long the first look at the namespace may take.
const FIRST_LOOK: Duration = Duration::from_secs(30);
/// After helm has ended, the last lines of logs get so long to arrive.
const LAST_LINES: Duration = Duration::from_secs(3);
/// What is kept of one hook's logs.
const KEPT: usize = 1024 * 1024;

/// Runs `helm test` and answers one outcome for each hook that is a Pod or a Job.
pub(crate) async fn test(
    client: &Client,
    helm: &ClusterHelm,
    request: &TestRequest,
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
        return Ok(TestAnswer { hooks: Vec::new(), said: Clean::default() });
    }
    let mut telling = Telling::new(watch, &request.redactor);
    let mut attendance = Attendance {
        tests: tests.iter().map(|hook| (*hook).clone()).collect(),
        seen: Seen::default(),
        follower: Follower::new(client, &request.place.namespace),
    };
    let mut changes = pods_and_jobs(client, &request.place.namespace);
    let first_look = async {
        while !attendance.seen.is_listed() {
            match changes.next().await {
                Some(change) => attendance.seen.note(change),
                None => std::future::pending().await,
            };
        }
    };
    tokio::select! {
        looked = timeout(FIRST_LOOK, first_look) => looked.map_err(|_| unseen(request))?,
        () = cancel.cancelled() => return Err(interrupted(request)),
    }
    attendance.seen.broken = false;

    let mut testing = std::pin::pin!(helm.test(request, cancel));
    telling.say("helm test");
    let answer = loop {
        tokio::select! {
            answer = &mut testing => break answer?,
            Some(change) = changes.next() => attendance.note(change, &mut telling),
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
    Ok(attendance.answer(request, &before, &after, &answer))
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
    follower: Follower,
}

impl Attendance {
    fn note(&mut self, change: crate::view::Change, telling: &mut Telling<'_>) {
        let Some(pod) = self.seen.note(change) else { return };
        if let Some(hook) = self.tests.iter().find(|hook| belongs(pod, hook)) {
            self.follower.attend(pod);
            if pod.metadata.deletion_timestamp.is_some() {
                return;
            }
            telling.say(&format!("helm test: {}: {}", hook.name, last_seen(&[pod])));
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
            Answer::Failed(said) => Some(said),
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
            let verdict = judge(hook, run, &self.seen, blocked.as_deref(), said.map(Clean::as_str));
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
        TestAnswer { hooks, said: said.cloned().unwrap_or_default() }
    }

    fn logs(&self, hook: &ReleaseHook, request: &TestRequest) -> Clean {
        let pods = self.seen.pods_of(hook);
        let text: String = pods.iter().map(|pod| self.follower.text(pod)).collect();
        request.redactor.clean(&text).tail(KEPT)
    }
}
