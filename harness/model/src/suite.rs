//! A suite, loaded: every reference resolved, every default filled in, all paths absolute.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::check::CheckKind;
use crate::finding::Enforcement;
use crate::pod_path::PodPath;
use crate::version::{HelmMajor, KubernetesVersion};
use crate::waiver::Waiver;

/// What to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The file's stem, `prod-readiness`.
    pub name: String,
    /// The suite file.
    pub file: PathBuf,
    /// One sentence for reports.
    pub description: String,
    /// Clusters to boot, at least one.
    pub clusters: Vec<ClusterSpec>,
    /// Contexts of kubeconfig files on whose clusters its charts may be tried.
    pub contexts: Vec<String>,
    /// Charts, at least one.
    pub charts: Vec<ChartSpec>,
    /// Checks to make, at least one.
    pub checks: BTreeSet<CheckKind>,
    /// Policy packs and rules.
    pub policy: PolicySpec,
    /// Deadlines and sizes.
    pub limits: Limits,
    /// Findings that somebody answers for: the suite's own, then those for all suites of its folder.
    pub waivers: Vec<Waiver>,
}

/// One cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterSpec {
    /// Name in the suite, `k8s-1.36`.
    pub name: String,
    /// Which Kubernetes.
    pub kubernetes: KubernetesVersion,
    /// Which Helm installs on it.
    pub helm: HelmMajor,
    /// A node image to take instead of the one found by version.
    pub image: Option<String>,
    /// Labels put on the node.
    pub node_labels: BTreeMap<String, String>,
    /// Extended resources the node advertises, `nvidia.com/gpu` → 8.
    pub extended_resources: BTreeMap<String, u64>,
    /// What must stand before any cell is installed, one after the other.
    pub requirements: Vec<Requirement>,
}

/// One chart under test.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartSpec {
    /// The chart's name.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// Its profiles, at least one.
    pub profiles: Vec<Profile>,
}

/// A name and an ordered stack of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The name.
    pub name: String,
    /// Values files in order of precedence, the last wins.
    pub values: Vec<PathBuf>,
    /// `--set` entries, `key=value`.
    pub set: Vec<String>,
    /// Whether production rules apply.
    pub production: bool,
    /// What is to become of it.
    pub expect: Expectation,
    /// What the suite adds so that it fits a small cluster.
    pub overlay: Option<Overlay>,
    /// What must stand in the cell's namespace before it is installed; all at the same time.
    pub requirements: Vec<Requirement>,
    /// Whether it runs alone on its cluster, also where its render does not ask for it.
    pub exclusive: bool,
    /// How strictly packs and rules apply to it, over the suite's.
    pub levels: Levels,
    /// Who decides that its workloads are ready.
    pub wait: WaitMode,
}

/// Who decides that an installed release is ready.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaitMode {
    /// The harness: every desired replica of every workload of the release.
    #[default]
    Harness,
    /// `helm install --wait`, with helm's own idea of ready; the harness watches and explains.
    Helm,
}

impl std::fmt::Display for WaitMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Harness => "harness",
            Self::Helm => "helm",
        })
    }
}

/// What a profile is expected to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// Every check passes.
    Works,
    /// Refused at that stage, with a message that matches the regular expression.
    Rejected {
        /// Where.
        at: RejectionStage,
        /// A regular expression (crate `regex`), searched in the refusal.
        message: String,
    },
}

/// Where a chart refuses a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RejectionStage {
    /// `values.schema.json`.
    Schema,
    /// A template calls `fail` or `required`, or does not render.
    Render,
}

impl std::fmt::Display for RejectionStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Schema => "schema",
            Self::Render => "render",
        })
    }
}

/// Values that the suite adds for the install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The values file.
    pub file: PathBuf,
    /// Why.
    pub reason: String,
    /// What it may touch besides: `security`, `images`, `network-policies`.
    pub allow: BTreeSet<OverlayAllowance>,
}

/// What an overlay must ask for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverlayAllowance {
    /// Security contexts.
    Security,
    /// Images.
    Images,
    /// `NetworkPolicy` objects.
    NetworkPolicies,
}

impl std::fmt::Display for OverlayAllowance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Security => "security",
            Self::Images => "images",
            Self::NetworkPolicies => "network-policies",
        })
    }
}

/// What must stand before a cell is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The name; also the release's name when it is a chart.
    pub name: String,
    /// What to install.
    pub source: RequirementSource,
    /// How long it may take to become ready.
    pub timeout: Duration,
}

/// A chart or manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementSource {
    /// A chart folder and values files for it.
    Chart {
        /// The folder.
        path: PathBuf,
        /// Values files.
        values: Vec<PathBuf>,
    },
    /// Manifest files, applied in order.
    Manifests(Vec<PathBuf>),
}

/// What a profile sets over its suite's packs and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    /// Pack → its enforcement; `None` for each rule's own default.
    pub packs: BTreeMap<String, Option<Enforcement>>,
    /// Rule → enforcement, over everything else.
    pub rules: BTreeMap<String, Enforcement>,
}

/// Policy packs and rules that apply.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicySpec {
    /// Folder of packs.
    pub folder: PathBuf,
    /// Pack → its enforcement; `None` leaves each rule's own default.
    pub packs: BTreeMap<String, Option<Enforcement>>,
    /// Rule → enforcement, over the pack's.
    pub rules: BTreeMap<String, Enforcement>,
    /// Rule → parameters handed to it.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Where custom kinds hold Pods, as the suite says; one path for a kind.
    pub pod_paths: Vec<PodPath>,
}

impl PolicySpec {
    /// Where custom kinds hold Pods: as the suite says, and as is known without it.
    pub fn pods(&self) -> Vec<PodPath> {
        PodPath::with(&self.pod_paths)
    }
}

/// Deadlines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// For a cluster to boot.
    pub boot: Duration,
    /// For `helm install` and all workloads to become ready.
    pub install: Duration,
    /// For all test hooks of a cell.
    pub test: Duration,
    /// For uninstalling.
    pub uninstall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            boot: Duration::from_mins(3),
            install: Duration::from_mins(5),
            test: Duration::from_mins(5),
            uninstall: Duration::from_mins(2),
        }
    }
}
