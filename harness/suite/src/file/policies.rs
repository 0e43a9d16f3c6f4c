//! Policies as they are written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use seatrial_model::Enforcement;
use serde::Deserialize;

use super::words;

/// Which policies apply, and how strictly.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Policies")]
pub(crate) struct PoliciesFile {
    /// Pack → `enforce`, `audit`, `off`, or `default` for each rule's own default.
    pub(crate) packs: Option<BTreeMap<String, PackSetting>>,
    /// Rule → enforcement, over its pack's.
    #[serde(default)]
    #[schemars(schema_with = "words::enforcements")]
    pub(crate) rules: Option<BTreeMap<String, Enforcement>>,
    /// Rule → parameters handed to it.
    pub(crate) parameters: Option<BTreeMap<String, serde_json::Value>>,
    /// Where custom kinds hold a `PodSpec`, for all that judges Pods; one path for a kind. `Rollout` of `argoproj.io`,
    /// `Service` of `serving.knative.dev` and `InferenceService` of `serving.kserve.io` are known without it; an entry
    /// for one of them takes its place.
    #[schemars(length(min = 1))]
    pub(crate) pod_paths: Option<Vec<PodPathFile>>,
}

/// How strictly a pack applies.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(crate) enum PackSetting {
    Enforce,
    Audit,
    Off,
    Default,
}

/// Where objects of a custom kind hold a `PodSpec`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PodPath")]
pub(crate) struct PodPathFile {
    /// The kind's API group, without a version: `apps.kruise.io`.
    #[schemars(required, schema_with = "words::group")]
    pub(crate) group: Option<String>,
    /// The kind, `CloneSet`.
    #[schemars(required, schema_with = "words::kind")]
    pub(crate) kind: Option<String>,
    /// Keys down to the `PodSpec`, joined by dots: `spec.template.spec`. Labels and annotations of the Pod are those beside
    /// it, in `metadata`, where it ends in `spec`.
    #[schemars(required, schema_with = "words::keys")]
    pub(crate) path: Option<String>,
}
