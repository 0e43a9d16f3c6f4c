//! A cluster that exists, as the port asks for it: everything is done as on a cluster of one's own, behind the rules.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use seatrial_model::names::RUN_LABEL;
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{
    Cancel, Cluster, EvidenceFile, InstallAnswer, InstallRequest, Intent, Kept, LivePod, Place,
    PodSecurityAnswer, PodSecurityLevel, PodSecurityRequest, PodsRequest, RequirementRequest, TestAnswer,
    TestRequest, UninstallAnswer, Watch,
};
use tokio::sync::{Mutex, OnceCell};

use super::admission::Gate;
use super::kept;
use super::ledger::Ledger;
use super::nodes::Nodes;
use super::own::Own;
use super::scopes::Scopes;
use super::sweep::Sweep;
use super::{forbidden, names, requirements};
use crate::cluster::{Ground, KubeCluster};
use crate::leftovers::AT_RUN_TIME;
use crate::pod_security;

/// For everything that is left when the run ends: well within what the engine gives a teardown.
const LEAVING: Duration = Duration::from_secs(50);

/// Nothing of the cluster itself is removed.
pub(super) struct Stays;

#[async_trait]
impl Ground for Stays {
    fn kubeconfig(&self) -> Option<PathBuf> {
        None
    }

    async fn remove(&self) -> Result<(), Trouble> {
        Ok(())
    }
}

/// How making the namespace of each level ended.
#[derive(Default)]
pub(super) struct Enforcing(Mutex<BTreeMap<PodSecurityLevel, Opened>>);

/// How it ended, once it has.
type Opened = Arc<OnceCell<Result<(), Trouble>>>;

impl Enforcing {
    async fn of(&self, level: PodSecurityLevel) -> Opened {
        Arc::clone(self.0.lock().await.entry(level).or_default())
    }
}

/// A cluster that exists.
pub(super) struct ExistingCluster {
    pub inner: KubeCluster,
    pub context: String,
    pub scopes: Scopes,
    pub nodes: Option<Nodes>,
    pub own: Own,
    /// The namespace that the user names, where the run makes none.
    pub kept: Option<kept::Kept>,
    pub ledger: Ledger,
    /// Levels of Pod Security whose namespace was asked for.
    pub enforcing: Enforcing,
    pub cluster_scoped: bool,
    /// Masks what the kubeconfig holds.
    pub redactor: Redactor,
}

impl ExistingCluster {
    fn sweep(&self) -> Sweep<'_> {
        Sweep {
            client: &self.inner.client,
            helm: &self.inner.helm,
            scopes: &self.scopes,
            run: &self.inner.run,
            redactor: &self.redactor,
        }
    }

    /// Removes what cells could not, the homes of requirements, and what was allowed outside of namespaces.
    async fn leave(&self) -> Result<(), Trouble> {
        let mut ended = match &self.kept {
            Some(kept) => self.sweep().close(kept, LEAVING).await,
            None => Ok(()),
        };
        let left = self.own.left().await;
        let closing = left.iter().map(|namespace| self.own.close(namespace, LEAVING));
        for closed in futures::future::join_all(closing).await {
            ended = ended.and(closed);
        }
        ended.and(self.ledger.close_all(LEAVING).await)
    }
}

#[async_trait]
impl Cluster for ExistingCluster {
    fn outlives_run(&self) -> bool {
        true
    }

    fn is_shared(&self) -> bool {
        true
    }

    /// Empty where nothing may be installed for the whole cluster.
    fn home(&self, requirement: &str) -> String {
        if self.kept.is_some() { String::new() } else { names::of_requirement(requirement, &self.inner.run) }
    }

    async fn admit(&self, intent: &Intent) -> Result<(), Trouble> {
        let gate = Gate {
            client: &self.inner.client,
            context: &self.context,
            scopes: &self.scopes,
            nodes: self.nodes.as_ref(),
            ledger: &self.ledger,
            kept: self.kept.as_ref(),
            cluster_scoped: self.cluster_scoped,
        };
        gate.admit(intent).await
    }

    async fn open(&self, namespace: &str) -> Result<(), Trouble> {
        let Some(kept) = &self.kept else { return self.own.open(namespace).await };
        // Admission has let the cell in: what was there then is none of its release's.
        let before = kept.guest.lock().await.as_ref().map(|guest| guest.before.clone()).unwrap_or_default();
        self.inner.hold(namespace, before).await;
        Ok(())
    }

    async fn require(
        &self,
        request: &RequirementRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<(), Trouble> {
        let name = &request.requirement.name;
        let rest = requirements::rest(&request.requirement, &self.scopes).map_err(|error| {
            Trouble::new(
                format!("install the requirement {name}"),
                request.redactor.clean(&format!("{error:#}")),
            )
        })?;
        for name in &rest.there {
            tracing::info!(name, "the definition is there already and is used as it is");
        }
        let Some(requirement) = rest.requirement.clone() else { return Ok(()) };
        let namespace = if let Some(namespace) = &request.namespace {
            namespace.clone()
        } else {
            let home = self.home(name);
            if home.is_empty() {
                return Ok(());
            }
            self.own.open(&home).await?;
            home
        };
        let request = RequirementRequest {
            requirement,
            namespace: Some(namespace),
            redactor: request.redactor.clone(),
        };
        let answer = self.inner.require(&request, watch, cancel).await;
        rest.done();
        answer
    }

    async fn install(
        &self,
        request: &InstallRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<InstallAnswer, Trouble> {
        forbidden::judged(self.inner.install(request, watch, cancel).await?, request)
    }

    async fn test(
        &self,
        request: &TestRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<TestAnswer, Trouble> {
        self.inner.test(request, watch, cancel).await
    }

    async fn pods(&self, request: &PodsRequest) -> Result<Vec<LivePod>, Trouble> {
        self.inner.pods(request).await
    }

    /// Others' clusters may refuse the namespaces that this needs: then nothing is said.
    async fn admit_pod(&self, request: &PodSecurityRequest) -> Result<PodSecurityAnswer, Trouble> {
        if self.kept.is_some() {
            return Ok(pod_security::guest());
        }
        let namespace = pod_security::namespace(request.level, &self.inner.run);
        let stands = self.enforcing.of(request.level).await;
        let labels = pod_security::labels(request.level, &request.kubernetes);
        match stands.get_or_init(|| self.own.open_with(&namespace, labels)).await {
            Ok(()) => pod_security::ask(&self.inner.client, &namespace, request).await,
            Err(trouble) => Ok(pod_security::no_namespace(trouble)),
        }
    }

    async fn uninstall(
        &self,
        place: &Place,
        deadline: Duration,
        redactor: &Redactor,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<UninstallAnswer, Trouble> {
        let Some(kept) = &self.kept else {
            return self.inner.uninstall(place, deadline, redactor, watch, cancel).await;
        };
        if kept.guest.lock().await.is_none() {
            let why = Clean::own("no cell is in it");
            return Err(Trouble::new(format!("uninstall a release in {}", kept.name), why));
        }
        self.sweep().learn(kept, &place.release).await;
        let answer = self.inner.uninstall(place, deadline, redactor, watch, cancel).await?;
        Ok(match answer {
            UninstallAnswer::Gone(mut left) => {
                for one in &mut left {
                    if one.explained.as_deref() == Some(AT_RUN_TIME) {
                        let why =
                            "made at run time; nothing says whose it is, so that it stays in the namespace";
                        one.explained = Some(why.to_owned());
                    }
                }
                UninstallAnswer::Gone(left)
            }
            failed @ UninstallAnswer::Failed { .. } => failed,
        })
    }

    async fn evidence(&self, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile> {
        let mut all = self.redactor.clone();
        all.merge(redactor);
        self.inner.evidence(namespace, &all).await
    }

    async fn close(&self, namespace: &str, deadline: Duration) -> Result<(), Trouble> {
        let closed = match &self.kept {
            Some(kept) => self.sweep().close(kept, deadline).await,
            None => self.own.close(namespace, deadline).await,
        };
        self.inner.forget(namespace).await;
        let swept = self.ledger.close(namespace, deadline).await;
        closed.and(swept)
    }

    async fn secrets(&self, namespace: &str) -> Redactor {
        let mut redactor = self.inner.secrets(namespace).await;
        redactor.merge(&self.redactor);
        redactor
    }

    /// The user's own kubeconfig leads elsewhere where its context is not spelled out: it is not handed on.
    fn kubeconfig(&self) -> Option<PathBuf> {
        None
    }

    async fn keep(&self, _: &[String]) -> Result<Kept, Trouble> {
        let why = Clean::own("it is not the run's own, and stays in any case");
        Err(Trouble::new(format!("keep the cluster of the context {}", self.context), why))
    }

    async fn teardown(&self) -> Result<(), Trouble> {
        let run = &self.inner.run;
        let left = tokio::time::timeout(LEAVING, self.leave()).await.unwrap_or_else(|_| {
            let why = format!("it took longer than {} s", LEAVING.as_secs());
            Err(Trouble::new(format!("leave the context {}", self.context), self.redactor.clean(&why)))
        });
        left.map_err(|trouble| match trouble.hint {
            Some(_) => trouble,
            None => trouble
                .hint(format!("kubectl get namespaces --selector {RUN_LABEL}={run} shows what is left")),
        })
    }
}
