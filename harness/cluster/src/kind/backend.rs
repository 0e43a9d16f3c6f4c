//! The backend: finds an image, starts a node, boots it, and never leaves a failed one behind.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use seatrial_helm::Helm;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Trouble};
use seatrial_ports::{Backend, BootFacts, Booted, Cancel, Watch};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, sleep_until};

use super::boot::{Boot, Standing, cut_off};
use super::docker::connect;
use super::exercise::not_exercised;
use super::image::{self, NodeImage};
use super::node::Node;
use super::prepare::Shell;
use super::registry::{self, Registry, RegistrySpec};
use super::steps::Steps;
use crate::cluster::{Ground, KubeCluster};

/// Makes clusters of one node each, as containers on this machine.
pub struct KindBackend {
    run: String,
    kubeconfigs: PathBuf,
    helm: Helm,
    spec: Option<RegistrySpec>,
    registry: OnceCell<Registry>,
    /// Images found so far, so that what was told at first is what runs in the end.
    images: Mutex<BTreeMap<String, NodeImage>>,
}

impl KindBackend {
    /// A backend for one run. Kubeconfigs are written to the folder `kubeconfigs`, which exists, and removed
    /// with their clusters. With a registry, nodes ask it for every image first.
    pub fn new(
        run: impl Into<String>,
        kubeconfigs: impl Into<PathBuf>,
        helm: Helm,
        registry: Option<RegistrySpec>,
    ) -> Self {
        Self {
            run: run.into(),
            kubeconfigs: kubeconfigs.into(),
            helm,
            spec: registry,
            registry: OnceCell::new(),
            images: Mutex::default(),
        }
    }

    async fn image(&self, spec: &ClusterSpec) -> Result<NodeImage, Trouble> {
        let mut images = self.images.lock().await;
        if let Some(image) = images.get(&spec.name) {
            return Ok(image.clone());
        }
        let image = image::find(spec).await?;
        images.insert(spec.name.clone(), image.clone());
        Ok(image)
    }

    /// The run's registry, started by the first cluster that needs it.
    async fn registry(&self) -> Result<Option<&Registry>, Trouble> {
        match &self.spec {
            None => Ok(None),
            Some(spec) => self.registry.get_or_try_init(|| registry::start(&self.run, spec)).await.map(Some),
        }
    }

    /// Everything between "a node may exist" and "it stands": trouble in here is followed by removal.
    async fn boot(
        &self,
        node: &Node,
        spec: &ClusterSpec,
        steps: &mut Steps<'_>,
        until: (Instant, Duration),
        cancel: &Cancel,
    ) -> Result<Standing, Trouble> {
        let image = tokio::select! {
            image = self.image(spec) => image?,
            () = sleep_until(until.0) => return Err(cut_off(&spec.name, steps.name(), Some(until.1))),
            () = cancel.cancelled() => return Err(cut_off(&spec.name, steps.name(), None)),
        };
        // These two are awaited to their end even when cancelled: Docker goes on with a request whose caller
        // left, and what it makes then would not be removed. They take seconds, and have deadlines.
        steps.next("container");
        let docker = connect(&format!("start the node {}", node.name())).await?;
        let (registry, port) = tokio::join!(self.registry(), node.start(&docker, &image.name));
        let (registry, port) = (registry?, port?);

        let kubeconfig = self.kubeconfigs.join(format!("{}.kubeconfig", node.name()));
        let boot = Boot {
            shell: Shell { docker: &docker, node: node.name() },
            spec,
            image: &image,
            port,
            mirror: registry.map(|registry| registry.mirror.as_str()),
            kubeconfig: &kubeconfig,
        };
        let (until, deadline) = until;
        let ended = tokio::select! {
            standing = boot.run(steps) => Some(standing),
            () = sleep_until(until) => None,
            () = cancel.cancelled() => return Err(cut_off(&spec.name, steps.name(), None)),
        };
        ended.unwrap_or_else(|| Err(cut_off(&spec.name, steps.name(), Some(deadline))))
    }
}

#[async_trait]
impl Backend for KindBackend {
    async fn resolve(&self, spec: &ClusterSpec) -> Result<KubernetesVersion, Trouble> {
        Ok(self.image(spec).await?.version)
    }

    async fn provision(
        &self,
        spec: &ClusterSpec,
        deadline: Duration,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<Booted, Trouble> {
        let until = (Instant::now() + deadline, deadline);
        let node = Node::new(&self.run, &spec.name);
        let mut steps = Steps::new(watch);
        steps.next("image");
        let standing = match self.boot(&node, spec, &mut steps, until, cancel).await {
            Ok(standing) => standing,
            Err(trouble) => {
                watch.say(Clean::own("removing the node"));
                let ground = KindGround::new(node, &self.kubeconfigs);
                if let Err(left) = ground.remove().await {
                    tracing::error!(%left, "after a boot that failed");
                }
                return Err(trouble);
            }
        };
        let image = self.images.lock().await.get(&spec.name).map(|image| image.name.clone());
        let served = self.registry.get().map(|registry| registry.images.as_slice()).unwrap_or_default();
        let facts = BootFacts {
            kubernetes: standing.version,
            image,
            steps: steps.finish(),
            substitutions: served.iter().map(|image| format!("{image} (local registry)")).collect(),
            not_exercised: not_exercised(standing.enforces_network_policy),
        };
        let helm = self.helm.on_cluster(spec.helm, standing.kubeconfig, None);
        let ground = KindGround::new(node, &self.kubeconfigs);
        let cluster = KubeCluster::new(&self.run, standing.client, helm, Box::new(ground));
        Ok(Booted { cluster: Arc::new(cluster), facts })
    }

    async fn finish(&self) -> Result<(), Trouble> {
        match &self.spec {
            None => Ok(()),
            Some(_) => registry::remove(&self.run).await,
        }
    }
}

/// A node and the kubeconfig that leads to it.
struct KindGround {
    node: Node,
    kubeconfig: PathBuf,
}

impl KindGround {
    fn new(node: Node, kubeconfigs: &std::path::Path) -> Self {
        let kubeconfig = kubeconfigs.join(format!("{}.kubeconfig", node.name()));
        Self { node, kubeconfig }
    }
}

#[async_trait]
impl Ground for KindGround {
    async fn remove(&self) -> Result<(), Trouble> {
        let removed = self.node.remove().await;
        // One that was never written, or is gone already, is as it should be.
        let _ = std::fs::remove_file(&self.kubeconfig);
        removed
    }
}
