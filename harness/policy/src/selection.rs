//! Which rules are asked: those of packs and what the packs include, at a version, without those overridden.

use std::collections::BTreeSet;

use seatrial_model::{Enforcement, KubernetesVersion, judge};

use crate::library::PolicyLibrary;
use crate::pack;
use crate::rule::RuleMeta;

impl PolicyLibrary {
    /// The rules of these packs and of all that they include, each once, by pack and name.
    pub fn members<'a>(&'a self, packs: impl IntoIterator<Item = &'a str>) -> Vec<&'a RuleMeta> {
        let packs = pack::with_included(self.packs(), packs);
        self.rules().iter().filter(|rule| packs.contains(rule.pack.as_str())).collect()
    }

    /// The rules that are asked for these packs, all of them enforced, at a version: [`members`](Self::members) that
    /// are [`in_force`].
    pub fn rules_of<'a>(
        &'a self,
        packs: impl IntoIterator<Item = &'a str>,
        kubernetes: &KubernetesVersion,
    ) -> Vec<&'a RuleMeta> {
        let members = self.members(packs).into_iter();
        let enforced = members.map(|rule| (rule, Enforcement::Enforce)).collect();
        in_force(enforced, kubernetes).into_iter().map(|(rule, _)| rule).collect()
    }

    /// The packs that `pack` comes in by, nearest first, as [`judge::enforcement`] takes them: itself alone, those
    /// that include it, those that include these, and so on.
    pub fn layers<'a>(&'a self, pack: &'a str) -> Vec<Vec<&'a str>> {
        pack::layers(self.packs(), pack)
    }

    /// `pack` and all that it includes.
    pub fn with_included<'a>(&'a self, pack: &'a str) -> BTreeSet<&'a str> {
        pack::with_included(self.packs(), [pack])
    }
}

/// Those of the rules chosen that are asked at a version of Kubernetes: not off, known to the version, and not
/// overridden by another of them that is at least as strict.
pub fn in_force<'a>(
    chosen: Vec<(&'a RuleMeta, Enforcement)>,
    kubernetes: &KubernetesVersion,
) -> Vec<(&'a RuleMeta, Enforcement)> {
    let asked =
        |(rule, level): &(&RuleMeta, Enforcement)| *level != Enforcement::Off && rule.is_asked_in(kubernetes);
    let asked: Vec<_> = chosen.into_iter().filter(asked).collect();
    let overridden = |rule: &RuleMeta, level: Enforcement| {
        asked.iter().any(|(over, by)| over.overrides.contains(&rule.id) && judge::overrides(*by, level))
    };
    asked.iter().filter(|(rule, level)| !overridden(rule, *level)).copied().collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn asked(levels: [Enforcement; 2], since: Option<&str>) -> Vec<String> {
        let strict = RuleMeta {
            overrides: vec!["loose".into()],
            since: since.map(|since| since.parse().unwrap()),
            ..RuleMeta::sample("restricted", "strict")
        };
        let loose = RuleMeta::sample("baseline", "loose");
        let chosen = vec![(&loose, levels[0]), (&strict, levels[1])];
        let asked = in_force(chosen, &"1.34".parse().unwrap());
        asked.into_iter().map(|(rule, _)| rule.id.clone()).collect()
    }

    use Enforcement::{Audit, Enforce, Off};

    #[rstest]
    #[case::alike([Enforce, Enforce], &["strict"])]
    #[case::stricter([Audit, Enforce], &["strict"])]
    #[case::milder([Enforce, Audit], &["loose", "strict"])]
    #[case::off([Enforce, Off], &["loose"])]
    #[case::the_other_off([Off, Audit], &["strict"])]
    #[case::both_off([Off, Off], &[])]
    fn a_rule_takes_the_place_of_another_where_it_is_as_strict(
        #[case] levels: [Enforcement; 2],
        #[case] expected: &[&str],
    ) {
        assert_eq!(asked(levels, None), expected);
    }

    #[test]
    fn a_rule_that_is_not_asked_yet_takes_nobodys_place() {
        assert_eq!(asked([Enforce, Enforce], Some("1.35")), ["loose"]);
        assert_eq!(asked([Enforce, Enforce], Some("1.34")), ["strict"]);
    }
}
