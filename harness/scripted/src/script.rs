//! The format of a script.

use std::collections::BTreeMap;

use serde::Deserialize;

use seatrial_model::KubernetesVersion;
use seatrial_model::suite::RejectionStage;

/// A whole script.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Script {
    /// By namespace, `<chart>-<profile>`.
    pub cells: BTreeMap<String, CellScript>,
    /// By name in the suite.
    pub clusters: BTreeMap<String, ClusterScript>,
}

/// What one cell answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CellScript {
    /// The profile's render.
    pub manifest: String,
    /// The render with the overlay, where it differs.
    pub installed: Option<String>,
    /// What the release keeps, where it differs from the installed render.
    pub release: Option<String>,
    /// Every key of the overlay changes nothing.
    pub idle_overlay: bool,
    /// The chart refuses these values.
    pub refused: Option<Refused>,
    /// Lines of lint.
    pub lint: Vec<LintLine>,
    /// How the install ends.
    pub install: Step,
    /// How each requirement ends.
    pub require: Step,
    /// How `helm test` ends as a whole; `fails` is not used here.
    pub test: Step,
    /// Results of hooks.
    pub hooks: Vec<HookScript>,
    /// How the uninstall ends.
    pub uninstall: Step,
    /// Objects left without an explanation, `Kind/name`.
    pub leftovers: Vec<String>,
    /// How deleting the namespace ends.
    pub close: Step,
}

/// A refusal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Where.
    pub at: RejectionStage,
    /// What helm says.
    pub message: String,
}

/// A line of lint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintLine {
    /// `info`, `warning` or `error`.
    pub level: String,
    /// What.
    pub message: String,
}

/// How a step ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Well.
    #[default]
    Succeeds,
    /// The chart is at fault.
    Fails(String),
    /// The harness cannot tell.
    Trouble(String),
    /// It never ends by itself.
    Hangs,
    /// A bug of the harness.
    Panics,
}

/// One hook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookScript {
    /// Its name.
    pub name: String,
    /// `succeeded`, `failed`, `unfinished` or `not-started`.
    #[serde(default = "succeeded")]
    pub phase: String,
    /// One line.
    #[serde(default)]
    pub reason: String,
    /// Its log.
    #[serde(default)]
    pub logs: String,
}

fn succeeded() -> String {
    "succeeded".to_owned()
}

/// What one cluster answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClusterScript {
    /// The version that runs; what the suite asks for where it is absent.
    pub version: Option<KubernetesVersion>,
    /// How resolving the node image ends.
    pub resolve: Step,
    /// How the boot ends.
    pub boot: Step,
    /// How its own requirements end.
    pub require: Step,
    /// How keeping it ends.
    pub keep: Step,
    /// How the teardown ends.
    pub teardown: Step,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// With the line where the YAML or its shape is wrong.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // By way of JSON, so that `{fails: why}` reads as an enum; serde_yaml wants a tag for that.
        let value: serde_json::Value = serde_yaml::from_str(text)?;
        Ok(serde_json::from_value(value)?)
    }

    pub(crate) fn cell(&self, namespace: &str) -> CellScript {
        self.cells.get(namespace).cloned().unwrap_or_default()
    }
}
