//! `policy`: the rules of the suite's packs, on the profile's own render. One case per rule.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seatrial_manifest::{Manifest, Object, input};
use seatrial_model::record::CaseRecord;
use seatrial_model::suite::PolicySpec;
use seatrial_model::{
    Basis, Clean, Enforcement, Finding, KubernetesVersion, Location, Redactor, Trouble, Verdict, judge,
};
use seatrial_policy::{Denial, PolicyLibrary, PolicyTrouble, RuleMeta};

use super::Conclusion;
use super::render::source_file;
use crate::blocking::Pool;
use crate::plan::PlannedCell;

/// For all rules on all objects of one cell.
const DEADLINE: Duration = Duration::from_mins(2);

pub(crate) async fn check(
    cell: &PlannedCell,
    policy: &PolicySpec,
    library: &Arc<PolicyLibrary>,
    manifest: &Manifest,
    kubernetes: &KubernetesVersion,
    redactor: &Redactor,
    pool: &Pool,
) -> Result<Conclusion, Trouble> {
    let rules = selected(library, policy, &cell.profile.rules);
    if rules.is_empty() {
        return Ok(Conclusion::failed(Clean::own(
            "every rule of the suite's packs is off for this profile: there is nothing to judge by",
        )));
    }
    let job = Job {
        library: Arc::clone(library),
        parameters: policy.parameters.clone(),
        cell: cell.clone(),
        manifest: manifest.clone(),
        context: input::Context { kubernetes: kubernetes.clone(), production: cell.profile.production },
        redactor: redactor.clone(),
        rules,
    };
    pool.run("judge the render", DEADLINE, move || job.run()).await?
}

/// Rules of the suite's packs that are not off, with their enforcement here.
pub(crate) fn selected(
    library: &PolicyLibrary,
    policy: &PolicySpec,
    profile_rules: &BTreeMap<String, Enforcement>,
) -> Vec<(RuleMeta, Enforcement)> {
    library
        .rules()
        .iter()
        .filter(|rule| policy.packs.contains_key(&rule.pack))
        .map(|rule| {
            let level = judge::enforcement(policy, profile_rules, &rule.pack, &rule.id, rule.enforcement);
            (rule.clone(), level)
        })
        .filter(|(_, enforcement)| *enforcement != Enforcement::Off)
        .collect()
}

struct Job {
    library: Arc<PolicyLibrary>,
    parameters: BTreeMap<String, serde_json::Value>,
    cell: PlannedCell,
    manifest: Manifest,
    context: input::Context,
    redactor: Redactor,
    rules: Vec<(RuleMeta, Enforcement)>,
}

impl Job {
    fn run(self) -> Result<Conclusion, Trouble> {
        let trouble = |trouble: PolicyTrouble| trouble.trouble(&self.redactor);
        let mut evaluator = self.library.evaluator().map_err(trouble)?;
        let mut verdicts: Vec<(Vec<Finding>, Duration)> = vec![Default::default(); self.rules.len()];
        for (object, input) in input::all(&self.manifest, &self.context) {
            evaluator.set_input(&input).map_err(trouble)?;
            for ((rule, enforcement), (own, took)) in self.rules.iter().zip(&mut verdicts) {
                let started = Instant::now();
                let parameters = self.parameters.get(&rule.id).unwrap_or(&serde_json::Value::Null);
                let denials = evaluator.judge(&rule.id, parameters).map_err(trouble)?;
                own.extend(
                    denials.into_iter().map(|denial| self.finding(rule, *enforcement, object, denial)),
                );
                *took += started.elapsed();
            }
        }
        let mut findings = Vec::new();
        let mut cases = Vec::new();
        for ((rule, enforcement), (mut own, took)) in self.rules.iter().zip(verdicts) {
            own.sort();
            cases.push(case(rule, *enforcement, &own, took));
            findings.extend(own);
        }
        let failed = cases.iter().filter(|case| case.verdict == Verdict::Failed).count();
        let warned = cases.iter().filter(|case| case.verdict == Verdict::Warned).count();
        let verdict = judge::of_findings(&findings);
        let total = cases.len();
        let reason = match verdict {
            Verdict::Failed => Some(format!("{failed} of {total} rules failed")),
            Verdict::Warned => Some(format!("{warned} of {total} rules have audit findings")),
            _ => None,
        };
        let reason = reason.map(|text| self.redactor.clean(&text));
        Ok(Conclusion { findings, cases, ..Conclusion::new(verdict, reason) })
    }

    fn finding(&self, rule: &RuleMeta, enforcement: Enforcement, object: &Object, denial: Denial) -> Finding {
        Finding {
            rule: rule.id.clone(),
            severity: rule.severity,
            enforcement,
            message: self.redactor.clean(&denial.message),
            object: Some(object.reference.clone()),
            container: denial.container,
            path: denial.path,
            location: self.location(object),
        }
    }

    fn location(&self, object: &Object) -> Option<Location> {
        let file = source_file(&self.cell, object.source.as_deref()?);
        Some(Location { file, line: None, basis: Basis::File })
    }
}

/// What one rule came to.
pub(crate) fn case(rule: &RuleMeta, enforcement: Enforcement, own: &[Finding], took: Duration) -> CaseRecord {
    let first = own.first().map(|finding| finding.message.clone());
    CaseRecord {
        name: rule.id.clone(),
        verdict: judge::of_findings(own),
        enforcement: Some(enforcement),
        reason: first,
        duration: took.into(),
        output: Clean::default(),
    }
}
