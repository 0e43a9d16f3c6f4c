//! `policy`: the rules of the suite's packs, on the profile's own render. One case per rule.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use seatrial_manifest::{Manifest, Object, input, pod};
use seatrial_model::record::CaseRecord;
use seatrial_model::suite::PolicySpec;
use seatrial_model::{Clean, Enforcement, Finding, KubernetesVersion, Redactor, Trouble, judge};
use seatrial_policy::{PolicyLibrary, RuleMeta};

use super::Conclusion;
use crate::blocking::Pool;
use crate::judgement::{Judge, selected};
use crate::locate::Templates;
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
    let rules = selected(library, policy, &cell.profile.levels, kubernetes);
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
        context: input::Context {
            kubernetes: kubernetes.clone(),
            production: cell.profile.production,
            namespace: cell.namespace.clone(),
            pods: policy.pods(),
        },
        redactor: redactor.clone(),
        rules,
    };
    pool.run("judge the render", DEADLINE, move || job.run()).await?
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
        let judge = Judge {
            library: &self.library,
            rules: &self.rules,
            parameters: &self.parameters,
            redactor: &self.redactor,
        };
        // Once for all cells of the run.
        self.library.prepare().map_err(|trouble| trouble.trouble(&self.redactor))?;
        let templates = Templates::of(&self.cell.chart.path, &self.cell.root);
        // Cells are judged side by side already.
        let found = judge.render(&self.manifest, &self.context, NonZeroUsize::MIN, |object, path| {
            templates.place(object, path)
        })?;
        let mut findings = self.untold(&templates);
        let mut cases = Vec::new();
        for ((rule, enforcement), own) in self.rules.iter().zip(found) {
            cases.push(case(rule, *enforcement, &own.findings, own.took));
            findings.extend(own.findings);
        }
        Ok(Conclusion::of_rules(findings, cases))
    }

    /// What looks like a Pod's spec and was not judged as one: no rule that is silent about it has passed it.
    fn untold(&self, templates: &Templates) -> Vec<Finding> {
        let objects = self.manifest.objects.iter();
        let all = objects.flat_map(|object| {
            pod::unjudged(object, &self.context.pods).into_iter().map(move |one| (object, one))
        });
        let finding = |(object, one): (&Object, pod::Unjudged)| Finding {
            location: templates.place(object, Some(&one.path)),
            ..Finding::of_check("pod-not-judged", self.redactor.clean(&one.why()))
                .audited()
                .about(object.reference.clone())
                .at(one.path)
        };
        all.map(finding).collect()
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
