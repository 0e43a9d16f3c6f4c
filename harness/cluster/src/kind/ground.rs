//! What clusters of this backend stand on: removed with their run, kept, or standing on their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use seatrial_host::Lease;
use seatrial_model::{Clean, Trouble};
use seatrial_ports::Kept;
use tokio::sync::Mutex;

use super::docker::{connect, refused, remove_container, remove_volume};
use super::moored::{Moored, Moorings, Why, text};
use super::node::Node;
use crate::cluster::Ground;

/// A node and the kubeconfig that leads to it, the run's own.
pub(super) struct KindGround {
    pub node: Node,
    /// Where the run keeps it.
    pub kubeconfig: PathBuf,
    /// What would be written down of it, and where.
    pub draft: Option<(Moorings, Moored)>,
    /// Set when a cluster of the run stays: its registry has to stay, too.
    pub stays: Arc<AtomicBool>,
}

impl KindGround {
    /// Writes the cluster down, so that it outlives the run. Held by `run` until the lease is dropped.
    pub(super) async fn moor(&self, why: Why, run: &str) -> Result<(Moored, Lease), Trouble> {
        let Some((moorings, draft)) = &self.draft else {
            let why = Clean::own("the run has nowhere to write it down");
            return Err(Trouble::new(format!("keep the node {}", self.node.name()), why));
        };
        let key = text(&self.kubeconfig)?;
        let (moored, lease) = loop {
            let moored = Moored { why, name: moorings.free_name(&draft.name), ..draft.clone() };
            match moorings.moor(&moored, &key, run) {
                Ok(lease) => break (moored, lease),
                // Another run took the name since.
                Err(_) if moorings.free_name(&draft.name) != moored.name => {}
                Err(trouble) => return Err(trouble),
            }
        };
        self.stays.store(true, Ordering::SeqCst);
        self.node.leave().await;
        Ok((moored, lease))
    }
}

#[async_trait]
impl Ground for KindGround {
    fn kubeconfig(&self) -> Option<PathBuf> {
        Some(self.kubeconfig.clone())
    }

    async fn remove(&self) -> Result<(), Trouble> {
        let removed = self.node.remove().await;
        // One that was never written, or is gone already, is as it should be.
        let _ = std::fs::remove_file(&self.kubeconfig);
        removed
    }

    async fn keep(&self) -> Result<Kept, Trouble> {
        let (moored, _lease) = self.moor(Why::Kept, "").await?;
        let kubeconfig = self.draft.as_ref().map(|(moorings, _)| moorings.kubeconfig(&moored.name));
        Ok(Kept { removal: moored.removal(), name: moored.name, kubeconfig: kubeconfig.unwrap_or_default() })
    }
}

/// A cluster that stands on its own: a run only lets go of it.
pub(super) struct StandingGround {
    pub moored: Moored,
    pub kubeconfig: PathBuf,
    pub lease: Mutex<Option<Lease>>,
}

#[async_trait]
impl Ground for StandingGround {
    fn kubeconfig(&self) -> Option<PathBuf> {
        Some(self.kubeconfig.clone())
    }

    async fn remove(&self) -> Result<(), Trouble> {
        self.lease.lock().await.take();
        Ok(())
    }

    fn outlives_its_run(&self) -> bool {
        true
    }

    async fn keep(&self) -> Result<Kept, Trouble> {
        self.lease.lock().await.take();
        Ok(Kept {
            name: self.moored.name.clone(),
            kubeconfig: self.kubeconfig.clone(),
            removal: self.moored.removal(),
        })
    }
}

/// Removes a cluster that outlived its run, and its registry unless another one pulls from it. `None` when a
/// run uses it: that one is named.
pub async fn take_down(moorings: &Moorings, name: &str) -> Result<Option<String>, Trouble> {
    let what = format!("remove the cluster {name}");
    let moored = moorings.get(name).map_err(|error| refused(&what, &format!("{error:#}")))?;
    let Some(_lease) = moorings.take(name, "cluster down").await? else {
        return Ok(Some(moorings.user(name)));
    };
    let docker = connect(&what).await?;
    let failed = |error| refused(&what, &error);
    remove_container(&docker, &moored.node).await.map_err(failed)?;
    remove_volume(&docker, &moored.volume).await.map_err(failed)?;
    let others = moorings.all();
    let shared = |container: &str| {
        others.iter().any(|other| {
            other.name != name && other.registry.as_ref().is_some_and(|one| one.container == container)
        })
    };
    if let Some(registry) = moored.registry.filter(|registry| !shared(&registry.container)) {
        remove_container(&docker, &registry.container).await.map_err(failed)?;
    }
    moorings.forget(name).map_err(|error| refused(&what, &format!("{error:#}")))?;
    Ok(None)
}
