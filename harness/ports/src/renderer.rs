//! Rendering: a chart and values in, a manifest or a refusal out.

use std::path::PathBuf;

use async_trait::async_trait;
use seatrial_model::suite::RejectionStage;
use seatrial_model::{Clean, HelmMajor, KubernetesVersion, Redactor, Trouble};

use crate::Cancel;

/// Values in order of precedence, the last wins: files (an overlay is the last of them), then `set` entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stack {
    /// Values files (absolute).
    pub values: Vec<PathBuf>,
    /// `--set` entries, `key=value`.
    pub set: Vec<String>,
}

/// One render.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    /// The chart's folder.
    pub chart: PathBuf,
    /// The values.
    pub stack: Stack,
    /// Release name.
    pub release: String,
    /// Namespace.
    pub namespace: String,
    /// Version that `.Capabilities.KubeVersion` shows.
    pub kubernetes: KubernetesVersion,
    /// API versions beside the built-in ones, `monitoring.coreos.com/v1/ServiceMonitor`.
    pub api_versions: Vec<String>,
    /// Which Helm.
    pub helm: HelmMajor,
    /// Cleans what helm says.
    pub redactor: Redactor,
}

/// What rendering answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenderAnswer {
    /// The manifest, hooks included, with `# Source:` comments. Raw: it may hold secrets.
    Rendered(String),
    /// The chart refuses these values or does not render.
    Refused(Refusal),
}

/// Why a chart did not render.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `values.schema.json`, or a template.
    pub stage: RejectionStage,
    /// What helm said, without its own prefixes.
    pub message: Clean,
    /// Template file inside the chart, `templates/deployment.yaml`, and its line, where helm named them.
    pub location: Option<(String, Option<u32>)>,
    /// At the stage of the schema: what it has against single keys, where helm's message could be read.
    pub values: Vec<ValueProblem>,
}

/// What a `values.schema.json` has against one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueProblem {
    /// The chart or subchart whose schema it is.
    pub chart: String,
    /// From the root of that chart's values to the key; items of lists by number. Empty for the whole.
    pub key: Vec<String>,
    /// What, as helm says it.
    pub message: Clean,
}

/// One line of `helm lint`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// How bad.
    pub level: LintLevel,
    /// The file it is about, `templates/` or `Chart.yaml`, empty where helm names none.
    pub file: String,
    /// What.
    pub message: Clean,
}

/// Levels of `helm lint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LintLevel {
    /// `[INFO]`
    Info,
    /// `[WARNING]`
    Warning,
    /// `[ERROR]`
    Error,
}

/// Renders charts. One implementation may serve several majors of Helm.
#[async_trait]
pub trait Renderer: Send + Sync {
    /// Renders as an install would, hooks included, without a cluster.
    async fn render(&self, request: &RenderRequest, cancel: &Cancel) -> Result<RenderAnswer, Trouble>;

    /// Lints with the same values.
    async fn lint(&self, request: &RenderRequest, cancel: &Cancel) -> Result<Vec<Lint>, Trouble>;

    /// The full version of that major, `v4.1.0`, for the record.
    async fn version(&self, helm: HelmMajor) -> Result<String, Trouble>;
}
