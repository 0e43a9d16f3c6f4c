//! Which part of a suite a run was asked for.

use serde::{Deserialize, Serialize};

use crate::check::CheckKind;
use crate::version::{HelmMajor, KubernetesVersion};

/// What was chosen on the command line, as it was written. A record without one is of the whole suite.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectionRecord {
    /// Charts by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<String>,
    /// Profiles by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<String>,
    /// Cells, whole or `chart/profile`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<String>,
    /// Checks that were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckKind>,
    /// Checks that were made as well, because those stand on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added_checks: Vec<CheckKind>,
    /// The run whose cells that were not good were chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_of: Option<String>,
    /// The Kubernetes version in place of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<KubernetesVersion>,
    /// The major version of Helm in place of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helm: Option<HelmMajor>,
    /// Cells that were chosen.
    pub chosen: usize,
    /// Cells that the suite has with these versions.
    pub of: usize,
}

impl SelectionRecord {
    /// The options that make the same choice: `--profile prod --check lint,render`.
    pub fn options(&self) -> String {
        let mut words = Vec::new();
        let mut put = |option: &str, values: &[String]| {
            words.extend(values.iter().map(|value| format!("--{option} {value}")));
        };
        put("chart", &self.charts);
        put("profile", &self.profiles);
        put("cell", &self.cells);
        let checks: Vec<&str> = self.checks.iter().map(|check| check.name()).collect();
        let checks = if checks.is_empty() { Vec::new() } else { vec![checks.join(",")] };
        put("check", &checks);
        put("kubernetes", &self.kubernetes.iter().map(ToString::to_string).collect::<Vec<_>>());
        put("helm", &self.helm.iter().map(ToString::to_string).collect::<Vec<_>>());
        if self.failed_of.is_some() {
            words.push("--failed".to_owned());
        }
        words.join(" ")
    }

    /// `1 of 5 cells, --profile prod`, with what else a reader must know.
    pub fn sentence(&self) -> String {
        let mut text = format!("{} of {} cells: {}", self.chosen, self.of, self.options());
        if let Some(run) = &self.failed_of {
            text += &format!(" (of run {run})");
        }
        if !self.added_checks.is_empty() {
            let added: Vec<&str> = self.added_checks.iter().map(|check| check.name()).collect();
            text += &format!("; {} as well, on which these stand", added.join(", "));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_reads_as_the_options_that_made_it() {
        let selection = SelectionRecord {
            profiles: vec!["prod".to_owned(), "dev".to_owned()],
            checks: vec![CheckKind::Lint, CheckKind::Policy],
            added_checks: vec![CheckKind::Render],
            failed_of: Some("r1".to_owned()),
            kubernetes: Some("1.35".parse().unwrap()),
            chosen: 1,
            of: 5,
            ..SelectionRecord::default()
        };
        assert_eq!(
            selection.sentence(),
            "1 of 5 cells: --profile prod --profile dev --check lint,policy --kubernetes 1.35 --failed (of run r1); \
             render as well, on which these stand"
        );
    }
}
