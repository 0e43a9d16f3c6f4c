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
    /// Kubernetes versions that clusters can be booted with, newest first.
    pub kubernetes: Vec<KubernetesVersion>,
    /// The folder of policy packs.
    pub policies_folder: PathBuf,
}
