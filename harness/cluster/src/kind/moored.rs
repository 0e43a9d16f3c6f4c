//! Clusters that outlive their run: what is known of each, in a folder of its own.
//!
//! `<name>/cluster.json`, `<name>/kubeconfig`, and `<name>/lease`, which is held by the run that uses it. This
//! module owns the files; who boots, adopts or removes a cluster is elsewhere.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use seatrial_host::lease::{self, LEASE};
use seatrial_host::{Holder, Lease, write_atomic};
use seatrial_model::time::Instant;
use seatrial_model::{KubernetesVersion, Redactor, Trouble};
use serde::{Deserialize, Serialize};

use crate::kubeconfig;

/// The value of [`Moored::schema`] that this version writes and reads.
const SCHEMA: &str = "seatrial.dev/cluster/v1";
const FILE: &str = "cluster.json";
/// What a file of ours may hold.
const LARGEST: u64 = 1 << 20;

/// A cluster that outlives its run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Moored {
    /// The format of the file.
    pub schema: String,
    /// Its name, also its folder's.
    pub name: String,
    /// Why it is still there.
    pub why: Why,
    /// The run that booted it, whose labels it carries.
    pub run: String,
    /// When that run started.
    pub since: Instant,
    /// The version that runs, with its patch level.
    pub kubernetes: KubernetesVersion,
    /// The node image.
    pub image: String,
    /// The node's container.
    pub node: String,
    /// The node's volume.
    pub volume: String,
    /// The registry that its node pulls from.
    pub registry: Option<MooredRegistry>,
    /// Labels put on the node.
    pub node_labels: BTreeMap<String, String>,
    /// Extended resources put on the node.
    pub extended_resources: BTreeMap<String, u64>,
    /// Whether its network enforces `NetworkPolicy`.
    pub enforces_network_policy: bool,
}

/// A registry that outlives its run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MooredRegistry {
    /// Its container.
    pub container: String,
    /// Its address as the node was told, `http://172.17.0.2:5000`.
    pub mirror: String,
}

/// Why a cluster is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// For runs to use: `cluster up`, `suite --reuse`.
    Standing,
    /// For a person to look at: `suite --keep`.
    Kept,
}

impl Moored {
    /// Names of the containers and volumes that belong to it.
    pub fn holds(&self) -> impl Iterator<Item = &str> {
        let registry = self.registry.iter().map(|registry| registry.container.as_str());
        [self.node.as_str(), self.volume.as_str()].into_iter().chain(registry)
    }

    /// What removes it.
    pub fn removal(&self) -> String {
        format!("seatrial cluster down {}", self.name)
    }
}

/// The folder of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moorings {
    folder: PathBuf,
}

impl Moorings {
    /// Those in `folder`, which need not be there.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// All that can be read, by name.
    pub fn all(&self) -> Vec<Moored> {
        self.names().iter().filter_map(|name| self.get(name).ok()).collect()
    }

    /// Names of all, those included whose file cannot be read.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<String> = names.filter(|name| is_name(name)).collect();
        names.sort();
        names
    }

    /// What is known of one.
    pub fn get(&self, name: &str) -> anyhow::Result<Moored> {
        ensure!(is_name(name), "`{name}` is no name of a cluster");
        let path = self.of(name).join(FILE);
        let read = || -> anyhow::Result<Moored> {
            let size = std::fs::metadata(&path)?.len();
            ensure!(size <= LARGEST, "it is larger than {LARGEST} bytes");
            let moored: Moored = serde_json::from_str(&std::fs::read_to_string(&path)?)?;
            if moored.schema != SCHEMA || moored.name != name {
                bail!("it is of the format `{}`, for `{}`", moored.schema, moored.name);
            }
            Ok(moored)
        };
        read().with_context(|| format!("read {}", path.display()))
    }

    /// The folder of one.
    pub fn of(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The kubeconfig that leads to it.
    pub fn kubeconfig(&self, name: &str) -> PathBuf {
        self.of(name).join("kubeconfig")
    }

    /// Whether a run uses it.
    pub fn holder(&self, name: &str) -> Holder {
        lease::holder(&self.of(name).join(LEASE), &lease::host())
    }

    /// The run that uses it, as it says itself.
    pub fn user(&self, name: &str) -> String {
        lease::note(&self.of(name).join(LEASE))
    }

    /// Takes it for a run; `None` when another has it.
    pub async fn take(&self, name: &str, run: &str) -> Result<Option<Lease>, Trouble> {
        let taken = Lease::take(&self.of(name).join(LEASE), run).await;
        taken.map_err(|error| trouble(format!("take the cluster {name}"), &error))
    }

    /// A name that is free: `wanted`, or with a number after it.
    pub(super) fn free_name(&self, wanted: &str) -> String {
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        names.find(|name| !self.of(name).exists()).unwrap_or_else(|| wanted.to_owned())
    }

    /// Writes down a cluster that stands now. It is `run`'s until the lease is dropped.
    pub(super) fn moor(&self, moored: &Moored, kubeconfig: &str, run: &str) -> Result<Lease, Trouble> {
        let folder = self.of(&moored.name);
        let moor = || -> anyhow::Result<Lease> {
            let lease = Lease::found(&folder, run)?;
            let written = kubeconfig::write(&self.kubeconfig(&moored.name), kubeconfig);
            if let Err(error) = written.and_then(|()| self.update(moored)) {
                let _ = std::fs::remove_dir_all(&folder);
                return Err(error);
            }
            Ok(lease)
        };
        moor().map_err(|error| trouble(format!("write down the cluster {}", moored.name), &error))
    }

    /// Writes what changed.
    pub(super) fn update(&self, moored: &Moored) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(moored)?;
        write_atomic(&self.of(&moored.name).join(FILE), format!("{text}\n").as_bytes())
    }

    /// Removes all that is known of one. Its file goes first: without it, it is none.
    pub fn forget(&self, name: &str) -> anyhow::Result<()> {
        ensure!(is_name(name), "`{name}` is no name of a cluster");
        let folder = self.of(name);
        let _ = std::fs::remove_file(folder.join(FILE));
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("remove {}", folder.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a name is fit for a folder and a command line: letters, digits, `.`, `-`, `_`; no dot in front.
pub fn is_name(name: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (1..=63).contains(&name.len()) && name.bytes().all(fit) && !name.starts_with(['.', '-'])
}

impl Moored {
    /// The format that is written.
    pub(super) fn schema() -> String {
        SCHEMA.to_owned()
    }
}

fn trouble(what: String, error: &anyhow::Error) -> Trouble {
    Trouble::new(what, Redactor::default().clean(&format!("{error:#}")))
}

/// Where the file of a kubeconfig is read from.
pub(super) fn text(path: &Path) -> Result<String, Trouble> {
    std::fs::read_to_string(path).map_err(|error| {
        let why = Redactor::default().clean(&error.to_string());
        Trouble::new(format!("read {}", path.display()), why)
    })
}

#[cfg(test)]
#[path = "moored_tests.rs"]
pub(crate) mod tests;
