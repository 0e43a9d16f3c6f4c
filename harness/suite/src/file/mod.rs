//! The suite file as it is written. The schema for editors is generated from these types.
//!
//! Every field may be absent here, even those that the schema requires: what is missing has been told when
//! these are read, and the rest of the file is still to be judged.

mod charts;
mod clusters;
mod policies;
mod waivers;
mod words;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seatrial_model::CheckKind;
use seatrial_model::suite::WaitMode;
use serde::Deserialize;

pub(crate) use charts::{ChartFile, Expect, OverlayFile, ProfileEntry, ProfileFile};
pub(crate) use clusters::{ClusterFile, RequirementFile, Scope};
pub(crate) use policies::{PackSetting, PodPathFile, PoliciesFile};
pub(crate) use waivers::{ScopeFile, WaiverFile, WaiversFile};
pub(crate) use words::DurationText;

/// What to try: charts and profiles, on clusters, with checks and policies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "seatrial suite", rename = "Suite")]
pub(crate) struct SuiteFile {
    /// The format of this file.
    #[expect(dead_code, reason = "the schema holds it to its only value")]
    #[schemars(required)]
    pub(crate) api_version: Option<ApiVersion>,
    /// What this file is.
    #[expect(dead_code, reason = "the schema holds it to its only value")]
    #[schemars(required)]
    pub(crate) kind: Option<Kind>,
    /// One sentence for reports.
    pub(crate) description: Option<String>,
    /// Checks to make; all when absent.
    #[serde(default)]
    #[schemars(schema_with = "words::checks")]
    pub(crate) checks: Option<Vec<CheckKind>>,
    /// Clusters to boot. Each chart and profile is tried on each.
    #[schemars(required, length(min = 1))]
    pub(crate) clusters: Option<Vec<ClusterFile>>,
    /// Kubeconfig contexts that `--context` may name: clusters that exist and on which charts may be tried.
    #[serde(default)]
    #[schemars(schema_with = "words::contexts")]
    pub(crate) contexts: Option<Vec<String>>,
    /// What must stand before charts are installed, by name.
    pub(crate) requirements: Option<BTreeMap<String, RequirementFile>>,
    /// Policy packs and rules.
    pub(crate) policies: Option<PoliciesFile>,
    /// Who decides that workloads are ready. `harness` (when absent): all desired replicas of every workload, whatever
    /// a rollout may leave unavailable. `helm`: `helm install --wait` with its own idea of ready.
    #[serde(default)]
    #[schemars(schema_with = "words::wait")]
    pub(crate) wait: Option<WaitMode>,
    /// Deadlines.
    pub(crate) limits: Option<LimitsFile>,
    /// Findings that somebody answers for until a day. Those for all suites stand in `waivers.yaml` beside this file.
    #[schemars(length(min = 1))]
    pub(crate) waivers: Option<Vec<WaiverFile>>,
    /// Charts under test.
    #[schemars(required, length(min = 1))]
    pub(crate) charts: Option<Vec<ChartFile>>,
}

/// The format of this file.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) enum ApiVersion {
    #[serde(rename = "seatrial.dev/v1")]
    V1,
}

/// What this file is.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) enum Kind {
    Suite,
}

/// Deadlines.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Limits")]
pub(crate) struct LimitsFile {
    /// For a cluster to boot; 3m when absent.
    pub(crate) boot: Option<DurationText>,
    /// For an install and all its workloads to become ready; 5m when absent.
    pub(crate) install: Option<DurationText>,
    /// For all test hooks of a cell; 5m when absent.
    pub(crate) test: Option<DurationText>,
    /// For an uninstall; 2m when absent.
    pub(crate) uninstall: Option<DurationText>,
}
