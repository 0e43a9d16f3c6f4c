//! Making clusters.

use std::sync::Arc;

use async_trait::async_trait;
use seatrial_model::record::StepRecord;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Trouble};
use std::time::Duration;

use crate::{Cancel, Cluster, Watch};

/// A cluster that stands, and how it came to.
pub struct Booted {
    /// The cluster; its `teardown` must be awaited.
    pub cluster: Arc<dyn Cluster>,
    /// Facts for the record.
    pub facts: BootFacts,
}

/// Facts of a boot for the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootFacts {
    /// The version that runs, with its patch level.
    pub kubernetes: KubernetesVersion,
    /// The node image, where there is one.
    pub image: Option<String>,
    /// Steps with durations, in order.
    pub steps: Vec<StepRecord>,
    /// `company/ml-inference:1.4.2 (local registry)`, one for each image the run's own registry serves.
    pub substitutions: Vec<String>,
    /// What this cluster accepts and does not exercise.
    pub not_exercised: Vec<NotExercised>,
    /// What a reader should know of it besides, one sentence each.
    pub notes: Vec<Clean>,
}

/// Something that charts may ask for and this cluster does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotExercised {
    /// The kind of object that asks for it, or `Service/LoadBalancer`; said only where one was installed.
    pub kind: String,
    /// One sentence.
    pub sentence: String,
}

/// Makes clusters of one kind.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The version that would run for what a suite asks for, told without booting: the render before the
    /// cluster stands uses it.
    async fn resolve(&self, spec: &ClusterSpec) -> Result<KubernetesVersion, Trouble>;

    /// Boots a cluster and waits until the node is Ready and cluster DNS answers, with the spec's node
    /// labels and extended resources in place. On trouble, or when `cancel` fires, whatever was started is
    /// gone before this returns.
    async fn provision(
        &self,
        spec: &ClusterSpec,
        deadline: Duration,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<Booted, Trouble>;

    /// Removes what belongs to the run and to no cluster (the registry). Called once, at the very end.
    async fn finish(&self) -> Result<(), Trouble>;
}
