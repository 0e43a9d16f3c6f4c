//! The closed set of checks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One question asked of a cell, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    /// `helm lint` with the profile's values.
    Lint,
    /// The templates render (or are refused as the profile expects).
    Render,
    /// The objects fit the OpenAPI schema of the cell's Kubernetes version, on the profile's own render.
    Schema,
    /// The policy packs, on the profile's own render.
    Policy,
    /// `helm install`, and every workload becomes ready.
    Install,
    /// The chart's `helm test` hooks.
    Test,
    /// The policy packs, on the Pods that run or ran; the API server as a witness of ours.
    Audit,
    /// `helm uninstall`, and what it left.
    Uninstall,
}

impl CheckKind {
    /// Every check, in the order in which they are asked.
    pub const ALL: [Self; 8] = [
        Self::Lint,
        Self::Render,
        Self::Schema,
        Self::Policy,
        Self::Install,
        Self::Test,
        Self::Audit,
        Self::Uninstall,
    ];

    /// The name in suites and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Render => "render",
            Self::Schema => "schema",
            Self::Policy => "policy",
            Self::Install => "install",
            Self::Test => "test",
            Self::Audit => "audit",
            Self::Uninstall => "uninstall",
        }
    }

    /// The checks without which this one cannot be asked, in order.
    pub fn stands_on(self) -> &'static [Self] {
        match self {
            Self::Lint | Self::Render => &[],
            Self::Schema | Self::Policy | Self::Install => &[Self::Render],
            Self::Test | Self::Audit | Self::Uninstall => &[Self::Render, Self::Install],
        }
    }

    /// Whether it judges by the suite's policy packs.
    pub fn evaluates_packs(self) -> bool {
        matches!(self, Self::Policy | Self::Audit)
    }

    /// Whether the check needs a cluster.
    pub fn is_live(self) -> bool {
        match self {
            Self::Lint | Self::Render | Self::Schema | Self::Policy => false,
            Self::Install | Self::Test | Self::Audit | Self::Uninstall => true,
        }
    }
}

impl fmt::Display for CheckKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
