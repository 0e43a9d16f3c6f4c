//! A cluster that stands, reached through its API server: what the port asks, handed to the modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kube::Client;
use seatrial_helm::ClusterHelm;
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{
    Cancel, Cluster, EvidenceFile, InstallAnswer, InstallRequest, Kept, LivePod, Place, PodSecurityAnswer,
    PodSecurityLevel, PodSecurityRequest, PodsRequest, RequirementRequest, Room, TestAnswer, TestRequest,
    UninstallAnswer, Watch,
};
use tokio::sync::{Mutex, OnceCell};

use crate::muster::Roll;
use crate::runs::Runs;
use crate::sweep::{Whose, sweep};
use crate::{
    evidence, install, inventory, live_pods, namespace, pod_security, require, room, secrets, test_run,
    trouble, uninstall,
};

/// What a cluster stands on and is removed with.
#[async_trait]
pub(crate) trait Ground: Send + Sync {
    /// Removes it, or lets go of it where it outlives its run. Idempotent.
    async fn remove(&self) -> Result<(), Trouble>;

    /// The file that leads to it.
    fn kubeconfig(&self) -> Option<PathBuf>;

    /// Whether it stays when the run is over: then the run takes away what it made in it.
    fn outlives_its_run(&self) -> bool {
        false
    }

    /// Lets it outlive its run.
    async fn keep(&self) -> Result<Kept, Trouble> {
        Err(Trouble::new("keep the cluster", Clean::own("a cluster of this kind cannot be kept")))
    }
}

/// A cluster behind a kubeconfig.
pub(crate) struct KubeCluster {
    pub(crate) run: String,
    pub(crate) client: Client,
    pub(crate) helm: ClusterHelm,
    pub(crate) ground: Box<dyn Ground>,
    pub(crate) required: Required,
    /// UIDs of what was in a namespace before its release was installed.
    pub(crate) before: Mutex<BTreeMap<String, BTreeSet<String>>>,
    /// Pods that were seen since the install in a namespace began.
    rolls: Mutex<BTreeMap<String, Roll>>,
    /// Levels of Pod Security whose namespace stands.
    enforcing: Mutex<BTreeMap<PodSecurityLevel, Once>>,
    /// How often containers had ended when the release of a namespace was ready.
    runs: Mutex<BTreeMap<String, Runs>>,
}

/// Requirements that were asked for, by namespace and name: each is installed once.
#[derive(Default)]
pub(crate) struct Required(Mutex<BTreeMap<(String, String), Once>>);

/// Whether one of them stands.
type Once = Arc<OnceCell<()>>;

impl Required {
    async fn cell(&self, request: &RequirementRequest) -> Once {
        let key = (require::home(request), request.requirement.name.clone());
        Arc::clone(self.0.lock().await.entry(key).or_default())
    }

    /// What stood in a namespace that is gone stands no more.
    async fn forget(&self, namespace: &str) {
        self.0.lock().await.retain(|(of, _), _| of != namespace);
    }

    async fn any_in(&self, namespace: &str) -> bool {
        self.0.lock().await.keys().any(|(of, _)| of == namespace)
    }
}

impl KubeCluster {
    pub(crate) fn new(run: &str, client: Client, helm: ClusterHelm, ground: Box<dyn Ground>) -> Self {
        let run = run.to_owned();
        let (required, before, rolls, enforcing, runs) = Default::default();
        Self { run, client, helm, ground, required, before, rolls, enforcing, runs }
    }

    /// Forgets a namespace: another cell may come to it.
    pub(crate) async fn forget(&self, namespace: &str) {
        self.required.forget(namespace).await;
        self.before.lock().await.remove(namespace);
        self.runs.lock().await.remove(namespace);
        self.rolls.lock().await.remove(namespace);
    }

    /// The roll of a namespace; a new one where none was begun.
    async fn roll(&self, namespace: &str) -> Roll {
        self.rolls.lock().await.entry(namespace.to_owned()).or_default().clone()
    }

    /// What was in a namespace before its release.
    async fn before(&self, namespace: &str) -> BTreeSet<String> {
        self.before.lock().await.get(namespace).cloned().unwrap_or_default()
    }

    /// Remembers what is in a namespace before a release is installed.
    pub(crate) async fn hold(&self, namespace: &str, uids: BTreeSet<String>) {
        self.before.lock().await.insert(namespace.to_owned(), uids);
    }

    /// Remembers what is in a namespace that requirements have filled: it is none of the release's.
    async fn remember(&self, place: &Place) -> Result<(), Trouble> {
        if self.required.any_in(&place.namespace).await {
            let what = format!("list what is in the namespace {}", place.namespace);
            let items = inventory::of_namespace(&self.client, &place.namespace).await;
            let items = items.map_err(|error| trouble::of(what, &error))?;
            let uids = items.into_iter().map(|item| item.uid).collect();
            self.before.lock().await.insert(place.namespace.clone(), uids);
        }
        Ok(())
    }
}

#[async_trait]
impl Cluster for KubeCluster {
    async fn room(&self) -> Option<Room> {
        room::of_cluster(&self.client).await
    }

    async fn open(&self, namespace: &str) -> Result<(), Trouble> {
        namespace::open(&self.client, &self.run, namespace).await
    }

    async fn require(
        &self,
        request: &RequirementRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<(), Trouble> {
        let cell = self.required.cell(request).await;
        let installing = || require::require(&self.client, &self.helm, &self.run, request, watch, cancel);
        cell.get_or_try_init(installing).await.copied()
    }

    async fn install(
        &self,
        request: &InstallRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<InstallAnswer, Trouble> {
        self.remember(&request.place).await?;
        let roll = Roll::default();
        self.rolls.lock().await.insert(request.place.namespace.clone(), roll.clone());
        let (answer, runs) =
            install::install(&self.client, &self.helm, request, &roll, watch, cancel).await?;
        self.runs.lock().await.insert(request.place.namespace.clone(), runs);
        Ok(answer)
    }

    async fn test(
        &self,
        request: &TestRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<TestAnswer, Trouble> {
        let roll = self.roll(&request.place.namespace).await;
        let answer = test_run::test(&self.client, &self.helm, request, &roll, watch, cancel).await?;
        let runs = self.runs.lock().await.get(&request.place.namespace).cloned().unwrap_or_default();
        let ended = runs.ended_since(&self.client, &request.redactor).await?;
        Ok(TestAnswer { ended, ..answer })
    }

    async fn pods(&self, request: &PodsRequest) -> Result<Vec<LivePod>, Trouble> {
        let namespace = &request.place.namespace;
        let (muster, before) = (self.roll(namespace).await.taken(), self.before(namespace).await);
        live_pods::of(&self.client, request, muster, &before).await
    }

    async fn admit_pod(&self, request: &PodSecurityRequest) -> Result<PodSecurityAnswer, Trouble> {
        let namespace = pod_security::namespace(request.level, &self.run);
        let stands = Arc::clone(self.enforcing.lock().await.entry(request.level).or_default());
        let labels = pod_security::labels(request.level, &request.kubernetes);
        let opening = || namespace::open_with(&self.client, &self.run, &namespace, &labels);
        stands.get_or_try_init(opening).await?;
        pod_security::ask(&self.client, &namespace, request).await
    }

    async fn uninstall(
        &self,
        place: &Place,
        deadline: Duration,
        redactor: &Redactor,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<UninstallAnswer, Trouble> {
        let before = self.before(&place.namespace).await;
        let request = uninstall::Request { place, deadline, redactor, before };
        uninstall::uninstall(&self.client, &self.helm, request, watch, cancel).await
    }

    async fn evidence(&self, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile> {
        evidence::collect(&self.client, namespace, redactor).await
    }

    async fn close(&self, namespace: &str, deadline: Duration) -> Result<(), Trouble> {
        namespace::close(&self.client, namespace, deadline).await?;
        // A cell that is tried again opens it anew, empty.
        self.forget(namespace).await;
        Ok(())
    }

    async fn secrets(&self, namespace: &str) -> Redactor {
        secrets::of_namespace(&self.client, namespace).await
    }

    fn kubeconfig(&self) -> Option<PathBuf> {
        self.ground.kubeconfig()
    }

    async fn teardown(&self) -> Result<(), Trouble> {
        let swept = if self.ground.outlives_its_run() {
            sweep(&self.client, &self.helm, Whose::Run(&self.run)).await
        } else {
            Ok(())
        };
        self.ground.remove().await.and(swept)
    }

    async fn keep(&self, without: &[String]) -> Result<Kept, Trouble> {
        let levels = self.enforcing.lock().await;
        let ours = levels.keys().map(|level| pod_security::namespace(*level, &self.run));
        let without: Vec<String> = without.iter().cloned().chain(ours).collect();
        // A namespace that does not go away must not keep the cluster from being kept.
        if let Err(trouble) = sweep(&self.client, &self.helm, Whose::Named(&without)).await {
            tracing::warn!(%trouble, "before the cluster is kept");
        }
        self.ground.keep().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatrial_model::suite::{Requirement, RequirementSource};

    fn request(namespace: &str) -> RequirementRequest {
        let source = RequirementSource::Manifests(Vec::new());
        let timeout = Duration::from_secs(1);
        RequirementRequest {
            requirement: Requirement { name: "db".to_owned(), source, timeout },
            namespace: Some(namespace.to_owned()),
            redactor: Redactor::default(),
        }
    }

    #[tokio::test]
    async fn a_namespace_that_is_gone_takes_its_requirements_with_it_and_no_others() {
        let required = Required::default();
        for namespace in ["demo-prod", "demo-dev"] {
            required.cell(&request(namespace)).await.set(()).unwrap();
        }
        required.forget("demo-prod").await;
        assert!(
            !required.cell(&request("demo-prod")).await.initialized(),
            "a cell tried again installs it anew"
        );
        assert!(required.cell(&request("demo-dev")).await.initialized());
    }
}
