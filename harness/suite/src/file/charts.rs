//! Charts and profiles as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seatrial_model::Enforcement;
use seatrial_model::suite::{OverlayAllowance, RejectionStage, WaitMode};
use serde::Deserialize;

use super::{PackSetting, words};

/// One chart under test.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Chart")]
pub(crate) struct ChartFile {
    /// Its folder, relative to this file.
    #[schemars(required)]
    pub(crate) chart: Option<String>,
    /// Profiles to try; all that its files suggest (`values.yaml`, `values-<name>.yaml`,
    /// `ci/<name>-values.yaml`) when absent.
    #[schemars(length(min = 1))]
    pub(crate) profiles: Option<Vec<ProfileEntry>>,
}

/// A profile: its name, or more about it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum ProfileEntry {
    Name(#[schemars(schema_with = "words::name")] String),
    Full(Box<ProfileFile>),
}

/// A name and an ordered stack of values.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Profile")]
pub(crate) struct ProfileFile {
    /// Its name.
    #[schemars(required, schema_with = "words::name")]
    pub(crate) name: Option<String>,
    /// Values files over the chart's own, relative to the chart, the last wins; found by the profile's name
    /// when absent.
    pub(crate) values: Option<Vec<String>>,
    /// `--set` entries, `key=value`.
    pub(crate) set: Option<Vec<String>>,
    /// Whether production rules apply.
    pub(crate) production: Option<bool>,
    /// `works`, or how it is refused.
    pub(crate) expect: Option<Expect>,
    /// Values that the suite adds so that it fits a small cluster.
    pub(crate) overlay: Option<OverlayFile>,
    /// Requirements of scope `cell` that must stand before it is installed. They are installed at the same time,
    /// in no order.
    pub(crate) requirements: Option<Vec<String>>,
    /// Whether it runs alone on its cluster. What its render shows (definitions, webhooks, cluster roles with fixed
    /// names, other namespaces, ports of the node) is found without it.
    pub(crate) exclusive: Option<bool>,
    /// Pack → `enforce`, `audit`, `off` or `default` for this profile, over all that the suite sets for the pack, for those
    /// that it includes and for their rules. What the suite turns off by a narrower name, a rule or an included pack,
    /// stays off, and so does what is off by default and named nowhere.
    pub(crate) packs: Option<BTreeMap<String, PackSetting>>,
    /// Rule → enforcement for this profile, over everything else.
    #[serde(default)]
    #[schemars(schema_with = "words::enforcements")]
    pub(crate) rules: Option<BTreeMap<String, Enforcement>>,
    /// Who decides that its workloads are ready, over the suite's `wait`.
    #[serde(default)]
    #[schemars(schema_with = "words::wait")]
    pub(crate) wait: Option<WaitMode>,
}

/// What is to become of a profile.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum Expect {
    Works(Works),
    Rejected(Box<RejectionFile>),
}

/// Every check passes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum Works {
    Works,
}

/// Refused for one reason and no other.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rejection")]
pub(crate) struct RejectionFile {
    /// Where and with what message.
    #[schemars(required)]
    pub(crate) rejected: Option<RejectedFile>,
}

/// Where a profile is refused, and with what message.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rejected")]
pub(crate) struct RejectedFile {
    /// `schema`: by values.schema.json; `render`: by a template.
    #[schemars(required, schema_with = "words::stage")]
    pub(crate) at: Option<RejectionStage>,
    /// A regular expression that the message must match.
    #[schemars(required, length(min = 1))]
    pub(crate) message: Option<String>,
}

/// Values that the suite adds for the install. Policies judge the render without them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Overlay")]
pub(crate) struct OverlayFile {
    /// The values file, relative to this file.
    #[schemars(required)]
    pub(crate) file: Option<String>,
    /// Why it is needed, for reports.
    #[schemars(required, length(min = 1))]
    pub(crate) reason: Option<String>,
    /// What it may touch besides.
    #[serde(default)]
    #[schemars(schema_with = "words::allowances")]
    pub(crate) allow: Option<Vec<OverlayAllowance>>,
}
