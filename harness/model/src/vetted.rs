//! What `vet` says of charts and manifests: the static tier alone.

use std::collections::BTreeMap;

use crate::finding::{Enforcement, Finding};
use crate::object::ObjectRef;
use crate::record::RuleHelp;

/// Everything that was found, and everything that could not be judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vetted {
    /// How many objects were judged.
    pub objects: usize,
    /// Profiles that were refused as they must be.
    pub refused: usize,
    /// Ordered.
    pub findings: Vec<Vet>,
    /// Objects of which nothing is known.
    pub not_judged: Vec<NotJudged>,
    /// Help for each rule that found something.
    pub rules: BTreeMap<String, RuleHelp>,
}

/// A finding, and where it was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vet {
    /// What.
    pub finding: Finding,
    /// `chart/profile`, each that it was found in; empty for manifests.
    pub renders: Vec<String>,
}

/// An object that is not judged: never passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotJudged {
    /// Which.
    pub object: ObjectRef,
    /// By what, and why not.
    pub why: String,
}

impl Vetted {
    /// Takes findings of renders, each with `chart/profile` where it has that. One that another render has as well is
    /// listed once.
    pub fn add(&mut self, found: impl IntoIterator<Item = (Finding, Option<String>)>) {
        let mut all: BTreeMap<Finding, Vec<String>> =
            std::mem::take(&mut self.findings).into_iter().map(|vet| (vet.finding, vet.renders)).collect();
        for (finding, render) in found {
            all.entry(finding).or_default().extend(render);
        }
        self.findings = all.into_iter().map(|(finding, renders)| Vet { finding, renders }).collect();
    }

    /// How many findings have an effect, when waivers and the baseline have had their say.
    pub fn count(&self, effect: Enforcement) -> usize {
        self.findings.iter().filter(|vet| vet.finding.effect() == effect).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Clean;

    #[test]
    fn what_several_renders_have_is_listed_once() {
        let finding = |rule: &str| Finding::of_check(rule, Clean::own("no"));
        let mut vetted = Vetted::default();
        vetted.add([(finding("b"), Some("c/dev".to_owned()))]);
        vetted.add([(finding("b"), Some("c/prod".to_owned())), (finding("a"), None)]);
        let listed: Vec<_> =
            vetted.findings.iter().map(|vet| (vet.finding.rule.as_str(), vet.renders.len())).collect();
        assert_eq!(listed, [("a", 0), ("b", 2)]);
        assert_eq!(vetted.count(Enforcement::Enforce), 2);
    }
}
