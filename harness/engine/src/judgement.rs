//! Rules asked of every object of a render. What is found has a place in the chart's files, with how that is known.
//!
//! Pure and sync: `policy`, `audit` and `vet` judge by it, each with its own way to tell places.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use seatrial_manifest::{Manifest, Object, input};
use seatrial_model::suite::{Levels, PolicySpec};
use seatrial_model::{Enforcement, Finding, KubernetesVersion, Location, Redactor, Trouble, judge};
use seatrial_policy::{Denial, Evaluator, PolicyLibrary, PolicyTrouble, RuleMeta, in_force};
use serde_json::Value;

use crate::shares::{Share, side_by_side};

/// Fewer objects than this are judged on one thread: an evaluator takes longer to make than they to judge.
pub const FEW: usize = 64;

/// Rules, and what they are asked with.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    /// Where the rules are from.
    pub library: &'a PolicyLibrary,
    /// Those that are asked, and what a finding does.
    pub rules: &'a [(RuleMeta, Enforcement)],
    /// By rule, what `input.parameters` holds.
    pub parameters: &'a BTreeMap<String, Value>,
    /// Cleans messages: they may quote objects.
    pub redactor: &'a Redactor,
}

/// What one rule found in a whole render.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Ordered.
    pub findings: Vec<Finding>,
    /// All evaluations together.
    pub took: Duration,
}

impl Judge<'_> {
    /// One entry for each rule, in their order. Any rule that could not be asked is trouble for all.
    pub fn render<P>(
        &self,
        manifest: &Manifest,
        context: &input::Context,
        threads: NonZeroUsize,
        place: P,
    ) -> Result<Vec<Found>, Trouble>
    where
        P: Fn(&Object, Option<&str>) -> Option<Location> + Sync,
    {
        let inputs = input::Inputs::of(manifest, context);
        let objects = &manifest.objects;
        // Rules that judge nothing of it need not be prepared.
        let sorts: BTreeSet<(&str, bool)> =
            objects.iter().map(|object| (object.reference.kind.as_str(), inputs.has_pod(object))).collect();
        let chosen = |rule: &RuleMeta| self.rules.iter().any(|(one, _)| one.id == rule.id);
        let asked =
            |rule: &RuleMeta| sorts.iter().any(|(kind, has_pod)| rule.judges(kind, *has_pod)) && chosen(rule);
        let parts = side_by_side(objects, FEW, threads, |share| {
            let evaluator = self.library.evaluator_of(asked)?;
            self.share(share, evaluator, &inputs, &place)
        });
        let mut all: Vec<Found> = vec![Found::default(); self.rules.len()];
        for part in parts {
            let part =
                part.unwrap_or_else(|| Err(panicked())).map_err(|trouble| trouble.trouble(self.redactor))?;
            for (whole, part) in all.iter_mut().zip(part) {
                whole.findings.extend(part.findings);
                whole.took += part.took;
            }
        }
        for found in &mut all {
            found.findings.sort();
        }
        Ok(all)
    }

    fn share<P>(
        &self,
        share: &mut Share<'_, Object>,
        mut evaluator: Evaluator,
        inputs: &input::Inputs<'_>,
        place: &P,
    ) -> Result<Vec<Found>, PolicyTrouble>
    where
        P: Fn(&Object, Option<&str>) -> Option<Location>,
    {
        let mut all = vec![Found::default(); self.rules.len()];
        for (index, object) in share {
            let input = inputs.get(index);
            let has_pod = input.get("pod").is_some();
            evaluator.set_input(&input)?;
            for ((rule, enforcement), found) in self.rules.iter().zip(&mut all) {
                if !rule.judges(&object.reference.kind, has_pod) {
                    continue;
                }
                let started = Instant::now();
                let denials = self.ask(&mut evaluator, rule)?;
                found.findings.extend(denials.into_iter().map(|denial| {
                    let location = place(object, denial.path.as_deref());
                    self.finding(rule, *enforcement, object, denial, location)
                }));
                found.took += started.elapsed();
            }
        }
        Ok(all)
    }

    /// What a rule denies of the input that was set.
    pub(crate) fn ask(
        &self,
        evaluator: &mut Evaluator,
        rule: &RuleMeta,
    ) -> Result<Vec<Denial>, PolicyTrouble> {
        evaluator.judge(&rule.id, self.parameters.get(&rule.id).unwrap_or(&Value::Null))
    }

    fn finding(
        &self,
        rule: &RuleMeta,
        enforcement: Enforcement,
        object: &Object,
        denial: Denial,
        location: Option<Location>,
    ) -> Finding {
        Finding {
            container: denial.container,
            path: denial.path,
            location,
            severity: rule.severity,
            enforcement,
            ..Finding::of_check(&rule.id, self.redactor.clean(&denial.message))
                .about(object.reference.clone())
        }
    }
}

/// Rules of the suite's packs and of those that they include, each once, with their enforcement here. Neither those
/// that are off nor those whose place another one takes.
pub fn selected(
    library: &PolicyLibrary,
    policy: &PolicySpec,
    profile: &Levels,
    kubernetes: &KubernetesVersion,
) -> Vec<(RuleMeta, Enforcement)> {
    let members = library.members(policy.packs.keys().map(String::as_str)).into_iter();
    let levelled = members.map(|rule| {
        let layers = library.layers(&rule.pack);
        (rule, judge::enforcement(policy, profile, &layers, &rule.id, rule.enforcement))
    });
    let in_force = in_force(levelled.collect(), kubernetes).into_iter();
    in_force.map(|(rule, enforcement)| (rule.clone(), enforcement)).collect()
}

fn panicked() -> PolicyTrouble {
    PolicyTrouble::Unprepared { why: "a thread that judges panicked".to_owned() }
}
