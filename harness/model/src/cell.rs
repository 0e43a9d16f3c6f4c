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

    /// Whether `text` names it: the whole of it as displayed, or `chart/profile`, or that with the Kubernetes
    /// version.
    pub fn is_named(&self, text: &str) -> bool {
        let shown = self.to_string();
        let rest = shown.strip_prefix(text).filter(|_| text.contains('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('@') || rest.starts_with('+'))
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

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("app/prod@1.36+helm4", true)]
    #[case("app/prod@1.36", true)]
    #[case("app/prod", true)]
    #[case("app/pro", false)]
    #[case("app/prod@1.3", false)]
    #[case("app", false)]
    #[case("", false)]
    fn a_cell_is_named_whole_or_by_a_whole_beginning(#[case] text: &str, #[case] named: bool) {
        let cell = CellId {
            chart: "app".to_owned(),
            profile: "prod".to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
        };
        assert_eq!(cell.is_named(text), named);
    }
}
