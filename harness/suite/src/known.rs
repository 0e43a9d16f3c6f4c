//! What a suite may name besides its own files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use seatrial_model::KubernetesVersion;

/// Names that the program knows when it loads a suite.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Rule → the pack it is of.
    pub rules: BTreeMap<String, String>,
    /// Policy packs.
    pub packs: BTreeSet<String>,
    /// Pack → all packs whose rules belong to it as well, whether it includes them itself or by another one.
    pub includes: BTreeMap<String, BTreeSet<String>>,
    /// Kubernetes versions that clusters can be booted with, newest first.
    pub kubernetes: Vec<KubernetesVersion>,
    /// The folder of policy packs.
    pub policies_folder: PathBuf,
}

impl Known {
    /// Whether the rules of `pack` are among those of `named`.
    pub(crate) fn brings(&self, named: &str, pack: &str) -> bool {
        named == pack || self.includes.get(named).is_some_and(|included| included.contains(pack))
    }
}
