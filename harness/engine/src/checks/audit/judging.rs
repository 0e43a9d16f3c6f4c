//! Rules on Pods that run, held against what the same rules say of the render. Sync and pure.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seatrial_manifest::input::Context;
use seatrial_manifest::{Manifest, Object, anchor, live_pod, pod};
use seatrial_model::record::CaseRecord;
use seatrial_model::{Clean, Enforcement, Finding, Location, ObjectRef, Redactor, Trouble};
use seatrial_policy::{Denial, Evaluator, PolicyLibrary, PolicyTrouble, RuleMeta};
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
                for denial in self.ask(&mut evaluator, rule)? {
                    let key = (rule.id.clone(), subject.workload.clone(), denial.container.clone());
                    let origin = match profile {
                        _ if !installed.contains(&key) => Origin::Later,
                        Some(profile) if !profile.contains(&key) => Origin::Overlay,
                        _ => Origin::Render,
                    };
                    let location = self.location(&templates, subject, denial.path.as_deref(), origin);
                    own.insert(self.finding(rule, *enforcement, subject, denial, origin, location));
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

    /// What these rules deny of the Pod templates of a render.
    fn known(&self, render: &Manifest) -> Result<Known, Trouble> {
        let judge = Judge {
            library: &self.library,
            rules: &self.rules,
            parameters: &self.parameters,
            redactor: &self.redactor,
        };
        let found = judge.render(render, &self.context, NonZeroUsize::MIN, |_, _| None)?;
        let findings = found.into_iter().flat_map(|found| found.findings);
        Ok(findings.filter_map(|one| Some((one.rule, one.object?, one.container))).collect())
    }

    fn ask(&self, evaluator: &mut Evaluator, rule: &RuleMeta) -> Result<Vec<Denial>, PolicyTrouble> {
        evaluator.judge(&rule.id, self.parameters.get(&rule.id).unwrap_or(&Value::Null))
    }

    /// Where the template says it. No template holds what was brought in after rendering.
    fn location(
        &self,
        templates: &Templates,
        subject: &Subject,
        path: Option<&str>,
        origin: Origin,
    ) -> Option<Location> {
        let rendered = |object: &&Object| object.reference == subject.workload && origin != Origin::Later;
        let object = self.installed.objects.iter().find(rendered)?;
        let template = pod::within(object, &self.context.pods);
        let path = template.zip(path.and_then(|path| path.strip_prefix("spec")));
        let path = path.map(|(template, rest)| format!("{}{rest}", template.path));
        templates.place(object, path.as_deref())
    }

    fn finding(
        &self,
        rule: &RuleMeta,
        enforcement: Enforcement,
        subject: &Subject,
        denial: Denial,
        origin: Origin,
        location: Option<Location>,
    ) -> Finding {
        let message: Clean = self.redactor.clean(&format!("{}{}", denial.message, origin.words()));
        Finding {
            severity: rule.severity,
            enforcement,
            container: denial.container,
            anchor: denial.path.as_deref().and_then(|path| anchor::of(&subject.pod, path)),
            path: denial.path,
            location,
            ..Finding::of_check(&rule.id, message).about(subject.owner.clone())
        }
    }
}
