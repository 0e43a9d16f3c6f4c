//! Clusters and requirements as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seatrial_model::HelmMajor;
use serde::Deserialize;

use super::words::{self, DurationText};

/// One cluster to boot.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Cluster")]
pub(crate) struct ClusterFile {
    /// Its name; `k8s-<version>-helm<major>` when absent.
    #[serde(default)]
    #[schemars(schema_with = "words::name")]
    pub(crate) name: Option<String>,
    /// Kubernetes version in quotes, `"1.36"`.
    #[schemars(required)]
    pub(crate) kubernetes: Option<String>,
    /// Major version of Helm; 4 when absent.
    #[serde(default)]
    #[schemars(schema_with = "words::helm_major")]
    pub(crate) helm: Option<HelmMajor>,
    /// A node image to take instead of the one found by version.
    #[schemars(length(min = 1))]
    pub(crate) image: Option<String>,
    /// Labels put on the node.
    pub(crate) node_labels: Option<BTreeMap<String, String>>,
    /// Extended resources that the node advertises, `nvidia.com/gpu: 8`.
    pub(crate) extended_resources: Option<BTreeMap<String, u64>>,
    /// Requirements of scope `cluster` that must stand before any chart is installed, one after the other.
    pub(crate) requirements: Option<Vec<String>>,
}

/// A chart or manifests that must stand first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Requirement")]
pub(crate) struct RequirementFile {
    /// `cluster`: once per cluster; `cell`: in the namespace of each cell that asks for it.
    #[schemars(required)]
    pub(crate) scope: Option<Scope>,
    /// A chart's folder, relative to this file.
    pub(crate) chart: Option<String>,
    /// Values files for the chart, relative to this file.
    pub(crate) values: Option<Vec<String>>,
    /// Manifest files, relative to this file, applied in order.
    #[schemars(length(min = 1))]
    pub(crate) manifests: Option<Vec<String>>,
    /// How long it may take to become ready; 5m when absent.
    pub(crate) timeout: Option<DurationText>,
}

/// For whom a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Scope {
    Cluster,
    Cell,
}
