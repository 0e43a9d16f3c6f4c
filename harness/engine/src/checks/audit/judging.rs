//! Rules on Pods that run, held against what the same rules say of the render. Sync and pure.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seatrial_manifest::input::Context;
use seatrial_manifest::pod::{self, Pod};
use seatrial_manifest::{Manifest, Object, anchor, live_pod};
use seatrial_model::record::CaseRecord;
use seatrial_model::{Clean, Enforcement, Finding, ObjectRef, Redactor, Trouble};
use seatrial_policy::{Denial, PolicyLibrary, PolicyTrouble, RuleMeta};
use serde_json::Value;

use super::crew::Subject;
use crate::checks::policy::case;
use crate::judgement::Judge;
use crate::locate::Templates;
use crate::plan::PlannedCell;

/// What is judged, and by what.
pub(crate) struct Job {
    pub(crate) library: Arc<PolicyLibrary>,
    /// Those that are asked of Pods that run, and what a finding does.
    pub(crate) rules: Vec<(RuleMeta, Enforcement)>,
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) context: Context,
    pub(crate) redactor: Redactor,
    pub(crate) cell: PlannedCell,
    /// What was installed.
    pub(crate) installed: Manifest,
    /// The profile's own render, where an overlay makes it another one.
    pub(crate) profile: Option<Manifest>,
    pub(crate) subjects: Vec<Subject>,
}

/// Findings, and one case for each rule.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) findings: Vec<Finding>,
    pub(crate) cases: Vec<CaseRecord>,
}

/// How a finding came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// The profile's own render has it, too.
    Render,
    /// Only the render with the overlay has it.
    Overlay,
    /// No render has it.
    Later,
}

impl Origin {
    /// What the message says of it.
    fn words(self) -> &'static str {
        match self {
            Self::Render => "",
            Self::Overlay => {
                " (brought in by the suite's overlay: the profile's own render does not have it)"
            }
            Self::Later => {
                " (brought in after rendering, by admission, a webhook or a controller: the render does not have it)"
            }
        }
    }
}

/// What a rule denies of a workload's container, wherever in it.
type Known = BTreeSet<(String, ObjectRef, Option<String>)>;

impl Job {
    pub(crate) fn run(self) -> Result<Judged, Trouble> {
        let installed = self.known(&self.installed)?;
        let profile = self.profile.as_ref().map(|render| self.known(render)).transpose()?;
        let judged = self.judged(&installed, profile.as_ref());
        judged.map_err(|trouble| trouble.trouble(&self.redactor))
    }

    fn judged(&self, installed: &Known, profile: Option<&Known>) -> Result<Judged, PolicyTrouble> {
        let mut evaluator = self.library.evaluator()?;
        let templates = Templates::of(&self.cell.chart.path, &self.cell.root);
        let mut verdicts: Vec<(BTreeSet<Finding>, Duration)> = vec![Default::default(); self.rules.len()];
        for subject in &self.subjects {
            let unreadable =
                || PolicyTrouble::Input { why: format!("a Pod of {} cannot be read", subject.owner) };
            let input = live_pod::input(&subject.pod, subject.hook, &self.context).ok_or_else(unreadable)?;
            evaluator.set_input(&input)?;
            for ((rule, enforcement), (own, took)) in self.rules.iter().zip(&mut verdicts) {
                let started = Instant::now();
                for denial in self.judge().ask(&mut evaluator, rule)? {
                    let key = (rule.id.clone(), subject.workload.clone(), denial.container.clone());
                    let origin = match profile {
                        _ if !installed.contains(&key) => Origin::Later,
                        Some(profile) if !profile.contains(&key) => Origin::Overlay,
                        _ => Origin::Render,
                    };
                    own.insert(self.finding((rule, *enforcement), subject, denial, origin, &templates));
                }
                *took += started.elapsed();
            }
        }
        let mut judged = Judged::default();
        for ((rule, enforcement), (own, took)) in self.rules.iter().zip(verdicts) {
            // Two templates of one workload, an old and a new one, say the same twice.
            let own: Vec<Finding> = own.into_iter().collect();
            judged.cases.push(case(rule, *enforcement, &own, took));
            judged.findings.extend(own);
        }
        Ok(judged)
    }

    fn judge(&self) -> Judge<'_> {
        Judge {
            library: &self.library,
            rules: &self.rules,
            parameters: &self.parameters,
            redactor: &self.redactor,
        }
    }

    /// What these rules deny of the Pod templates of a render.
    fn known(&self, render: &Manifest) -> Result<Known, Trouble> {
        let found = self.judge().render(render, &self.context, NonZeroUsize::MIN, |_, _| None)?;
        let findings = found.into_iter().flat_map(|found| found.findings);
        Ok(findings.filter_map(|one| Some((one.rule, one.object?, one.container))).collect())
    }

    fn finding(
        &self,
        (rule, enforcement): (&RuleMeta, Enforcement),
        subject: &Subject,
        denial: Denial,
        origin: Origin,
        templates: &Templates,
    ) -> Finding {
        // No template holds what was brought in after rendering.
        let rendered = |object: &&Object| object.reference == subject.workload && origin != Origin::Later;
        let object = self.installed.objects.iter().find(rendered);
        let template = object.and_then(|object| pod::within(object, &self.context.pods));
        let path = template.as_ref().and_then(|template| in_template(template, &denial));
        let location = object.and_then(|object| templates.place(object, path.as_deref()));
        // What the render has already is the same finding to a baseline.
        let anchor = match (object, path) {
            (Some(object), Some(path)) => Some(anchor::of(&object.value, &path).unwrap_or(path)),
            _ => denial.path.as_deref().and_then(|path| anchor::of(&subject.pod, path)),
        };
        let message: Clean = self.redactor.clean(&format!("{}{}", denial.message, origin.words()));
        Finding {
            severity: rule.severity,
            enforcement,
            container: denial.container,
            anchor,
            path: denial.path,
            location,
            ..Finding::of_check(&rule.id, message).about(subject.owner.clone())
        }
    }
}

/// The path in a Pod as its template has it: containers that were brought in may have moved the others.
fn in_template(template: &Pod<'_>, denial: &Denial) -> Option<String> {
    let rest = denial.path.as_deref()?.strip_prefix("spec")?;
    let Some(name) = &denial.container else { return Some(format!("{}{rest}", template.path)) };
    let own = template.containers().into_iter().find(|container| container.name == name)?;
    let (_, after) = rest.split_once(']')?;
    Some(format!("{}{after}", own.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Some("app"), "spec.containers[1].image", Some("spec.template.spec.containers[0].image"))]
    #[case(Some("app"), "spec.containers[1]", Some("spec.template.spec.containers[0]"))]
    #[case(Some("proxy"), "spec.containers[0].image", None)]
    #[case(None, "spec.hostPID", Some("spec.template.spec.hostPID"))]
    #[case(None, "metadata.annotations", None)]
    fn a_path_is_found_again_in_the_template(
        #[case] container: Option<&str>,
        #[case] path: &str,
        #[case] expected: Option<&str>,
    ) {
        let manifest = Manifest::decode(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: \
             [{name: app}]}}}\n",
        );
        let template = pod::of(&manifest.objects[0]).unwrap();
        let (container, path) = (container.map(str::to_owned), Some(path.to_owned()));
        let denial = Denial { container, path, message: "no".to_owned() };
        assert_eq!(in_template(&template, &denial).as_deref(), expected);
    }
}
