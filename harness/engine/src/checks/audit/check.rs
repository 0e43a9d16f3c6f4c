//! What the check asks, and what it concludes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use seatrial_manifest::{Manifest, input};
use seatrial_model::record::CaseRecord;
use seatrial_model::time::Millis;
use seatrial_model::{Clean, Enforcement, Finding, KubernetesVersion, Redactor, Trouble, Verdict, judge};
use seatrial_policy::RuleMeta;
use seatrial_ports::{Cluster, Place, PodsRequest, Watch};

use super::crew::{self, Absence, Crew};
use super::judging::{self, Judged};
use super::levels;
use super::witness::{self, Asking, Disagreement, Hearing, Testimony};
use crate::cell::Shared;
use crate::checks::render::Learned;
use crate::checks::{Conclusion, count};
use crate::evidence::Evidence;
use crate::judgement::selected;
use crate::plan::PlannedCell;

/// For the Pods of a cell to be listed, with their owners.
const LISTING: Duration = Duration::from_mins(1);
/// For all rules on all Pods of one cell.
const JUDGING: Duration = Duration::from_mins(2);
/// For the API server to be asked about all of them.
const ASKING: Duration = Duration::from_mins(2);
/// What is said of one group of objects, at most.
const LINE: usize = 12;

/// The case of the API server's testimony.
const WITNESS: &str = "pod-security-witness";

/// One audit.
pub(crate) struct Audit<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) cell: &'a PlannedCell,
    pub(crate) learned: &'a Learned,
    pub(crate) kubernetes: &'a KubernetesVersion,
    pub(crate) redactor: &'a Redactor,
    pub(crate) evidence: &'a Evidence,
    /// Whether all test hooks ran.
    pub(crate) tested: bool,
}

impl Audit<'_> {
    pub(crate) async fn check(
        &self,
        cluster: &dyn Cluster,
        place: &Place,
        watch: &Watch,
    ) -> Result<Conclusion, Trouble> {
        let (library, suite) = (&self.shared.library, &self.shared.suite);
        let selected = selected(library, &suite.policy, &self.cell.profile.levels, self.kubernetes);
        if selected.is_empty() {
            return Ok(Conclusion::failed(Clean::own(
                "every rule of the suite's packs is off for this profile: there is nothing to judge Pods by",
            )));
        }
        let rules: Vec<_> = selected.into_iter().filter(|(rule, _)| rule.judges_running_pods()).collect();
        let Some(installed) = self.learned.installed.as_ref().map(|render| &render.manifest) else {
            return Err(Trouble::new("judge the Pods", Clean::own("what was installed is not known")));
        };
        watch.say(Clean::own("looking at the Pods that ran"));
        let request = PodsRequest { place: place.clone(), elsewhere: elsewhere(installed, &place.namespace) };
        let pods = in_time("list the Pods", LISTING, cluster.pods(&request)).await?;
        let paths = suite.policy.pods();
        let crew = crew::sort(pods, installed, &place.namespace, &paths, self.tested);
        if let Some(trouble) = unexplained(&crew, self.redactor) {
            return Err(trouble);
        }
        // Of nobody nothing can be said: a rule that was asked of no Pod has not passed.
        let judged = if crew.subjects.is_empty() {
            Judged::default()
        } else {
            self.judge(rules, &crew, installed).await?
        };
        let questions = witness::questions(installed, &paths, &crew.subjects);
        let testimony = if self.has_standards() && !questions.is_empty() {
            watch.say(Clean::own("asking the API server about them"));
            Some(self.ask(cluster, questions).await)
        } else {
            None
        };
        Ok(self.conclude(&crew, judged, testimony))
    }

    async fn ask(
        &self,
        cluster: &dyn Cluster,
        questions: Vec<witness::Question>,
    ) -> Result<Testimony, Trouble> {
        let asking = Asking { cluster, kubernetes: self.kubernetes, redactor: self.redactor };
        let asking = witness::ask(asking, questions);
        let statements = in_time("ask the API server about the Pods", ASKING, asking).await?;
        let hearing = Hearing {
            library: Arc::clone(&self.shared.library),
            context: self.context(),
            redactor: self.redactor.clone(),
            statements,
        };
        self.shared.pool.run("compare with the API server", JUDGING, move || hearing.run()).await?
    }

    /// Whether the library has our rules of every level.
    fn has_standards(&self) -> bool {
        let has = |level| !levels::rules(&self.shared.library, level, self.kubernetes).is_empty();
        levels::ASKED.into_iter().all(has)
    }

    fn context(&self) -> input::Context {
        input::Context {
            kubernetes: self.kubernetes.clone(),
            production: self.cell.profile.production,
            namespace: self.cell.namespace.clone(),
            pods: self.shared.suite.policy.pods(),
        }
    }

    async fn judge(
        &self,
        rules: Vec<(RuleMeta, Enforcement)>,
        crew: &Crew,
        installed: &Manifest,
    ) -> Result<Judged, Trouble> {
        let profile = self.cell.profile.overlay.as_ref().and(self.learned.profile.as_ref());
        let job = judging::Job {
            library: Arc::clone(&self.shared.library),
            rules,
            parameters: self.shared.suite.policy.parameters.clone(),
            context: self.context(),
            redactor: self.redactor.clone(),
            cell: self.cell.clone(),
            installed: installed.clone(),
            profile: profile.map(|render| render.manifest.clone()),
            subjects: crew.subjects.clone(),
        };
        self.shared.pool.run("judge the Pods", JUDGING, move || job.run()).await?
    }

    fn conclude(
        &self,
        crew: &Crew,
        judged: Judged,
        testimony: Option<Result<Testimony, Trouble>>,
    ) -> Conclusion {
        let Judged { mut findings, mut cases } = judged;
        findings.extend(crew.absent.iter().filter(|(_, why)| *why == Absence::Missed).map(|(object, _)| {
            let text = "the hook ran, but no Pod of it was seen: what ran was not judged";
            Finding::of_check("pod-not-seen", Clean::own(text)).audited().about(object.clone())
        }));
        let mut output = told(crew);
        let counts = testimony.as_ref().and_then(|told| told.as_ref().ok()).map(|testimony| {
            output += &said(testimony);
            testimony.counts()
        });
        if !self.has_standards() {
            output += "the API server was not asked: there are no packs pss-baseline and pss-restricted\n";
        }
        let witness = testimony.map(|testimony| self.testify(testimony));
        let judged = if cases.is_empty() && findings.is_empty() {
            Verdict::NotApplicable
        } else {
            judge::of_findings(&findings)
        };
        let (verdict, reason) = match &witness {
            Some(case) if !case.verdict.is_good() => (judged.max(case.verdict), case.reason.clone()),
            _ => (judged, reason(crew, &cases, &findings, judged)),
        };
        cases.extend(witness);
        let output = self.redactor.clean(&output);
        Conclusion { findings, cases, witness: counts, ..Conclusion::new(verdict, reason).output(output) }
    }

    /// The testimony as a case. A difference is a bug of ours and says nothing of the chart.
    fn testify(&self, testimony: Result<Testimony, Trouble>) -> CaseRecord {
        let (verdict, reason, output) = match testimony {
            Err(trouble) => (Verdict::Errored, Conclusion::errored(&trouble).reason, String::new()),
            Ok(testimony) => {
                let files = self.keep(&testimony.disagreements);
                let output = said(&testimony);
                match testimony.disagreements.first() {
                    Some(first) => {
                        let trouble = self.disagreement(first, &files);
                        (Verdict::Errored, Conclusion::errored(&trouble).reason, output)
                    }
                    None if testimony.agree > 0 => (Verdict::Passed, None, output),
                    None => {
                        let why = Clean::own("the API server came to judge none of the Pods");
                        (Verdict::NotApplicable, Some(why), output)
                    }
                }
            }
        };
        CaseRecord {
            name: WITNESS.to_owned(),
            verdict,
            enforcement: None,
            reason,
            duration: Millis(0),
            output: self.redactor.clean(&output),
        }
    }

    fn disagreement(&self, first: &Disagreement, files: &[String]) -> Trouble {
        let why = format!(
            "{} at {}: {}; seatrial's own rules of the Pod Security Standards are wrong here",
            first.of, first.level, first.told
        );
        Trouble::new("agree with the API server", self.redactor.clean(&why)).hint(format!(
            "this is a bug of seatrial, not of the chart: please report it with {} of the evidence and the version {}",
            files.join(", "),
            self.kubernetes
        ))
    }

    /// Keeps the Pods about which there is a disagreement, to be sent. Gives the names of the files.
    fn keep(&self, disagreements: &[Disagreement]) -> Vec<String> {
        let numbered = disagreements.iter().zip(1..);
        let kept = numbered.map(|(one, number)| {
            let name = format!("witness/{number}-{}.yaml", one.level);
            let told = one.told.as_str().replace('\n', " ");
            let pod = serde_yaml::to_string(&one.pod).unwrap_or_else(|_| one.pod.to_string());
            let text = format!(
                "# {} at the level {}, Kubernetes {}\n# {told}\n{pod}",
                one.of, one.level, self.kubernetes
            );
            self.evidence.put(&name, &self.redactor.clean(&text));
            name
        });
        kept.collect()
    }
}

/// Nothing that a cluster is asked may hang.
async fn in_time<T>(
    what: &str,
    limit: Duration,
    asking: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    let late = || Trouble::new(what, Clean::own("the API server did not answer in time"));
    tokio::time::timeout(limit, asking).await.unwrap_or_else(|_| Err(late()))
}

/// Other namespaces in which a release has objects.
fn elsewhere(installed: &Manifest, home: &str) -> BTreeSet<String> {
    let namespaces = installed.objects.iter().map(|object| object.reference.namespace.as_str());
    namespaces.filter(|name| !name.is_empty() && *name != home).map(str::to_owned).collect()
}

/// Trouble where something stands and has Pods, but none was seen: never a pass.
fn unexplained(crew: &Crew, redactor: &Redactor) -> Option<Trouble> {
    let of = |why| crew.absent.iter().filter(move |(_, absence)| *absence == why).map(|(object, _)| object);
    let missing: Vec<String> = of(Absence::Unexplained).map(ToString::to_string).collect();
    let strangers: Vec<String> = crew.strangers.iter().map(ToString::to_string).collect();
    let hint = if strangers.is_empty() {
        String::new()
    } else {
        format!("; nothing leads to the release from {}", some(&strangers))
    };
    let why = || format!("no Pod of {} was seen, although the install succeeded{hint}", some(&missing));
    (!missing.is_empty()).then(|| Trouble::new("judge the Pods", redactor.clean(&why())))
}

/// Who was judged and who was not, a line each.
fn told(crew: &Crew) -> String {
    let judged: Vec<String> = crew
        .subjects
        .iter()
        .map(|one| match one.pods {
            1 => one.owner.to_string(),
            many => format!("{} ({many} Pods)", one.owner),
        })
        .collect();
    let absent = |why| {
        let absent = crew.absent.iter().filter(move |(_, absence)| *absence == why);
        absent.map(|(object, _)| object.to_string()).collect::<Vec<_>>()
    };
    let strangers: Vec<String> = crew.strangers.iter().map(ToString::to_string).collect();
    let lines = [
        ("judged", judged),
        ("not judged, for no Pod of it had to run yet", absent(Absence::Idle)),
        ("not judged, for no Pod of it was seen", absent(Absence::Missed)),
        ("not judged, for nothing leads from it to the release", strangers),
    ];
    let lines = lines.into_iter().filter(|(_, names)| !names.is_empty());
    lines.map(|(what, names)| format!("{what}: {}\n", some(&names))).collect()
}

/// What the API server said, beside our rules.
fn said(testimony: &Testimony) -> String {
    let counts = testimony.counts();
    let mut text = format!(
        "the API server's own Pod Security, at baseline and restricted: {} agree, {} disagree, {} inconclusive\n",
        counts.agree, counts.disagree, counts.inconclusive
    );
    for one in &testimony.disagreements {
        text += &format!("disagree: {} at {}: {}\n", one.of, one.level, one.told);
    }
    let mut last = None;
    for (of, why) in &testimony.inconclusive {
        // Of one Pod the same is said for both levels.
        if last.replace((of, why)) != Some((of, why)) {
            text += &format!("inconclusive: {of}: {why}\n");
        }
    }
    if !testimony.left_out.is_empty() {
        text += &format!("asked without its ephemeral containers: {}\n", some(&testimony.left_out));
    }
    text
}

fn some(names: &[String]) -> String {
    match names.get(..LINE) {
        Some(first) if names.len() > LINE => format!("{} and {} more", first.join(", "), names.len() - LINE),
        _ => names.join(", "),
    }
}

/// Why the check is not passed, as far as its rules and findings say it.
fn reason(crew: &Crew, cases: &[CaseRecord], findings: &[Finding], verdict: Verdict) -> Option<Clean> {
    match verdict {
        Verdict::NotApplicable if crew.subjects.is_empty() => Some(Clean::own("no Pod of the release ran")),
        Verdict::NotApplicable => Some(Clean::own("none of the suite's rules judges Pods that run")),
        Verdict::Warned if cases.iter().all(|case| case.verdict == Verdict::Passed) => {
            findings.first().map(|finding| finding.message.clone())
        }
        _ => count(verdict, cases),
    }
}
