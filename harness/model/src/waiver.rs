//! Waivers: findings that somebody answers for, with a reason and until a day.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Location};
use crate::object::ObjectRef;
use crate::time::Date;

/// One waiver as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiver {
    /// Id of the rule, or code of the check.
    pub rule: String,
    /// What it is for, and nothing else.
    #[serde(default, skip_serializing_if = "Scope::is_everything")]
    pub scope: Scope,
    /// Who answers for it.
    pub owner: String,
    /// Why it may be so.
    pub reason: String,
    /// The last day on which it counts, in UTC.
    pub expires: Date,
    /// Where it is written.
    pub location: Location,
    /// Whether it is written for every suite of the folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Other suites that have cells in its scope which this one has not: no run of this suite is its whole scope.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<String>,
}

/// What a waiver is for: everything that is said must be so, and what is not said may be any.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// A chart's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// A profile's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// An object, `Kind/name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// A container's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
}

/// What a finding keeps of the waiver that lets it pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaivedBy {
    /// Who answers for it.
    pub owner: String,
    /// Why it may be so.
    pub reason: String,
    /// The last day on which it counts, in UTC.
    pub expires: Date,
}

/// A waiver after a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaiverRecord {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What became of it.
    pub state: WaiverState,
    /// Findings that it covers, in the order of the cells. One that expired let none of them pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<Matched>,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It let findings pass.
    Used,
    /// Its whole scope was judged, and there was nothing to let pass.
    Unused,
    /// It let nothing pass, but not its whole scope was judged.
    Open,
    /// Nothing of what the suite tries is in its scope.
    Elsewhere,
    /// Its last day is over.
    Expired,
    /// No rule and no check has its name.
    UnknownRule,
}

/// Findings on one object or container of one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Matched {
    /// The cell, `ml-inference/prod@1.36+helm4`.
    pub cell: String,
    /// The object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectRef>,
    /// The container in its Pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// How many.
    pub findings: usize,
}

impl Scope {
    fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether anything of a chart with a profile is in it.
    pub fn has(&self, chart: &str, profile: &str) -> bool {
        let is = |said: &Option<String>, own: &str| said.as_deref().is_none_or(|said| said == own);
        is(&self.chart, chart) && is(&self.profile, profile)
    }
}

impl fmt::Display for Scope {
    /// `chart app, profile dev, Deployment/web, container proxy`, or `everything`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = [("chart ", &self.chart), ("profile ", &self.profile), ("", &self.object)];
        let said = said.into_iter().chain([("container ", &self.container)]);
        let words: Vec<String> =
            said.filter_map(|(what, name)| Some(format!("{what}{}", name.as_ref()?))).collect();
        f.pad(if words.is_empty() { "everything".to_owned() } else { words.join(", ") }.as_str())
    }
}

impl Waiver {
    /// Whether its last day is over.
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.expires
    }

    /// Whether a finding of a chart with a profile is one that it is written for, whatever the day.
    pub fn covers(&self, chart: &str, profile: &str, finding: &Finding) -> bool {
        let object =
            |said: &String| finding.object.as_ref().is_some_and(|object| object.to_string() == *said);
        self.rule == finding.rule
            && self.scope.has(chart, profile)
            && self.scope.object.as_ref().is_none_or(object)
            && self.scope.container.as_ref().is_none_or(|said| finding.container.as_ref() == Some(said))
    }

    /// What a finding that it lets pass keeps of it.
    pub fn mark(&self) -> WaivedBy {
        WaivedBy { owner: self.owner.clone(), reason: self.reason.clone(), expires: self.expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Basis;
    use crate::secret::Clean;
    use rstest::rstest;

    fn waiver(scope: [Option<&str>; 4]) -> Waiver {
        let [chart, profile, object, container] = scope.map(|said| said.map(str::to_owned));
        Waiver {
            rule: "some-rule".to_owned(),
            scope: Scope { chart, profile, object, container },
            owner: "team".to_owned(),
            reason: "because".to_owned(),
            expires: "2026-12-31".parse().unwrap(),
            location: Location { file: "waivers.yaml".to_owned(), line: Some(3), basis: Basis::Exact },
            shared: false,
            elsewhere: Vec::new(),
        }
    }

    fn finding(rule: &str, object: Option<&str>, container: Option<&str>) -> Finding {
        let object = object.and_then(|object| object.split_once('/')).map(|(kind, name)| ObjectRef {
            kind: kind.to_owned(),
            name: name.to_owned(),
            ..ObjectRef::default()
        });
        let container = container.map(str::to_owned);
        Finding { object, container, ..Finding::of_check(rule, Clean::own("no")) }
    }

    #[rstest]
    #[case([None, None, None, None], true)]
    #[case([Some("app"), None, None, None], true)]
    #[case([Some("app-two"), None, None, None], false)]
    #[case([None, Some("dev"), None, None], true)]
    #[case([None, Some("de"), None, None], false)]
    #[case([None, None, Some("Deployment/web"), None], true)]
    #[case([None, None, Some("StatefulSet/web"), None], false)]
    #[case([None, None, Some("Deployment/web-2"), None], false)]
    #[case([None, None, None, Some("proxy")], true)]
    #[case([None, None, None, Some("prox")], false)]
    #[case([Some("app"), Some("dev"), Some("Deployment/web"), Some("proxy")], true)]
    #[case([Some("app"), Some("dev"), Some("Deployment/web"), Some("web")], false)]
    #[case([Some("app"), Some("prod"), Some("Deployment/web"), Some("proxy")], false)]
    fn everything_that_a_scope_says_must_be_so(#[case] scope: [Option<&str>; 4], #[case] covered: bool) {
        let found = finding("some-rule", Some("Deployment/web"), Some("proxy"));
        assert_eq!(waiver(scope).covers("app", "dev", &found), covered);
        assert!(!waiver(scope).covers(
            "app",
            "dev",
            &finding("some-rule-2", Some("Deployment/web"), Some("proxy"))
        ));
    }

    #[test]
    fn an_object_or_a_container_that_the_finding_does_not_name_is_not_covered() {
        let bare = finding("some-rule", None, None);
        assert!(!waiver([None, None, Some("Deployment/web"), None]).covers("app", "dev", &bare));
        assert!(!waiver([None, None, None, Some("proxy")]).covers("app", "dev", &bare));
        assert!(waiver([Some("app"), None, None, None]).covers("app", "dev", &bare));
    }

    #[rstest]
    #[case("2026-12-30", false)]
    #[case("2026-12-31", false)]
    #[case("2027-01-01", true)]
    fn the_day_it_names_is_its_last(#[case] today: &str, #[case] expired: bool) {
        assert_eq!(waiver([None; 4]).is_expired(today.parse().unwrap()), expired);
    }

    #[rstest]
    #[case([None; 4], "everything")]
    #[case([Some("app"), None, Some("Deployment/web"), Some("proxy")], "chart app, Deployment/web, container proxy")]
    fn a_scope_reads_as_what_it_says(#[case] scope: [Option<&str>; 4], #[case] text: &str) {
        assert_eq!(waiver(scope).scope.to_string(), text);
    }
}
