//! The baseline: findings that were there when somebody began, so that only new ones fail. It can only shrink.
//!
//! The file is JSON: `schema`, and `findings` in order, each with its identity and how often one check may have it.
//! Within one `schema` fields are only added. Messages, lines and versions of APIs are no part of an identity: they
//! change while the violation stays.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::judge;

/// The value of `schema` that this version writes and reads.
pub const SCHEMA: &str = "seatrial.dev/baseline/v1";

/// What makes two findings the same violation.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Id of the rule, or code of the check.
    pub rule: String,
    /// The chart; empty where manifests were judged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub chart: String,
    /// The profile; empty where manifests were judged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub profile: String,
    /// The object's kind. Group and version are no part of it: an object that moves to a newer API stays the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The namespace written in the object.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The object's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The container.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub container: String,
    /// The path in the object, with the names of list items where they have one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}

impl Identity {
    /// That of a finding of a chart with a profile.
    pub fn of(chart: &str, profile: &str, finding: &Finding) -> Self {
        let object = finding.object.clone().unwrap_or_default();
        Self {
            rule: finding.rule.clone(),
            chart: chart.to_owned(),
            profile: profile.to_owned(),
            kind: object.kind,
            namespace: object.namespace,
            name: object.name,
            container: finding.container.clone().unwrap_or_default(),
            path: finding.anchor.clone().or_else(|| finding.path.clone()).unwrap_or_default(),
        }
    }
}

impl fmt::Display for Identity {
    /// `cpu-limit of app/dev: Deployment/web, container proxy, spec.template…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |first: &str, second: &str, between: &str| match (first, second) {
            ("", "") => String::new(),
            (first, second) => format!("{first}{between}{second}"),
        };
        let mut words = vec![joined(&self.kind, &self.name, "/")];
        words.extend((!self.namespace.is_empty()).then(|| format!("namespace {}", self.namespace)));
        words.extend((!self.container.is_empty()).then(|| format!("container {}", self.container)));
        words.push(self.path.clone());
        words.retain(|word| !word.is_empty());
        f.write_str(&self.rule)?;
        let render = joined(&self.chart, &self.profile, "/");
        if !render.is_empty() {
            write!(f, " of {render}")?;
        }
        if words.is_empty() { Ok(()) } else { write!(f, ": {}", words.join(", ")) }
    }
}

/// Findings that pass: how often one check of a chart with a profile may have each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    pub(crate) counts: Counts,
}

/// How often each violation is there.
pub type Counts = BTreeMap<Identity, usize>;

/// A violation, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Which.
    #[serde(flatten)]
    pub identity: Identity,
    /// How often.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub count: usize,
}

fn once() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_once(count: &usize) -> bool {
    *count == 1
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    findings: Vec<Entry>,
}

impl Baseline {
    /// The baseline that lets everything pass that was found, but for what is waived and what nothing can let pass.
    /// Each item is what one check of a chart with a profile found.
    pub fn of<'a>(found: impl IntoIterator<Item = (&'a str, &'a str, &'a [Finding])>) -> Self {
        let mut counts = Counts::new();
        for (chart, profile, findings) in found {
            let left =
                findings.iter().filter(|finding| finding.waiver.is_none() && judge::can_pass(&finding.rule));
            most(&mut counts, &count(chart, profile, left));
        }
        Self { counts }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        // The format decides first: the rest of another one would only give a misleading message.
        let head: Head = serde_json::from_str(text).map_err(|error| format!("not a baseline: {error}"))?;
        if head.schema != SCHEMA {
            return Err(format!(
                "a baseline of the format `{}`, but this version reads `{SCHEMA}`",
                head.schema
            ));
        }
        let file: File = serde_json::from_str(text).map_err(|error| format!("not a baseline: {error}"))?;
        let mut counts = Counts::new();
        for Entry { identity, count } in file.findings {
            if count == 0 {
                return Err(format!("`{identity}` has the count 0; remove it"));
            }
            if !judge::can_pass(&identity.rule) {
                return Err(format!("`{}` is nothing that a baseline can let pass", identity.rule));
            }
            if counts.contains_key(&identity) {
                return Err(format!("`{identity}` stands twice; keep one of the two"));
            }
            counts.insert(identity, count);
        }
        Ok(Self { counts })
    }

    /// The file: sorted, so that a change shows as the lines that changed.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let file = File { schema: SCHEMA.to_owned(), findings: self.entries().collect() };
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }

    /// In order.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        self.counts.iter().map(|(identity, count)| Entry { identity: identity.clone(), count: *count })
    }

    /// The same without what is gone.
    #[must_use]
    pub fn without(&self, gone: &[Entry]) -> Self {
        let mut counts = self.counts.clone();
        for Entry { identity, count } in gone {
            if let Some(left) = counts.get_mut(identity) {
                *left = left.saturating_sub(*count);
            }
        }
        counts.retain(|_, count| *count > 0);
        Self { counts }
    }
}

/// How often one check of a chart with a profile has each violation.
pub(crate) fn count<'a>(
    chart: &str,
    profile: &str,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Counts {
    let mut counts = Counts::new();
    for finding in findings {
        *counts.entry(Identity::of(chart, profile, finding)).or_default() += 1;
    }
    counts
}

/// Raises each count to the other's.
pub(crate) fn most(counts: &mut Counts, other: &Counts) {
    for (identity, number) in other {
        let own = counts.entry(identity.clone()).or_default();
        *own = (*own).max(*number);
    }
}

/// A baseline that a run was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineInUse {
    /// Its file, as a reader would open it.
    pub file: String,
    /// What it says.
    pub baseline: Baseline,
    /// Whether entries that are gone are removed from the file.
    pub update: bool,
}

/// A baseline after a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BaselineRecord {
    /// Its file.
    pub file: String,
    /// Entries that it had.
    pub entries: usize,
    /// Findings that it let pass.
    pub passed: usize,
    /// Entries that are gone, and how often.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vanished: Vec<Entry>,
    /// Whether those are removed from the file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// Entries of charts, profiles or rules that the suite does not ask for. They stay.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub idle: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[cfg(test)]
#[path = "baseline_tests.rs"]
mod tests;
