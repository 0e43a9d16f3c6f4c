//! The API server as a witness: the same Pods, judged by its own Pod Security admission and by our rules.
//!
//! A Pod is first sent where everything is allowed: what comes back has defaults and what admission adds, and our rules
//! judge that. Then it is sent where each level is enforced. Whoever is right, a difference is a bug of ours; a cluster that
//! admits what baseline forbids is no witness.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;
use seatrial_manifest::dry_run::{Candidate, candidate};
use seatrial_manifest::input::Context;
use seatrial_manifest::{Manifest, live_pod, pod};
use seatrial_model::record::WitnessRecord;
use seatrial_model::{Clean, KubernetesVersion, PodPath, Redactor, Trouble};
use seatrial_policy::{PolicyLibrary, PolicyTrouble};
use seatrial_ports::{Cluster, PodSecurityAnswer, PodSecurityLevel, PodSecurityRequest};
use serde_json::{Value, json};

use super::crew::Subject;
use super::levels;

/// Pods that are asked about at the same time.
const AT_ONCE: usize = 4;

/// A Pod to ask about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// `Deployment/web as rendered`, `Deployment/web as it runs`.
    pub(crate) of: String,
    pub(crate) candidate: Candidate,
}

/// Every Pod template that was installed and every Pod that ran, each once.
pub(crate) fn questions(installed: &Manifest, custom: &[PodPath], subjects: &[Subject]) -> Vec<Question> {
    let rendered = installed.objects.iter().filter_map(|object| {
        let pod = pod::within(object, custom)?;
        let of = format!("{} as rendered", object.reference);
        Some(Question { of, candidate: candidate(pod.metadata, pod.spec) })
    });
    let live = subjects.iter().map(|subject| Question {
        of: format!("{} as it runs", subject.owner),
        candidate: candidate(subject.pod.get("metadata"), &subject.pod["spec"]),
    });
    let mut questions: Vec<Question> = Vec::new();
    for question in rendered.chain(live) {
        if !questions.iter().any(|one| one.candidate.pod == question.candidate.pod) {
            questions.push(question);
        }
    }
    questions
}

/// What the API server said of one question.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) question: Question,
    /// As admission makes it; why it is not known.
    pub(crate) stored: Result<Value, Clean>,
    /// Where it is known, the answer at each level.
    pub(crate) answers: Vec<(PodSecurityLevel, PodSecurityAnswer)>,
}

/// Whom to ask, and about which version of the standards.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) cluster: &'a dyn Cluster,
    pub(crate) kubernetes: &'a KubernetesVersion,
    pub(crate) redactor: &'a Redactor,
}

impl Asking<'_> {
    async fn about(self, pod: &Value, level: PodSecurityLevel) -> Result<PodSecurityAnswer, Trouble> {
        let request = PodSecurityRequest {
            pod: pod.clone(),
            level,
            kubernetes: self.kubernetes.clone(),
            redactor: self.redactor.clone(),
        };
        self.cluster.admit_pod(&request).await
    }

    /// Why this API server is no witness, where it is none: Pod Security may be switched off, or exempt who asks.
    async fn unfit(self) -> Result<Option<Clean>, Trouble> {
        let container =
            json!({"name": "calibration", "image": "calibration:1", "securityContext": {"privileged": true}});
        let privileged = candidate(None, &json!({"containers": [container]})).pod;
        Ok(match self.about(&privileged, PodSecurityLevel::Baseline).await? {
            PodSecurityAnswer::Refused { .. } => None,
            PodSecurityAnswer::Inconclusive { why } => Some(why),
            PodSecurityAnswer::Admitted { .. } => Some(Clean::own(
                "this cluster does not enforce Pod Security: it admits a privileged Pod at the level baseline",
            )),
        })
    }
}

/// Asks about all Pods. The first answer that cannot be got is trouble for all.
pub(crate) async fn ask(asking: Asking<'_>, questions: Vec<Question>) -> Result<Vec<Statement>, Trouble> {
    if let Some(why) = asking.unfit().await? {
        let silent = |question| Statement { question, stored: Err(why.clone()), answers: Vec::new() };
        return Ok(questions.into_iter().map(silent).collect());
    }
    let ask = |question: Question| async move {
        let pod = &question.candidate.pod;
        let stored = match asking.about(pod, PodSecurityLevel::Privileged).await? {
            PodSecurityAnswer::Admitted { pod } => Ok(pod),
            PodSecurityAnswer::Refused { said, .. } => Err(said),
            PodSecurityAnswer::Inconclusive { why } => Err(why),
        };
        let mut answers = Vec::new();
        if stored.is_ok() {
            for level in levels::ASKED {
                answers.push((level, asking.about(pod, level).await?));
            }
        }
        Ok(Statement { question, stored, answers })
    };
    let asked: Vec<_> = questions.into_iter().map(ask).collect();
    let statements: Vec<Result<Statement, Trouble>> =
        futures::stream::iter(asked).buffered(AT_ONCE).collect().await;
    statements.into_iter().collect()
}

/// A difference between the API server and our rules.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Disagreement {
    /// `Deployment/web as rendered`.
    pub(crate) of: String,
    pub(crate) level: PodSecurityLevel,
    /// What each says, one sentence.
    pub(crate) told: Clean,
    /// The Pod as admission makes it.
    pub(crate) pod: Value,
}

/// What came of all that was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Testimony {
    pub(crate) agree: usize,
    pub(crate) disagreements: Vec<Disagreement>,
    /// About which Pod, and why nothing can be concluded. One for each level.
    pub(crate) inconclusive: Vec<(String, Clean)>,
    /// Pods of which ephemeral containers were left out.
    pub(crate) left_out: Vec<String>,
}

impl Testimony {
    pub(crate) fn counts(&self) -> WitnessRecord {
        WitnessRecord {
            agree: self.agree,
            disagree: self.disagreements.len(),
            inconclusive: self.inconclusive.len(),
        }
    }
}

/// Statements and what our rules are asked with.
pub(crate) struct Hearing {
    pub(crate) library: Arc<PolicyLibrary>,
    pub(crate) context: Context,
    pub(crate) redactor: Redactor,
    pub(crate) statements: Vec<Statement>,
}

impl Hearing {
    /// Judges the same Pods by our rules and compares. Sync and pure.
    pub(crate) fn run(self) -> Result<Testimony, Trouble> {
        self.heard().map_err(|trouble| trouble.trouble(&self.redactor))
    }

    fn heard(&self) -> Result<Testimony, PolicyTrouble> {
        let mut evaluator = self.library.evaluator()?;
        let rules =
            levels::ASKED.map(|level| (level, levels::rules(&self.library, level, &self.context.kubernetes)));
        let mut testimony = Testimony::default();
        for Statement { question, stored, answers } in &self.statements {
            if question.candidate.left_out > 0 {
                testimony.left_out.push(question.of.clone());
            }
            let pod = match stored {
                Ok(pod) => pod,
                Err(why) => {
                    let each = levels::ASKED.iter().map(|_| (question.of.clone(), why.clone()));
                    testimony.inconclusive.extend(each);
                    continue;
                }
            };
            let unreadable = || PolicyTrouble::Input { why: format!("{} cannot be read", question.of) };
            let input = live_pod::input(pod, false, &self.context).ok_or_else(unreadable)?;
            evaluator.set_input(&input)?;
            for (level, answer) in answers {
                let own = rules.iter().filter(|(of, _)| of == level).flat_map(|(_, rules)| rules);
                let mut denied = BTreeSet::new();
                for rule in own {
                    // As Kubernetes means it, whatever the suite sets.
                    if !evaluator.judge(&rule.id, &Value::Null)?.is_empty() {
                        denied.insert(rule.id.as_str());
                    }
                }
                match compare(&denied, answer) {
                    Comparison::Agree => testimony.agree += 1,
                    Comparison::Inconclusive(why) => {
                        testimony.inconclusive.push((question.of.clone(), why));
                    }
                    Comparison::Disagree(told) => testimony.disagreements.push(Disagreement {
                        of: question.of.clone(),
                        level: *level,
                        told: self.redactor.clean(&told),
                        pod: pod.clone(),
                    }),
                }
            }
        }
        Ok(testimony)
    }
}

#[derive(Debug, PartialEq)]
enum Comparison {
    Agree,
    Disagree(String),
    Inconclusive(Clean),
}

/// Rules of ours that deny a Pod against what the API server says of it.
fn compare(denied: &BTreeSet<&str>, answer: &PodSecurityAnswer) -> Comparison {
    let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    match answer {
        PodSecurityAnswer::Inconclusive { why } => Comparison::Inconclusive(why.clone()),
        PodSecurityAnswer::Admitted { .. } if denied.is_empty() => Comparison::Agree,
        PodSecurityAnswer::Admitted { .. } => {
            Comparison::Disagree(format!("the API server admits it, and our rules deny it: {}", list(denied)))
        }
        PodSecurityAnswer::Refused { said, .. } if denied.is_empty() => Comparison::Disagree(format!(
            "our rules have nothing to say, and the API server refuses it: {said}"
        )),
        PodSecurityAnswer::Refused { controls, said } => {
            let (theirs, ours) = (levels::named(controls), levels::controls(denied.iter().copied()));
            if theirs.is_empty() || theirs == ours {
                return Comparison::Agree;
            }
            let only = |a: &BTreeSet<&str>, b| a.difference(b).copied().collect::<Vec<_>>().join(", ");
            let mut told = Vec::new();
            for (who, only) in [("the API server", only(&theirs, &ours)), ("our rules", only(&ours, &theirs))]
            {
                if !only.is_empty() {
                    told.push(format!("{who} alone say: {only}"));
                }
            }
            Comparison::Disagree(format!(
                "both refuse it, but not for the same: {} (our rules: {}; the API server: {said})",
                told.join("; "),
                list(denied)
            ))
        }
    }
}

#[cfg(test)]
#[path = "witness_tests.rs"]
mod tests;
