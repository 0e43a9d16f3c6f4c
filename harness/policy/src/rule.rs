//! A rule as its METADATA describes it.

use seatrial_model::record::RuleHelp;
use seatrial_model::{Enforcement, KubernetesVersion, Severity};

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
    /// Which objects it is asked of.
    pub judges: Judges,
    /// Ids of rules whose place it takes where both are chosen, see [`in_force`](crate::in_force).
    pub overrides: Vec<String>,
    /// The first version of Kubernetes that it is asked for; for every version where absent.
    pub since: Option<KubernetesVersion>,
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

/// Which objects a rule is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judges {
    /// Those that hold a PodSpec.
    Pods,
    /// All.
    Objects,
    /// Those of these kinds.
    Kinds(Vec<String>),
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
    /// Whether it is asked of Pods that run: of those by themselves, where only what judges Pods has something to say.
    pub fn judges_running_pods(&self) -> bool {
        self.live && self.judges == Judges::Pods
    }

    /// Whether it is asked of an object of this kind, which holds a PodSpec or does not. One that is not asked has
    /// nothing to deny: to evaluate it costs time alone.
    pub fn judges(&self, kind: &str, has_pod: bool) -> bool {
        match &self.judges {
            Judges::Pods => has_pod,
            Judges::Objects => true,
            Judges::Kinds(kinds) => kinds.iter().any(|one| one == kind),
        }
    }

    /// Whether it is asked at all for this version of Kubernetes.
    pub fn is_asked_in(&self, kubernetes: &KubernetesVersion) -> bool {
        self.since.as_ref().is_none_or(|since| since <= kubernetes)
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

#[cfg(test)]
impl RuleMeta {
    /// A rule of a pack that judges Pods, for tests.
    pub(crate) fn sample(pack: &str, id: &str) -> Self {
        Self {
            id: id.into(),
            pack: pack.into(),
            title: String::new(),
            description: String::new(),
            severity: Severity::Low,
            enforcement: Enforcement::Audit,
            live: true,
            judges: Judges::Pods,
            overrides: Vec::new(),
            since: None,
            standard: Standard { name: String::new(), reference: String::new() },
            remediation: String::new(),
            parameters: Vec::new(),
            file: String::new(),
            package: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Judges::Pods, "Deployment", true, true)]
    #[case(Judges::Pods, "Service", false, false)]
    #[case(Judges::Objects, "Service", false, true)]
    #[case(Judges::Kinds(vec!["Ingress".into(), "Service".into()]), "Service", false, true)]
    #[case(Judges::Kinds(vec!["Service".into()]), "Deployment", true, false)]
    #[case(Judges::Kinds(vec!["Service".into()]), "service", false, false)]
    fn a_rule_is_asked_of_what_it_judges(
        #[case] judges: Judges,
        #[case] kind: &str,
        #[case] has_pod: bool,
        #[case] asked: bool,
    ) {
        assert_eq!(RuleMeta { judges, ..RuleMeta::sample("p", "r") }.judges(kind, has_pod), asked);
    }

    #[rstest]
    #[case(Judges::Pods, true, true)]
    #[case(Judges::Pods, false, false)]
    #[case(Judges::Objects, true, false)]
    #[case(Judges::Kinds(vec!["Pod".into()]), true, false)]
    fn only_what_judges_pods_is_asked_of_those_that_run(
        #[case] judges: Judges,
        #[case] live: bool,
        #[case] asked: bool,
    ) {
        assert_eq!(RuleMeta { live, judges, ..RuleMeta::sample("p", "r") }.judges_running_pods(), asked);
    }

    #[rstest]
    #[case(None, "1.0", true)]
    #[case(Some("1.35"), "1.34.9", false)]
    #[case(Some("1.35"), "1.35", true)]
    #[case(Some("1.35"), "1.35.0", true)]
    #[case(Some("1.35"), "1.99", true)]
    fn a_rule_is_asked_from_its_version_on(
        #[case] since: Option<&str>,
        #[case] version: &str,
        #[case] asked: bool,
    ) {
        let since = since.map(|since| since.parse().unwrap());
        let rule = RuleMeta { since, ..RuleMeta::sample("p", "r") };
        assert_eq!(rule.is_asked_in(&version.parse().unwrap()), asked);
    }
}
