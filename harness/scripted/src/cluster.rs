//! The scripted cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use seatrial_model::time::Millis;
use seatrial_model::{ObjectRef, Redactor, Trouble};
use seatrial_ports::{
    Cancel, Cluster, Ended, EvidenceFile, HookOutcome, HookPhase, InstallAnswer, InstallRequest, Intent,
    Kept, Leftover, LivePod, Place, PodSecurityAnswer, PodSecurityRequest, PodsRequest, RequirementRequest,
    TestAnswer, TestRequest, UninstallAnswer, Watch,
};

use crate::play::play;
use crate::script::{ClusterScript, EndedScript, HookScript, LeftoverScript, PhaseScript};
use crate::{Calls, Script, Text, admission, pods};

/// What a driver keeps of one container's log.
const KEPT: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct ScriptedCluster {
    pub(crate) name: String,
    pub(crate) own: ClusterScript,
    pub(crate) script: Arc<Script>,
    pub(crate) calls: Calls,
    pub(crate) lost: AtomicBool,
}

impl ScriptedCluster {
    /// Notes a call and gives how often it was made before; trouble once the cluster is lost.
    fn asked(&self, call: &str, what: &str) -> Result<usize, Trouble> {
        let number = self.calls.note(call);
        let Some(lost) = &self.own.lost else { return Ok(number) };
        if call.starts_with(&lost.from) {
            self.lost.store(true, Ordering::Relaxed);
        }
        if self.lost.load(Ordering::Relaxed) {
            return Err(Trouble::new(what, Redactor::default().clean(&lost.why)));
        }
        Ok(number)
    }
}

#[async_trait]
impl Cluster for ScriptedCluster {
    fn outlives_run(&self) -> bool {
        self.own.outlives_run
    }

    fn is_shared(&self) -> bool {
        self.own.refuses.is_some()
    }

    async fn admit(&self, intent: &Intent) -> Result<(), Trouble> {
        let objects: Vec<String> = intent.objects.iter().map(|one| one.object.to_string()).collect();
        self.calls.note(format!("admit {} to {}", objects.join(", "), intent.namespace));
        match self.own.refuses.as_deref() {
            None | Some("") => Ok(()),
            Some(why) => Err(Trouble::new("admit it", Redactor::default().clean(why))),
        }
    }

    async fn open(&self, namespace: &str) -> Result<(), Trouble> {
        let what = format!("create the namespace {namespace}");
        let number = self.asked(&format!("open {namespace}"), &what)?;
        let (watch, redactor, cancel) = Default::default();
        let step = self.script.cell(namespace).open.at(number);
        play(&step, &what, &watch, &redactor, &cancel).await.map(|_| ())
    }

    async fn require(
        &self,
        request: &RequirementRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<(), Trouble> {
        let name = &request.requirement.name;
        let what = format!("install the requirement {name}");
        let (call, steps) = match &request.namespace {
            Some(namespace) => {
                (format!("require {name} in {namespace}"), self.script.cell(namespace).require)
            }
            None => (format!("require {name}"), self.own.require.clone()),
        };
        let number = self.asked(&call, &what)?;
        match play(&steps.at(number), &what, watch, &request.redactor, cancel).await? {
            None => Ok(()),
            Some(failure) => Err(Trouble::new(what, request.redactor.clean(&failure.reason))),
        }
    }

    async fn install(
        &self,
        request: &InstallRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<InstallAnswer, Trouble> {
        let Place { namespace, release } = &request.place;
        let what = format!("install the release {release} in {namespace}");
        let number = self.asked(&format!("install {namespace}"), &what)?;
        let redactor = &request.redactor;
        watch.say(seatrial_model::Clean::own("Deployment 0/1 ready"));
        let cell = self.script.cell(namespace);
        let answer = play(&cell.install.at(number), &what, watch, redactor, cancel).await?;
        Ok(match answer {
            Some(failure) => InstallAnswer::Failed {
                reason: redactor.clean(&failure.reason),
                output: redactor.clean(&kept(&failure.output)),
            },
            None => {
                InstallAnswer::Ready { manifest: cell.release.or(cell.installed).unwrap_or(cell.manifest) }
            }
        })
    }

    async fn test(
        &self,
        request: &TestRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<TestAnswer, Trouble> {
        let Place { namespace, release } = &request.place;
        let what = format!("test the release {release} in {namespace}");
        let number = self.asked(&format!("test {namespace}"), &what)?;
        let redactor = &request.redactor;
        let cell = self.script.cell(namespace);
        let said = play(&cell.test.at(number), &what, watch, redactor, cancel).await?;
        let hooks = cell.hooks.iter().map(|hook| outcome(hook, redactor)).collect();
        Ok(TestAnswer {
            hooks,
            said: redactor.clean(&said.map(|failure| failure.reason).unwrap_or_default()),
            ended: cell.ended.iter().map(|one| ended(one, redactor)).collect(),
        })
    }

    async fn pods(&self, request: &PodsRequest) -> Result<Vec<LivePod>, Trouble> {
        let namespace = &request.place.namespace;
        let what = format!("list the Pods of {namespace}");
        let number = self.asked(&format!("pods {namespace}"), &what)?;
        let cell = self.script.cell(namespace);
        let (watch, redactor, cancel) = Default::default();
        play(&cell.audit.at(number), &what, &watch, &redactor, &cancel).await?;
        Ok(pods::of(&cell, namespace))
    }

    async fn admit_pod(&self, request: &PodSecurityRequest) -> Result<PodSecurityAnswer, Trouble> {
        self.asked(&format!("dry run at {}", request.level), "ask the API server about a Pod")?;
        admission::answer(&self.own.admission, request)
    }

    async fn uninstall(
        &self,
        place: &Place,
        _: Duration,
        redactor: &Redactor,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<UninstallAnswer, Trouble> {
        let Place { namespace, release } = place;
        let what = format!("uninstall the release {release} in {namespace}");
        let number = self.asked(&format!("uninstall {namespace}"), &what)?;
        let cell = self.script.cell(namespace);
        let answer = play(&cell.uninstall.at(number), &what, watch, redactor, cancel).await?;
        Ok(match answer {
            Some(failure) => UninstallAnswer::Failed { reason: redactor.clean(&failure.reason) },
            None => UninstallAnswer::Gone(cell.leftovers.iter().map(leftover).collect()),
        })
    }

    async fn evidence(&self, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile> {
        let what = format!("collect evidence of {namespace}");
        let said = match self.asked(&format!("evidence {namespace}"), &what) {
            Err(trouble) => Err(trouble),
            Ok(number) => {
                let (watch, cancel) = Default::default();
                let step = self.script.cell(namespace).evidence.at(number);
                play(&step, &what, &watch, redactor, &cancel).await
            }
        };
        let content = match said {
            Ok(None) => "scripted events\n".to_owned(),
            Ok(Some(failure)) => failure.reason,
            Err(trouble) => trouble.to_string(),
        };
        vec![EvidenceFile { name: "events.txt".to_owned(), content: redactor.clean(&content) }]
    }

    async fn close(&self, namespace: &str, _: Duration) -> Result<(), Trouble> {
        let what = format!("delete the namespace {namespace}");
        let number = self.asked(&format!("close {namespace}"), &what)?;
        let (watch, redactor, cancel) = Default::default();
        let step = self.script.cell(namespace).close.at(number);
        play(&step, &what, &watch, &redactor, &cancel).await.map(|_| ())
    }

    async fn secrets(&self, namespace: &str) -> Redactor {
        let mut redactor = Redactor::default();
        self.script.cell(namespace).secrets.iter().for_each(|value| redactor.add(value));
        redactor
    }

    fn kubeconfig(&self) -> Option<std::path::PathBuf> {
        self.own.kubeconfig.clone()
    }

    async fn keep(&self, without: &[String]) -> Result<Kept, Trouble> {
        let number = self.calls.note(format!("keep {} without [{}]", self.name, without.join(", ")));
        let name = self.name.clone();
        let (watch, redactor, cancel) = Default::default();
        play(&self.own.keep.at(number), &format!("keep {name}"), &watch, &redactor, &cancel).await?;
        Ok(Kept {
            kubeconfig: format!("/scripted/{name}/kubeconfig").into(),
            removal: format!("seatrial cluster down {name}"),
            name,
        })
    }

    async fn teardown(&self) -> Result<(), Trouble> {
        let number = self.calls.note(format!("teardown {}", self.name));
        let (watch, redactor, cancel) = Default::default();
        let what = format!("remove {}", self.name);
        play(&self.own.teardown.at(number), &what, &watch, &redactor, &cancel).await.map(|_| ())
    }
}

fn outcome(hook: &HookScript, redactor: &Redactor) -> HookOutcome {
    HookOutcome {
        name: hook.name.clone(),
        kind: hook.kind.clone(),
        phase: match hook.phase {
            PhaseScript::Succeeded => HookPhase::Succeeded,
            PhaseScript::Failed => HookPhase::Failed,
            PhaseScript::Unfinished => HookPhase::Unfinished,
            PhaseScript::NotStarted => HookPhase::NotStarted,
        },
        reason: redactor.clean(&hook.reason),
        duration: Millis(1),
        logs: redactor.clean(&kept(&hook.logs)),
    }
}

/// A log as a driver hands it on: its end, with a note of what was left out.
fn kept(text: &Text) -> String {
    let (bytes, dropped) = text.end(KEPT);
    let said = String::from_utf8_lossy(&bytes).into_owned();
    if dropped > 0 { format!("[{dropped} bytes before this are not shown]\n{said}") } else { said }
}

fn ended(one: &EndedScript, redactor: &Redactor) -> Ended {
    Ended {
        pod: object("Pod", &one.pod),
        container: one.container.clone(),
        times: 1,
        how: redactor.clean(&one.how),
    }
}

fn leftover(left: &LeftoverScript) -> Leftover {
    let (kind, name) = left.object.split_once('/').unwrap_or((&left.object, ""));
    Leftover { object: object(kind, name), explained: left.explained.clone() }
}

fn object(kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: String::new(),
        name: name.to_owned(),
    }
}
