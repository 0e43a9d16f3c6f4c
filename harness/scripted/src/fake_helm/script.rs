//! The format of a fake helm's script.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::Text;
use crate::step::span;

/// A whole script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct FakeHelm {
    /// What `helm version` answers; that of the real one, or `v4.0.0-scripted`, where it is absent.
    pub version: Option<String>,
    /// The real helm, for calls that no entry of `calls` is for. Without it they succeed and print nothing.
    pub pass_through: Option<PathBuf>,
    /// A file to which every call is appended, its arguments in one line.
    pub log: Option<PathBuf>,
    /// Calls that are played; the first that fits is.
    pub calls: Vec<Call>,
}

/// One played call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// Words that must all be among the arguments: `[install]`, `[install, demo-prod]`.
    pub when: Vec<String>,
    /// Whether the real helm does the call until this one's end comes.
    #[serde(default)]
    pub real: bool,
    /// Printed to standard output, at once.
    #[serde(default)]
    pub stdout: Text,
    /// Printed to standard error, at once.
    #[serde(default)]
    pub stderr: Text,
    /// How long it then runs.
    #[serde(default)]
    pub after: Span,
    /// How it ends; well where nothing is said.
    #[serde(default)]
    pub then: Fate,
}

/// How a played call ends. In a script `{exit: 1}`, `{signal: KILL}`, `hangs` or `deaf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// With this exit code.
    Exit(u8),
    /// By this signal.
    Signal(Signal),
    /// Never by itself; TERM ends it.
    Hangs,
    /// Never, and TERM is ignored.
    Deaf,
}

impl Default for Fate {
    fn default() -> Self {
        Self::Exit(0)
    }
}

/// A signal that ends a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "POSIX's own words")]
pub enum Signal {
    Abrt,
    Int,
    Kill,
    Term,
}

/// A duration, `300ms`, `2s` or `1m`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        span(&text).map(Self)
    }
}

impl FakeHelm {
    /// Reads a script.
    ///
    /// # Errors
    /// With the line where the YAML or its shape is wrong.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        // By way of JSON, so that `{exit: 1}` reads as an enum; serde_yaml wants a tag for that.
        let value: Value = serde_yaml::from_str(text)?;
        let script: Self = serde_json::from_value(value)?;
        let real = script.calls.iter().any(|call| call.real);
        anyhow::ensure!(!real || script.pass_through.is_some(), "`real` needs `passThrough`, the real helm");
        Ok(script)
    }

    /// The entry for a call.
    pub(super) fn call(&self, args: &[String]) -> Option<&Call> {
        self.calls.iter().find(|call| call.when.iter().all(|word| args.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_entry_whose_words_are_all_there_is_played() {
        let script = FakeHelm::parse(
            "calls:\n- {when: [install, b], then: {signal: KILL}}\n- {when: [install], then: {exit: 1}, after: 2s}\n",
        )
        .unwrap();
        let fate = |args: &[&str]| {
            script.call(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>()).map(|call| call.then)
        };
        assert_eq!(fate(&["install", "a"]), Some(Fate::Exit(1)));
        assert_eq!(fate(&["install", "x", "b"]), Some(Fate::Signal(Signal::Kill)));
        assert_eq!(fate(&["template", "b"]), None);
        assert_eq!(script.calls[1].after.0, Duration::from_secs(2));
    }

    #[test]
    fn a_script_that_means_nothing_is_refused() {
        for wrong in
            ["call: []", "calls: [{when: [a], then: {signal: HUP}}]", "calls: [{when: [a], real: true}]"]
        {
            FakeHelm::parse(wrong).unwrap_err();
        }
    }
}
