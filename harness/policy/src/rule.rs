//! A rule as its METADATA describes it.

use seatrial_model::record::RuleHelp;
use seatrial_model::{Enforcement, Severity};

/// What is known of a rule without evaluating it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleMeta {
    /// Stable kebab-case id, the file's name.
    pub id: String,
    /// The pack, its folder's name.
    pub pack: String,
    /// One line.
    pub title: String,
    /// Why it matters and how exactly it reads the input.
    pub description: String,
    /// How bad a finding is.
    pub severity: Severity,
    /// What a finding does where the suite says nothing.
    pub enforcement: Enforcement,
    /// Whether it makes sense on a Pod that runs, of which neither the workload nor the release is seen.
    pub live: bool,
    /// Whose demand it is.
    pub standard: Standard,
    /// What to write, with a YAML snippet.
    pub remediation: String,
    /// What a suite may set, in the order of the METADATA.
    pub parameters: Vec<Parameter>,
    /// The file, under the folder as it was given.
    pub file: String,
    /// The Rego package, without `data`.
    pub package: String,
}

/// A standard and where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    /// Its name; says so where there is none.
    pub name: String,
    /// A URL.
    pub reference: String,
}

/// One parameter of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The key in `input.parameters`.
    pub name: String,
    /// What it changes, and its default.
    pub description: String,
    /// The values it takes; any where empty.
    pub values: Vec<String>,
}

impl RuleMeta {
    /// Whether it is asked of Pods that run.
    pub fn judges_running_pods(&self) -> bool {
        self.live
    }

    /// The rule as reports explain it.
    pub fn help(&self) -> RuleHelp {
        RuleHelp {
            pack: self.pack.clone(),
            title: self.title.clone(),
            description: self.description.clone(),
            severity: self.severity,
            remediation: self.remediation.clone(),
        }
    }
}
