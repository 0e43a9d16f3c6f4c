//! Where the programs are, how often to measure, and how busy the machine is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use seatrial_helm::Helm;
use seatrial_model::HelmMajor;
use seatrial_model::suite::ClusterSpec;

/// What every part needs.
pub(crate) struct Setting {
    /// The project's folder.
    pub(crate) root: PathBuf,
    /// How often each part measures, `RUNS`.
    pub(crate) runs: usize,
}

impl Setting {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().with_context(|| format!("find {}", root.display()))?;
        let runs = match std::env::var("RUNS") {
            Ok(number) => number.parse().with_context(|| format!("RUNS is `{number}`"))?,
            Err(_) => 5,
        };
        Ok(Self { root, runs })
    }
}

/// What set-up says in its environment file.
pub(crate) fn told(variable: &str) -> anyhow::Result<String> {
    std::env::var(variable).with_context(|| format!("{variable} is not set; `make bench` sets it"))
}

pub(crate) fn helm() -> anyhow::Result<Helm> {
    Ok(Helm::new(BTreeMap::from([(HelmMajor::V4, PathBuf::from(told("SEATRIAL_HELM4")?))]))?)
}

/// A cluster with nothing special, on the newest node image.
pub(crate) fn plain_cluster() -> anyhow::Result<ClusterSpec> {
    Ok(ClusterSpec {
        name: "bench".to_owned(),
        kubernetes: "1.36".parse().map_err(anyhow::Error::msg)?,
        helm: HelmMajor::V4,
        image: Some(told("SEATRIAL_NODE_1_36")?),
        node_labels: BTreeMap::new(),
        extended_resources: BTreeMap::new(),
        requirements: Vec::new(),
    })
}

/// An id for containers and volumes of ours.
pub(crate) fn run_id(part: &str) -> String {
    format!("bench-{part}-{}", std::process::id())
}

pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The machine's load averages, `0.10 0.42 0.56`.
pub(crate) fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
