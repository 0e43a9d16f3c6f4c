//! The scripted cluster.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use seatrial_model::time::Millis;
use seatrial_model::{Clean, ObjectRef, Redactor, Trouble};
use seatrial_ports::{
    Cancel, Cluster, EvidenceFile, HookOutcome, HookPhase, InstallAnswer, InstallRequest, Kept, Leftover,
    Place, RequirementRequest, TestAnswer, TestRequest, UninstallAnswer, Watch,
};

use crate::backend::play;
use crate::script::{ClusterScript, HookScript};
use crate::{Calls, Script};

#[derive(Debug)]
pub(crate) struct ScriptedCluster {
    pub(crate) name: String,
    pub(crate) own: ClusterScript,
    pub(crate) script: Arc<Script>,
    pub(crate) calls: Calls,
}

#[async_trait]
impl Cluster for ScriptedCluster {
    async fn open(&self, namespace: &str) -> Result<(), Trouble> {
        self.calls.note(format!("open {namespace}"));
        Ok(())
    }

    async fn require(&self, request: &RequirementRequest, _: &Watch, cancel: &Cancel) -> Result<(), Trouble> {
        let name = &request.requirement.name;
        let step = if let Some(namespace) = &request.namespace {
            self.calls.note(format!("require {name} in {namespace}"));
            self.script.cell(namespace).require
        } else {
            self.calls.note(format!("require {name}"));
            self.own.require.clone()
        };
        let what = format!("install the requirement {name}");
        match play(&step, &what, cancel).await? {
            None => Ok(()),
            Some(reason) => Err(Trouble::new(what, request.redactor.clean(&reason))),
        }
    }

    async fn install(
        &self,
        request: &InstallRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<InstallAnswer, Trouble> {
        let namespace = &request.place.namespace;
        self.calls.note(format!("install {namespace}"));
        watch.say(Clean::own("Deployment 0/1 ready"));
        let cell = self.script.cell(namespace);
        Ok(match play(&cell.install, &format!("install {namespace}"), cancel).await? {
            Some(reason) => InstallAnswer::Failed {
                reason: request.redactor.clean(&reason),
                output: Clean::own("scripted log"),
            },
            None => {
                InstallAnswer::Ready { manifest: cell.release.or(cell.installed).unwrap_or(cell.manifest) }
            }
        })
    }

    async fn test(&self, request: &TestRequest, _: &Watch, cancel: &Cancel) -> Result<TestAnswer, Trouble> {
        let namespace = &request.place.namespace;
        self.calls.note(format!("test {namespace}"));
        let cell = self.script.cell(namespace);
        play(&cell.test, &format!("test {namespace}"), cancel).await?;
        let hooks = cell.hooks.iter().map(|hook| outcome(hook, &request.redactor)).collect();
        Ok(TestAnswer { hooks, said: Clean::default() })
    }

    async fn uninstall(
        &self,
        place: &Place,
        _: Duration,
        redactor: &Redactor,
        _: &Watch,
        cancel: &Cancel,
    ) -> Result<UninstallAnswer, Trouble> {
        self.calls.note(format!("uninstall {}", place.namespace));
        let cell = self.script.cell(&place.namespace);
        let answer = play(&cell.uninstall, &format!("uninstall {}", place.namespace), cancel).await?;
        Ok(match answer {
            Some(reason) => UninstallAnswer::Failed { reason: redactor.clean(&reason) },
            None => UninstallAnswer::Gone(cell.leftovers.iter().map(|text| leftover(text)).collect()),
        })
    }

    async fn evidence(&self, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile> {
        self.calls.note(format!("evidence {namespace}"));
        vec![EvidenceFile { name: "events.txt".to_owned(), content: redactor.clean("scripted events\n") }]
    }

    async fn close(&self, namespace: &str, _: Duration) -> Result<(), Trouble> {
        self.calls.note(format!("close {namespace}"));
        let step = self.script.cell(namespace).close;
        play(&step, &format!("delete the namespace {namespace}"), &Cancel::default()).await.map(|_| ())
    }

    async fn secrets(&self, _: &str) -> Redactor {
        Redactor::default()
    }

    async fn keep(&self, without: &[String]) -> Result<Kept, Trouble> {
        self.calls.note(format!("keep {} without [{}]", self.name, without.join(", ")));
        let name = self.name.clone();
        play(&self.own.keep, &format!("keep {name}"), &Cancel::default()).await?;
        Ok(Kept {
            kubeconfig: format!("/scripted/{name}/kubeconfig").into(),
            removal: format!("seatrial cluster down {name}"),
            name,
        })
    }

    async fn teardown(&self) -> Result<(), Trouble> {
        self.calls.note(format!("teardown {}", self.name));
        play(&self.own.teardown, &format!("remove {}", self.name), &Cancel::default()).await.map(|_| ())
    }
}

fn outcome(hook: &HookScript, redactor: &Redactor) -> HookOutcome {
    HookOutcome {
        name: hook.name.clone(),
        kind: "Pod".to_owned(),
        phase: match hook.phase.as_str() {
            "succeeded" => HookPhase::Succeeded,
            "failed" => HookPhase::Failed,
            "not-started" => HookPhase::NotStarted,
            _ => HookPhase::Unfinished,
        },
        reason: redactor.clean(&hook.reason),
        duration: Millis(1),
        logs: redactor.clean(&hook.logs),
    }
}

fn leftover(text: &str) -> Leftover {
    let (kind, name) = text.split_once('/').unwrap_or((text, ""));
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        namespace: String::new(),
        name: name.to_owned(),
    };
    Leftover { object, explained: None }
}
