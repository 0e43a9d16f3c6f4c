//! What a look at one item says: there, missing or outdated, and who can change that.

use std::fmt;

/// The state of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is there and fits.
    Found {
        /// Its version, `v4.3.1`.
        version: String,
        /// A path, a tag or an address.
        location: String,
    },
    /// It is not there.
    Missing {
        /// What was looked for.
        why: String,
        /// Who changes that.
        fix: Fix,
    },
    /// It is there, of another content than the checkout says.
    Outdated {
        /// What is there.
        version: String,
        /// Who changes that.
        fix: Fix,
    },
}

/// How something missing comes to be there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fix {
    /// Set-up provides it.
    SetUp,
    /// A person has to act: a command or an address.
    ByHand(String),
}

impl State {
    pub(crate) fn found(version: impl Into<String>, location: impl fmt::Display) -> Self {
        Self::Found { version: version.into(), location: location.to_string() }
    }

    pub(crate) fn missing(why: impl Into<String>, fix: Fix) -> Self {
        Self::Missing { why: why.into(), fix }
    }

    /// Whether nothing is to be done.
    pub fn is_found(&self) -> bool {
        matches!(self, Self::Found { .. })
    }

    /// Who changes the state, where it is not good.
    pub fn fix(&self) -> Option<&Fix> {
        match self {
            Self::Found { .. } => None,
            Self::Missing { fix, .. } | Self::Outdated { fix, .. } => Some(fix),
        }
    }
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetUp => f.pad("set-up provides it"),
            Self::ByHand(what) => f.pad(what),
        }
    }
}

/// One line of `doctor`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The item, `node image 1.36.3`.
    pub name: String,
    /// Its state.
    pub state: State,
}

impl fmt::Display for Row {
    /// A line, and a second one with what to do where something is to be done.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.state {
            State::Found { version, location } => {
                write!(f, "  found     {name:<24} {version:<16} {location}")
            }
            State::Missing { why, fix } => write!(f, "  missing   {name:<24} {why}\n            fix: {fix}"),
            State::Outdated { version, fix } => {
                write!(f, "  outdated  {name:<24} {version}\n            fix: {fix}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(
        State::found("v4.3.1", "/usr/bin/helm"),
        "  found     helm 4                   v4.3.1           /usr/bin/helm"
    )]
    #[case(
        State::missing("not on PATH", Fix::SetUp),
        "  missing   helm 4                   not on PATH\n            fix: set-up provides it"
    )]
    #[case(
        State::Outdated { version: "of another recipe".into(), fix: Fix::ByHand("upgrade".into()) },
        "  outdated  helm 4                   of another recipe\n            fix: upgrade"
    )]
    fn a_row_says_what_is_there_or_what_to_do(#[case] state: State, #[case] text: &str) {
        assert_eq!(Row { name: "helm 4".into(), state }.to_string(), text);
    }
}
