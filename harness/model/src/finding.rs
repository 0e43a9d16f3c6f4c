//! Findings: what a rule or a check has to say about a chart.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::object::ObjectRef;
use crate::secret::Clean;
use crate::waiver::WaivedBy;

/// How bad the thing found is, whatever is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

/// What a finding does to its check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Enforcement {
    /// The rule is not evaluated.
    Off,
    /// Reported.
    Audit,
    /// A finding fails the check.
    Enforce,
}

impl fmt::Display for Enforcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Off => "off",
            Self::Audit => "audit",
            Self::Enforce => "enforce",
        })
    }
}

/// How a location is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The very line.
    Exact,
    /// A line found by reasoning; may be off.
    Inferred,
    /// The file only.
    File,
}

/// A place in the chart's or the suite's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Path as a reader would open it, relative to the project where possible.
    pub file: String,
    /// 1-based line, absent where only the file is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// How the location is known.
    pub basis: Basis,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One thing found. Ordered so that reports are stable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable kebab-case id of the rule or check code.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// What it does to the check.
    pub enforcement: Enforcement,
    /// One sentence: what is wrong and what to write instead.
    pub message: Clean,
    /// The object it is about, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// The container in the object's Pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Path inside the object, `spec.template.spec.containers[0].securityContext`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where to look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// `path` with the names of list items in place of their numbers, `spec.containers[app].image`: it stays the same
    /// when items change places. Absent where the path has none such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The waiver that lets it pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaivedBy>,
    /// Whether it passes because the baseline lists it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub baseline: bool,
}

impl Finding {
    /// A finding of a check's own (not of a rule): enforced, severity high, no object.
    pub fn of_check(code: &str, message: Clean) -> Self {
        Self {
            rule: code.to_owned(),
            severity: Severity::High,
            enforcement: Enforcement::Enforce,
            message,
            object: None,
            container: None,
            path: None,
            location: None,
            anchor: None,
            waiver: None,
            baseline: false,
        }
    }

    /// Whether a waiver or the baseline lets it pass.
    pub fn is_exempt(&self) -> bool {
        self.waiver.is_some() || self.baseline
    }

    /// What it does to its check when waivers and the baseline have had their say: one that they let pass does nothing.
    pub fn effect(&self) -> Enforcement {
        if self.is_exempt() { Enforcement::Off } else { self.enforcement }
    }

    /// The same finding, reported only.
    #[must_use]
    pub fn audited(self) -> Self {
        Self { enforcement: Enforcement::Audit, severity: Severity::Medium, ..self }
    }

    /// The same finding, about `object`.
    #[must_use]
    pub fn about(self, object: ObjectRef) -> Self {
        Self { object: Some(object), ..self }
    }

    /// The same finding, at a path inside its object.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self { path: Some(path.into()), ..self }
    }
}
