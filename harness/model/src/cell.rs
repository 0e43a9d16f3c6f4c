//! A cell's identity: chart × profile × cluster.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::dns_label;
use crate::version::{HelmMajor, KubernetesVersion};

/// Names one cell of a suite. Displayed as `ml-inference/prod@1.36+helm4`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CellId {
    /// The chart's name in the suite.
    pub chart: String,
    /// The profile's name.
    pub profile: String,
    /// The cluster's Kubernetes version as the suite asks for it.
    pub kubernetes: KubernetesVersion,
    /// The major version of Helm that installs it.
    pub helm: HelmMajor,
}

impl CellId {
    /// A file name for evidence: `ml-inference-prod-1.36-helm4`.
    pub fn slug(&self) -> String {
        format!("{}-{}-{}-helm{}", self.chart, self.profile, self.kubernetes, self.helm)
    }

    /// The cell's namespace in its cluster: a DNS label of at most 63 characters.
    pub fn namespace(&self) -> String {
        dns_label(&format!("{}-{}", self.chart, self.profile), 63)
    }

    /// The release's name: the chart's, within Helm's 53 characters.
    pub fn release(&self) -> String {
        dns_label(&self.chart, 53)
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}@{}+helm{}", self.chart, self.profile, self.kubernetes, self.helm))
    }
}
