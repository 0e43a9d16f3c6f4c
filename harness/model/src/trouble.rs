//! Trouble: the harness could not tell. Never a pass, never the chart's failure.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::secret::Clean;

/// Which operation on which object could not be done, why, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trouble {
    /// Operation and object: `start the cluster k8s-1.36`.
    pub what: String,
    /// The cause, once.
    pub why: Clean,
    /// The command, flag or file that helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Trouble {
    /// Trouble without a hint.
    pub fn new(what: impl Into<String>, why: Clean) -> Self {
        Self { what: what.into(), why, hint: None }
    }

    /// The same trouble, with what helps.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}", self.what, self.why)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

impl std::error::Error for Trouble {}
