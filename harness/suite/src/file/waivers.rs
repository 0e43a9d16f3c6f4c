//! Waivers as they are written, in a suite and in the file for all suites of a folder.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{ApiVersion, words};

/// Findings that somebody answers for until a day, in every suite of the folder.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(title = "seatrial waivers", rename = "Waivers")]
pub(crate) struct WaiversFile {
    /// The format of this file.
    #[expect(dead_code, reason = "the schema holds it to its only value")]
    #[schemars(required)]
    pub(crate) api_version: Option<ApiVersion>,
    /// What this file is.
    #[expect(dead_code, reason = "the schema holds it to its only value")]
    #[schemars(required)]
    pub(crate) kind: Option<WaiversKind>,
    /// The waivers.
    #[schemars(required)]
    pub(crate) waivers: Option<Vec<WaiverFile>>,
}

/// What this file is.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(inline)]
pub(crate) enum WaiversKind {
    Waivers,
}

/// Findings of one rule that pass until a day. Listed in every report.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Waiver")]
pub(crate) struct WaiverFile {
    /// Id of the rule, or code of a check's own finding.
    #[schemars(required, schema_with = "words::rule")]
    pub(crate) rule: Option<String>,
    /// What it is for. Everything that is said must be so; without it, it is for every chart.
    pub(crate) scope: Option<ScopeFile>,
    /// Who answers for it.
    #[schemars(required, schema_with = "words::owner")]
    pub(crate) owner: Option<String>,
    /// Why it may be so.
    #[schemars(required, schema_with = "words::reason")]
    pub(crate) reason: Option<String>,
    /// The last day on which it counts, in UTC, `2027-01-31`.
    #[schemars(required, schema_with = "words::date")]
    pub(crate) expires: Option<String>,
}

/// What a waiver is for, and nothing else.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "WaiverScope", extend("minProperties" = 1))]
pub(crate) struct ScopeFile {
    /// A chart's name.
    #[schemars(length(min = 1))]
    pub(crate) chart: Option<String>,
    /// A profile's name.
    #[serde(default)]
    #[schemars(schema_with = "words::name")]
    pub(crate) profile: Option<String>,
    /// An object as it is rendered, `Kind/name`.
    #[serde(default)]
    #[schemars(schema_with = "words::object")]
    pub(crate) object: Option<String>,
    /// A container's name.
    #[schemars(length(min = 1))]
    pub(crate) container: Option<String>,
}
