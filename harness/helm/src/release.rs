//! Releases as `helm status -o json` and `helm list -o json` show them, the same in both major versions
//! but for empty times (helm 3 writes `""`, helm 4 leaves them out).

use std::fmt;

use seatrial_model::time::Instant;
use serde::{Deserialize, Deserializer};

/// A release's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are helm's")]
pub enum ReleaseStatus {
    Deployed,
    Failed,
    Superseded,
    Uninstalled,
    Uninstalling,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
    #[serde(other)]
    Unknown,
}

impl ReleaseStatus {
    /// Whether helm was stopped in the middle of something: it refuses to work on such a release.
    pub fn is_pending(self) -> bool {
        match self {
            Self::PendingInstall | Self::PendingUpgrade | Self::PendingRollback | Self::Uninstalling => true,
            Self::Deployed | Self::Failed | Self::Superseded | Self::Uninstalled | Self::Unknown => false,
        }
    }
}

/// A release with its hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its state.
    pub status: ReleaseStatus,
    /// Its revision, 1 after an install.
    pub revision: u32,
    /// What helm wrote last: `Install complete`, or why it failed. Raw.
    pub description: String,
    /// Every hook, in no order that means anything.
    pub hooks: Vec<ReleaseHook>,
}

impl Release {
    /// The test hooks in the order in which helm runs them: by weight, then by name.
    pub fn tests(&self) -> Vec<&ReleaseHook> {
        let mut tests: Vec<_> =
            self.hooks.iter().filter(|hook| hook.events.iter().any(|event| event == "test")).collect();
        // Stable, as in helm: hooks of one weight and name keep their order by kind.
        tests.sort_by(|a, b| (a.weight, &a.name).cmp(&(b.weight, &b.name)));
        tests
    }
}

/// A hook of a release. Texts are raw.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReleaseHook {
    /// The object's name.
    pub name: String,
    /// The object's kind.
    pub kind: String,
    /// The template it comes from, `chart/templates/test.yaml`.
    #[serde(default)]
    pub path: String,
    /// The object as it was rendered.
    #[serde(default)]
    pub manifest: String,
    /// When it runs: `test`, `post-install` … (`test-success` shows as `test`).
    #[serde(default)]
    pub events: Vec<String>,
    /// Its weight.
    #[serde(default)]
    pub weight: i64,
    /// `before-hook-creation`, `hook-succeeded`, `hook-failed`; empty where none is set.
    #[serde(default)]
    pub delete_policies: Vec<String>,
    /// Its last run, which may be of an earlier `helm test`.
    #[serde(default)]
    pub last_run: HookRun,
}

/// The last run of a hook.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct HookRun {
    /// When helm created the object.
    #[serde(default, deserialize_with = "time")]
    pub started_at: Option<Instant>,
    /// When it ended.
    #[serde(default, deserialize_with = "time")]
    pub completed_at: Option<Instant>,
    /// How.
    #[serde(default)]
    pub phase: RunPhase,
}

/// How a hook's last run stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum RunPhase {
    /// It never ran.
    #[default]
    #[serde(rename = "")]
    Never,
    /// Helm created it and wrote nothing since.
    Running,
    /// It completed.
    Succeeded,
    /// It failed, or helm's wait for it ended.
    Failed,
    /// Helm does not know.
    #[serde(other)]
    Unknown,
}

/// One line of `helm list`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReleaseSummary {
    /// The release.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its state.
    pub status: ReleaseStatus,
    /// Chart and version, `ml-inference-0.1.0`.
    pub chart: String,
}

/// Reads `helm status -o json`.
pub(crate) fn read_status(json: &str) -> Result<Release, Unreadable> {
    let Shown { info, version, hooks } = serde_json::from_str(json).map_err(Unreadable)?;
    Ok(Release { status: info.status, revision: version, description: info.description, hooks })
}

/// Reads `helm list -o json`.
pub(crate) fn read_list(json: &str) -> Result<Vec<ReleaseSummary>, Unreadable> {
    serde_json::from_str(json).map_err(Unreadable)
}

/// Output of helm that is not what it should be.
#[derive(Debug)]
pub(crate) struct Unreadable(serde_json::Error);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "helm's JSON is not as expected: {}", self.0)
    }
}

#[derive(Deserialize)]
struct Shown {
    info: Info,
    #[serde(default)]
    version: u32,
    #[serde(default)]
    hooks: Vec<ReleaseHook>,
}

#[derive(Deserialize)]
struct Info {
    status: ReleaseStatus,
    #[serde(default)]
    description: String,
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(serde::de::Error::custom))
        .transpose()
}

#[cfg(test)]
#[path = "release_tests.rs"]
mod tests;
