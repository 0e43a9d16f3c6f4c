//! What the API server's own Pod Security admission is asked, and what it answers.

use std::fmt;

use seatrial_model::{Clean, KubernetesVersion, Redactor};
use serde_json::Value;

/// A level of the Pod Security Standards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodSecurityLevel {
    /// Everything is allowed: asked to see what admission makes of a Pod.
    Privileged,
    /// Known ways from a container to its node are closed.
    Baseline,
    /// What hardened Pods keep to.
    Restricted,
}

impl fmt::Display for PodSecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        })
    }
}

/// A Pod, and what it is held against.
#[derive(Debug, Clone)]
pub struct PodSecurityRequest {
    /// A Pod that could be created: it refers to nothing that admission would look up.
    pub pod: Value,
    /// Which level.
    pub level: PodSecurityLevel,
    /// Which version of the standards: the cluster's.
    pub kubernetes: KubernetesVersion,
    /// Cleans what is quoted.
    pub redactor: Redactor,
}

/// What the API server says of a Pod.
#[derive(Debug, Clone, PartialEq)]
pub enum PodSecurityAnswer {
    /// It would be created.
    Admitted {
        /// As it would be stored: defaults filled in, and what admission and webhooks add.
        pod: Value,
    },
    /// Pod Security refuses it.
    Refused {
        /// What it violates, in the API server's words without their details: `privileged`, `runAsNonRoot != true`.
        /// Empty where the message could not be taken apart.
        controls: Vec<String>,
        /// All that it said.
        said: Clean,
    },
    /// Pod Security did not get to judge it, or could not be asked.
    Inconclusive {
        /// Why.
        why: Clean,
    },
}
