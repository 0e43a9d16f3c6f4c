//! The format of a script.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use seatrial_model::KubernetesVersion;
use seatrial_model::suite::RejectionStage;

use crate::{Steps, Text};

/// A whole script.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Script {
    /// By namespace, `<chart>-<profile>`.
    pub cells: BTreeMap<String, CellScript>,
    /// By name in the suite.
    pub clusters: BTreeMap<String, ClusterScript>,
    /// Who renders and lints.
    pub helm: HelmOf,
    /// How removing what belongs to no cluster ends.
    pub finish: Steps,
    /// A file to which every call is appended as it is made: `install demo-prod`.
    pub log: Option<std::path::PathBuf>,
}

/// Who renders and lints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HelmOf {
    /// The script.
    #[default]
    Script,
    /// Helm, as a run finds it.
    Machine,
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
    /// How each render goes; one that `fails` refuses at `render`.
    pub render: Steps,
    /// Lines of lint.
    pub lint: Vec<LintLine>,
    /// How opening the namespace ends.
    pub open: Steps,
    /// Values of Secrets in the namespace, to be masked.
    pub secrets: Vec<String>,
    /// How the install ends.
    pub install: Steps,
    /// How each requirement ends.
    pub require: Steps,
    /// How `helm test` ends as a whole; what `fails` is what helm said.
    pub test: Steps,
    /// Results of hooks.
    pub hooks: Vec<HookScript>,
    /// Containers that end while the hooks run.
    pub ended: Vec<EndedScript>,
    /// Pods that ran; one for each Pod template of what is installed where it is absent.
    pub pods: Option<Vec<PodScript>>,
    /// How listing them ends.
    pub audit: Steps,
    /// How the uninstall ends.
    pub uninstall: Steps,
    /// Objects that are left.
    pub leftovers: Vec<LeftoverScript>,
    /// How collecting evidence ends; what fails or is trouble is said in a file.
    pub evidence: Steps,
    /// How deleting the namespace ends.
    pub close: Steps,
}

/// A refusal.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Where.
    pub at: RejectionStage,
    /// What helm says.
    pub message: String,
    /// What its schema has against single keys, `replicas: 'minimum: got -1, want 0'`.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
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

/// One hook.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HookScript {
    /// Its name.
    pub name: String,
    /// `Pod` or `Job`.
    #[serde(default = "pod")]
    pub kind: String,
    /// How it ended.
    #[serde(default)]
    pub phase: PhaseScript,
    /// One line.
    #[serde(default)]
    pub reason: String,
    /// Its log, of which a driver keeps the last MiB.
    #[serde(default)]
    pub logs: Text,
}

fn pod() -> String {
    "Pod".to_owned()
}

/// A Pod that ran.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PodScript {
    /// The Pod; `apiVersion`, `kind` and the cell's namespace may be left out.
    pub pod: Value,
    /// Who made it, the nearest first: `ReplicaSet/web-1`, `Deployment/web`.
    #[serde(default)]
    pub owners: Vec<String>,
}

/// What the API server says of Pods in a dry run. One that neither refuses nor is inconclusive nor trouble admits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AdmissionScript {
    /// At which level, `privileged`, `baseline` or `restricted`; at each where it is absent.
    pub level: Option<String>,
    /// Of which Pods: those whose JSON holds this text.
    pub when: Option<String>,
    /// Controls that Pod Security names.
    pub refuses: Option<Vec<String>>,
    /// Why it does not come to judge.
    pub inconclusive: Option<String>,
    /// Why it cannot be asked.
    pub trouble: Option<String>,
    /// What admission lays over the Pod.
    pub adds: Option<Value>,
}

/// How a hook ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words say it")]
pub enum PhaseScript {
    #[default]
    Succeeded,
    Failed,
    Unfinished,
    NotStarted,
}

/// A container that ends after its release was ready.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndedScript {
    /// Its Pod.
    pub pod: String,
    /// Its name.
    pub container: String,
    /// `exit code 9`
    pub how: String,
}

/// Something that is left: `Kind/name`, or with the reason why it may stay.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct LeftoverScript {
    /// `Kind/name`.
    pub object: String,
    /// Why it may stay.
    pub explained: Option<String>,
}

impl TryFrom<Value> for LeftoverScript {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            object: String,
            explained: Option<String>,
        }
        if let Value::String(object) = value {
            return Ok(Self { object, explained: None });
        }
        let Written { object, explained } =
            serde_json::from_value(value).map_err(|error| format!("a leftover: {error}"))?;
        Ok(Self { object, explained })
    }
}

/// What one cluster answers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClusterScript {
    /// The version that runs; what the suite asks for where it is absent.
    pub version: Option<KubernetesVersion>,
    /// How resolving the node image ends.
    pub resolve: Steps,
    /// How the boot ends.
    pub boot: Steps,
    /// How its own requirements end.
    pub require: Steps,
    /// How keeping it ends.
    pub keep: Steps,
    /// What its API server says of Pods in a dry run, the first that fits.
    pub admission: Vec<AdmissionScript>,
    /// From which call on it no longer answers.
    pub lost: Option<Lost>,
    /// How the teardown ends.
    pub teardown: Steps,
    /// The file with which a person reaches it.
    pub kubeconfig: Option<std::path::PathBuf>,
    /// Whether it stays when the run ends.
    pub outlives_run: bool,
    /// Others use it, and it says so much of whatever would be created; an empty text admits.
    pub refuses: Option<String>,
}

/// A cluster that goes away: every call from one on is trouble, its teardown excepted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    /// The first call, or how it begins: `install`, `test demo-prod`.
    pub from: String,
    /// The cause that every answer gives.
    pub why: String,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// With the line where the YAML or its shape is wrong.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // By way of JSON, so that `{fails: why}` reads as an enum; serde_yaml wants a tag for that.
        let value: Value = serde_yaml::from_str(text)?;
        Ok(serde_json::from_value(value)?)
    }

    pub(crate) fn cell(&self, namespace: &str) -> CellScript {
        self.cells.get(namespace).cloned().unwrap_or_default()
    }
}
