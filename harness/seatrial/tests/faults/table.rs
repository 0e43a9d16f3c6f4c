//! The table of faults: its rows, and the list that it must cover.

use serde::Deserialize;
use serde_json::Value;

/// Every fault that the project promises to survive.
pub const LIST: [&str; 46] = [
    "YAML that does not parse",
    "values file missing",
    "template error",
    "chart that renders nothing",
    "name too long",
    "image not found",
    "image unauthorised",
    "image of an invalid name",
    "registry down",
    "crash at start",
    "crash after ready",
    "never ready",
    "OOM-killed",
    "unschedulable for CPU",
    "unschedulable for memory",
    "unschedulable for a node label",
    "unschedulable for a GPU",
    "PVC with no class",
    "PVC that never binds",
    "init container that fails",
    "init container that hangs",
    "hook that fails",
    "hook that hangs",
    "hook that deletes itself",
    "hook that is a Job with retries",
    "hook that produces 100 MB of logs",
    "hook that prints secrets",
    "hook that prints ANSI and invalid UTF-8",
    "chart without tests",
    "two cells with the same cluster-scoped object",
    "finalizer that keeps a namespace",
    "resource-policy keep",
    "helm missing",
    "helm too old",
    "helm killed",
    "helm hanging",
    "API server restarting during an install",
    "Docker not running",
    "Docker killed during a run",
    "node container removed from outside",
    "disk full for reports",
    "read-only reports folder",
    "clock jumps",
    "Ctrl-C and SIGTERM",
    "kill -9 and the next run",
    "two suites at once",
];

/// Faults of the harness itself, beside the list.
pub const OWN: [&str; 1] = ["a cell that panics"];

/// One row. `table.yaml` says what each field is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub fault: String,
    #[serde(rename = "row")]
    pub name: String,
    #[serde(default)]
    pub cell: Value,
    #[serde(default)]
    pub more: Value,
    pub played: Option<String>,
    pub at: Option<String>,
    pub verdict: Option<String>,
    pub check: Option<String>,
    pub exit: i32,
    #[serde(default)]
    pub text: Vec<String>,
    #[serde(default)]
    pub evidence: Vec<String>,
    #[serde(default)]
    pub hidden: Vec<String>,
    #[serde(default)]
    pub leaves: Vec<String>,
    pub real: Option<Real>,
}

/// How a row is run on a real cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Real {
    /// As a cell of the suite `faults`.
    Cell,
    /// By a test of its own.
    Run,
}

/// Every row, in order.
pub fn rows() -> Vec<Row> {
    serde_yaml::from_str(include_str!("table.yaml")).expect("table.yaml reads")
}
