//! The backend: finds an image, starts a node, boots it, and never leaves a failed one behind.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use seatrial_helm::Helm;
use seatrial_model::names::dns_label;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::time::Instant as Time;
use seatrial_model::{Clean, KubernetesVersion, Trouble};
use seatrial_ports::{Backend, BootFacts, Booted, Cancel, Watch};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::{Instant, sleep_until};

use super::adopt::{Adopted, Search};
use super::boot::{Boot, Standing, cut_off};
use super::docker::connect;
use super::exercise::not_exercised;
use super::ground::{KindGround, StandingGround};
use super::image::{self, NodeImage};
use super::moored::{Moored, MooredRegistry, Moorings, Why, is_name};
use super::node::Node;
use super::owner::Owner;
use super::prepare::{Mirror, Shell};
use super::registry::{self, Registry, RegistrySpec};
use super::steps::Steps;
use crate::cluster::{Ground, KubeCluster};

/// What becomes of clusters beyond their run.
#[derive(Debug, Clone)]
pub struct Mooring {
    /// Where those are written down that outlive it.
    pub moorings: Moorings,
    /// When the run started.
    pub since: Time,
    /// What the run does with them.
    pub after: After,
}

/// What a run does with its clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// They are removed, unless the run is asked to keep one.
    Remove,
    /// They stay for others to use, under a name where one is given.
    Stand(Option<String>),
    /// One that stands is taken where one fits; one that has to be booted stays.
    Reuse,
}

/// Makes clusters of one node each, as containers on this machine.
pub struct KindBackend {
    owner: Owner,
    mooring: Option<Mooring>,
    /// Whether a cluster of the run outlives it.
    stays: Arc<AtomicBool>,
    kubeconfigs: PathBuf,
    helm: Helm,
    spec: Option<RegistrySpec>,
    registry: OnceCell<Registry>,
    /// Images found so far, so that what was told at first is what runs in the end.
    images: Mutex<BTreeMap<String, NodeImage>>,
}

impl KindBackend {
    /// A backend for one run. Kubeconfigs are written to the folder `kubeconfigs`, which exists, and removed
    /// with their clusters. With a registry, nodes ask it first for images of the
    /// registries that it stands before.
    pub fn new(
        owner: impl Into<Owner>,
        kubeconfigs: impl Into<PathBuf>,
        helm: Helm,
        registry: Option<RegistrySpec>,
    ) -> Self {
        Self {
            owner: owner.into(),
            mooring: None,
            stays: Arc::default(),
            kubeconfigs: kubeconfigs.into(),
            helm,
            spec: registry,
            registry: OnceCell::new(),
            images: Mutex::default(),
        }
    }

    /// The same backend, whose clusters may outlive the run.
    #[must_use]
    pub fn moored(self, mooring: Mooring) -> Self {
        Self { mooring: Some(mooring), ..self }
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
            Some(spec) => {
                self.registry.get_or_try_init(|| registry::start(&self.owner, spec)).await.map(Some)
            }
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
            () = sleep_until(until.0) => return Err(cut_off(&spec.name, &steps.last(), Some(until.1))),
            () = cancel.cancelled() => return Err(cut_off(&spec.name, &steps.last(), None)),
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
            mirror: registry
                .zip(self.spec.as_ref())
                .map(|(registry, spec)| Mirror { url: &registry.mirror, hosts: spec.hosts() }),
            kubeconfig: &kubeconfig,
        };
        let (until, deadline) = until;
        let ended = tokio::select! {
            standing = boot.run(steps) => Some(standing),
            () = sleep_until(until) => None,
            () = cancel.cancelled() => return Err(cut_off(&spec.name, &steps.last(), None)),
        };
        ended.unwrap_or_else(|| Err(cut_off(&spec.name, &steps.last(), Some(deadline))))
    }
}

/// Clusters beyond their run.
impl KindBackend {
    /// A standing cluster, where the run may take one and one fits.
    async fn adopt(
        &self,
        spec: &ClusterSpec,
        steps: &mut Steps<'_>,
        until: (Instant, Duration),
        cancel: &Cancel,
    ) -> Result<Option<Adopted>, Trouble> {
        let Some(Mooring { moorings, after: After::Reuse, .. }) = &self.mooring else { return Ok(None) };
        let finding = async {
            let image = self.image(spec).await?;
            let run = self.owner.run();
            let search = Search { moorings, run, spec, image: &image, registry: self.spec.is_some() };
            let on =
                |moored: &Moored| self.helm.on_cluster(spec.helm, moorings.kubeconfig(&moored.name), None);
            Ok(search.find(on, steps).await)
        };
        // Dropped half way it holds nothing: a lease that was taken is let go of.
        tokio::select! {
            found = finding => found,
            () = sleep_until(until.0) => Err(cut_off(&spec.name, "standing cluster", Some(until.1))),
            () = cancel.cancelled() => Err(cut_off(&spec.name, "standing cluster", None)),
        }
    }

    fn adopted(&self, spec: &ClusterSpec, adopted: Adopted, steps: Steps<'_>) -> Booted {
        let Adopted { moored, lease, client, helm, registry } = adopted;
        let facts = BootFacts {
            kubernetes: moored.kubernetes.clone(),
            image: Some(moored.image.clone()),
            steps: steps.finish(),
            substitutions: registry.as_ref().map(substitutions).unwrap_or_default(),
            not_exercised: not_exercised(moored.enforces_network_policy),
            notes: Vec::new(),
        };
        tracing::info!(cluster = spec.name, standing = moored.name, "taken over");
        let ground = Box::new(self.standing(moored, lease));
        let cluster = KubeCluster::new(self.owner.run(), client, helm, ground);
        Booted { cluster: Arc::new(cluster), facts }
    }

    /// Writes a cluster down that is to stand; one that cannot be written down is removed.
    async fn stand(&self, ground: KindGround) -> Result<Box<dyn Ground>, Trouble> {
        match ground.moor(Why::Standing, self.owner.run()).await {
            Ok((moored, lease)) => Ok(Box::new(self.standing(moored, lease))),
            Err(trouble) => {
                if let Err(left) = ground.remove().await {
                    tracing::error!(%left, "after a cluster that could not be written down");
                }
                Err(trouble)
            }
        }
    }

    fn standing(&self, moored: Moored, lease: seatrial_host::Lease) -> StandingGround {
        let kubeconfig = self.mooring.as_ref().map(|mooring| mooring.moorings.kubeconfig(&moored.name));
        StandingGround { moored, kubeconfig: kubeconfig.unwrap_or_default(), lease: Mutex::new(Some(lease)) }
    }

    fn ground(&self, node: Node, draft: Option<(Moorings, Moored)>) -> KindGround {
        let kubeconfig = self.kubeconfigs.join(format!("{}.kubeconfig", node.name()));
        KindGround { node, kubeconfig, draft, stays: Arc::clone(&self.stays) }
    }

    /// What would be written down of a cluster.
    fn draft(
        &self,
        spec: &ClusterSpec,
        node: &Node,
        standing: &Standing,
        image: String,
    ) -> Option<(Moorings, Moored)> {
        let mooring = self.mooring.as_ref()?;
        let name = match &mooring.after {
            After::Stand(Some(name)) => name.clone(),
            _ if is_name(&spec.name) => spec.name.clone(),
            _ => dns_label(&spec.name, 50),
        };
        let registry = self.registry.get().map(|registry| MooredRegistry {
            container: registry.container.clone(),
            mirror: registry.mirror.clone(),
        });
        let moored = Moored {
            schema: Moored::schema(),
            name,
            why: Why::Standing,
            run: self.owner.run().to_owned(),
            since: mooring.since,
            kubernetes: standing.version.clone(),
            image,
            node: node.name().to_owned(),
            volume: node.volume(),
            registry,
            node_labels: spec.node_labels.clone(),
            extended_resources: spec.extended_resources.clone(),
            enforces_network_policy: standing.enforces_network_policy,
        };
        Some((mooring.moorings.clone(), moored))
    }
}

fn substitutions(registry: &Registry) -> Vec<String> {
    registry.images.iter().map(|image| format!("{image} (local registry)")).collect()
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
        let mut steps = Steps::new(watch);
        steps.next("image");
        if let Some(adopted) = self.adopt(spec, &mut steps, until, cancel).await? {
            return Ok(self.adopted(spec, adopted, steps));
        }
        let node = Node::new(&self.owner, &spec.name);
        // A panic must not lose what was started.
        let booting = AssertUnwindSafe(self.boot(&node, spec, &mut steps, until, cancel)).catch_unwind();
        let booted = booting.await.unwrap_or_else(|_| {
            let why = Clean::own("the harness panicked; this is a bug of seatrial, see harness.log");
            Err(Trouble::new(format!("boot the cluster {}", spec.name), why))
        });
        let standing = match booted {
            Ok(standing) => standing,
            Err(trouble) => {
                watch.say(Clean::own("removing the node"));
                if let Err(left) = self.ground(node, None).remove().await {
                    tracing::error!(%left, "after a boot that failed");
                }
                return Err(trouble);
            }
        };
        let image = self.images.lock().await.get(&spec.name).map(|image| image.name.clone());
        let facts = BootFacts {
            kubernetes: standing.version.clone(),
            image: image.clone(),
            steps: steps.finish(),
            substitutions: self.registry.get().map(substitutions).unwrap_or_default(),
            not_exercised: not_exercised(standing.enforces_network_policy),
            notes: Vec::new(),
        };
        let draft = self.draft(spec, &node, &standing, image.unwrap_or_default());
        let ground = self.ground(node, draft);
        let helm = self.helm.on_cluster(spec.helm, standing.kubeconfig, None);
        let ground: Box<dyn Ground> = match self.mooring.as_ref().map(|mooring| &mooring.after) {
            None | Some(After::Remove) => Box::new(ground),
            Some(After::Stand(_) | After::Reuse) => self.stand(ground).await?,
        };
        let cluster = KubeCluster::new(self.owner.run(), standing.client, helm, ground);
        Ok(Booted { cluster: Arc::new(cluster), facts })
    }

    async fn finish(&self) -> Result<(), Trouble> {
        match &self.spec {
            // Who removes the last cluster that pulls from it removes it.
            Some(_) if self.stays.load(Ordering::SeqCst) => Ok(()),
            None => Ok(()),
            Some(_) => registry::remove(self.owner.run()).await,
        }
    }
}
