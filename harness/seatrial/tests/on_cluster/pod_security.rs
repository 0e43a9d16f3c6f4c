//! Pod Security on live API servers: of Pods made up and of every Pod template of the charts here they say what our
//! rules say, control by control.
//!
//! They are asked as the audit of a live cell asks them. Of a Pod that validation refuses before Pod Security sees it
//! nothing can be concluded: what validation names is taken away first.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use rstest::rstest;
use seatrial_manifest::dry_run::candidate;
use seatrial_manifest::input::Context;
use seatrial_manifest::{live_pod, pod};
use seatrial_policy::{Evaluator, PolicyLibrary};
use seatrial_ports::{PodSecurityAnswer, PodSecurityLevel};
use serde_json::{Value, json};

use crate::charts::render;
use crate::made_up::{Pod, pods};
use crate::mending::mend;
use crate::project::{machine, root};
use crate::search::{Difference, differences, number, runner};
use crate::stranger::Stranger;

/// Pods of which something can be concluded, for each version. `SEATRIAL_LIVE_PODS` asks for more.
const PODS: u64 = 1_000;
/// So many are asked about in one go.
const BATCH: usize = 250;
/// Where less is conclusive than one of so many, something has gone wrong.
const PATIENCE: u64 = 3;
/// How often a Pod is mended: what validation says next may be about what it could not see before.
const ROUNDS: usize = 6;

const LEVELS: [PodSecurityLevel; 2] = [PodSecurityLevel::Baseline, PodSecurityLevel::Restricted];

/// Charts that render with their values, and the values of each.
const CHARTS: [(&str, &[&str]); 4] = [
    (
        "charts/ml-inference",
        &[
            "charts/ml-inference/values.yaml",
            "charts/ml-inference/values-dev.yaml",
            "charts/ml-inference/values-prod.yaml",
        ],
    ),
    ("charts/minio", &["charts/minio/values.yaml", "suites/requirements/minio.yaml"]),
    ("charts/postgresql", &["charts/postgresql/values.yaml", "suites/requirements/external-postgresql.yaml"]),
    ("charts/redis", &["charts/redis/values.yaml", "suites/requirements/external-redis.yaml"]),
];

/// Our rules, and what an API server calls the controls that they stand for
/// (`k8s.io/pod-security-admission/policy`, each check's `ForbiddenReason`).
const CONTROLS: [(&str, &str); 19] = [
    ("allow-privilege-escalation", "allowPrivilegeEscalation != false"),
    ("app-armor-profile", "forbidden AppArmor profile"),
    ("capabilities-baseline", "non-default capabilities"),
    ("capabilities-restricted", "unrestricted capabilities"),
    ("host-namespaces", "host namespaces"),
    ("host-path-volumes", "hostPath volumes"),
    ("host-ports", "hostPort"),
    ("host-probes-and-host-lifecycle", "probe or lifecycle host"),
    ("privileged", "privileged"),
    ("proc-mount", "procMount"),
    ("proc-mount-restricted", "procMount"),
    ("restricted-volumes", "restricted volume types"),
    ("run-as-non-root", "runAsNonRoot != true"),
    ("run-as-user", "runAsUser=0"),
    ("se-linux-options", "seLinuxOptions"),
    ("seccomp-profile-baseline", "seccompProfile"),
    ("seccomp-profile-restricted", "seccompProfile"),
    ("sysctls", "forbidden sysctls"),
    ("windows-host-process", "hostProcess"),
];

#[rstest]
#[case("1.36")]
#[case("1.35")]
fn rules_and_a_live_api_server_say_the_same_of_pods(#[case] kubernetes: &str) {
    let _machine = machine();
    let stranger = Stranger::of(kubernetes);
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let mut trial = Trial::new(&stranger, kubernetes);
        trial.charts();
        trial.made_up();
    }));
    stranger.remove();
    if let Err(panic) = tried {
        resume_unwind(panic);
    }
}

struct Trial<'a> {
    stranger: &'a Stranger,
    kubernetes: &'a str,
    evaluator: Evaluator,
    rules: [Vec<String>; 2],
    seen: Seen,
}

/// What came of it.
#[derive(Default)]
struct Seen {
    conclusive: u64,
    inconclusive: u64,
    admitted: BTreeMap<PodSecurityLevel, u64>,
    violated: BTreeMap<&'static str, u64>,
    why: BTreeMap<String, u64>,
}

impl<'a> Trial<'a> {
    fn new(stranger: &'a Stranger, kubernetes: &'a str) -> Self {
        let library =
            PolicyLibrary::load(&root().join("policies")).unwrap_or_else(|errors| panic!("{errors}"));
        let version = kubernetes.parse().unwrap();
        let rules = LEVELS.map(|level| {
            let pack = format!("pss-{level}");
            library.rules_of([pack.as_str()], &version).into_iter().map(|rule| rule.id.clone()).collect()
        });
        let evaluator = library.evaluator().unwrap();
        Self { stranger, kubernetes, evaluator, rules, seen: Seen::default() }
    }

    /// Every template of every chart, each of which says something.
    fn charts(&mut self) {
        let mut templates = Vec::new();
        for (chart, files) in CHARTS {
            for values in files {
                let objects = render(self.kubernetes, chart, values);
                let before = templates.len();
                templates.extend(objects.iter().filter_map(|object| {
                    let pod = pod::of(object)?;
                    let named = format!("{} of {chart} with {values}", object.reference);
                    let spec = without_claims_of_its_own(pod.spec);
                    Some((named, candidate(pod.metadata, &spec).pod))
                }));
                assert!(templates.len() > before, "{chart} with {values} renders no Pod");
            }
        }
        let (names, pods): (Vec<_>, Vec<_>) = templates.into_iter().unzip();
        for (name, difference) in names.iter().zip(self.compare(&pods)) {
            assert!(difference.is_none(), "{name}: {}", difference.unwrap().answers);
        }
        assert_eq!(self.seen.inconclusive, 0, "{:#?}", self.seen.why);
        println!("{}: {} Pod templates of charts agree", self.kubernetes, self.seen.conclusive);
        self.seen = Seen::default();
    }

    fn made_up(&mut self) {
        let wanted = number("SEATRIAL_LIVE_PODS", PODS);
        let (strategy, mut runner) = (pods(), runner(2));
        while self.seen.conclusive < wanted {
            let asked = self.seen.conclusive + self.seen.inconclusive;
            assert!(
                asked < wanted * PATIENCE,
                "{} of {asked} are conclusive: {:#?}",
                self.seen.conclusive,
                self.seen.why
            );
            differences(&strategy, &mut runner, BATCH, |batch| {
                let pods: Vec<Value> = batch.iter().map(fit).collect();
                self.compare(&pods)
            })
            .expect_none("Pod Security on a live API server", |pod| {
                serde_yaml::to_string(&fit(pod)).unwrap()
            });
        }
        let Seen { conclusive, inconclusive, admitted, violated, .. } = &self.seen;
        println!(
            "{}: {conclusive} Pods agree at both levels, {inconclusive} were refused before Pod Security saw them, \
             admitted: {admitted:?}, violated: {violated:#?}",
            self.kubernetes
        );
        let all: BTreeSet<&str> = CONTROLS.iter().map(|(_, control)| *control).collect();
        let unseen: Vec<_> = all.iter().filter(|control| !violated.contains_key(*control)).collect();
        assert!(unseen.is_empty(), "no Pod violates {unseen:?}");
        assert!(LEVELS.iter().all(|level| admitted.get(level).is_some_and(|some| some < conclusive)));
    }

    /// How the API server and our rules differ on each; not at all on those of which nothing can be concluded.
    fn compare(&mut self, pods: &[Value]) -> Vec<Option<Difference>> {
        let mut pods = pods.to_vec();
        let first = self.validated(&mut pods);
        let valid = first.iter().zip(pods).filter(|(answer, _)| is_admitted(answer));
        let valid: Vec<Value> = valid.map(|(_, pod)| pod).collect();
        let [baseline, restricted] = LEVELS.map(|level| self.stranger.admit(&valid, level));
        let mut levels = baseline.into_iter().zip(restricted);
        first.into_iter().map(|answer| self.heard(answer, &mut levels)).collect()
    }

    /// What the API server makes of each where all is allowed, mended where it has to be.
    fn validated(&self, pods: &mut [Value]) -> Vec<PodSecurityAnswer> {
        let mut answers = self.stranger.admit(pods, PodSecurityLevel::Privileged);
        for _ in 0..ROUNDS {
            let told = answers.iter().zip(&mut *pods).enumerate();
            let mended = told.filter_map(|(index, (answer, pod))| match answer {
                PodSecurityAnswer::Inconclusive { why } => mend(pod, why.as_str()).then_some(index),
                _ => None,
            });
            let mended: Vec<usize> = mended.collect();
            let again: Vec<Value> = mended.iter().map(|index| pods[*index].clone()).collect();
            let said = self.stranger.admit(&again, PodSecurityLevel::Privileged);
            for (index, answer) in mended.into_iter().zip(said) {
                answers[index] = answer;
            }
        }
        answers
    }

    /// Holds one Pod against our rules; what the levels answer is there for those that are conclusive.
    fn heard(
        &mut self,
        first: PodSecurityAnswer,
        levels: &mut impl Iterator<Item = (PodSecurityAnswer, PodSecurityAnswer)>,
    ) -> Option<Difference> {
        let stored = match first {
            PodSecurityAnswer::Admitted { pod } => pod,
            PodSecurityAnswer::Refused { said: why, .. } | PodSecurityAnswer::Inconclusive { why } => {
                self.seen.inconclusive += 1;
                let why = why.as_str().split(": ").skip(1).collect::<Vec<_>>().join(": ");
                *self.seen.why.entry(why.chars().take(100).collect()).or_default() += 1;
                return None;
            }
        };
        self.seen.conclusive += 1;
        let denied = self.denied(&stored);
        let (baseline, restricted) = levels.next().unwrap();
        let compared = LEVELS.into_iter().zip(denied).zip([baseline, restricted]);
        let differ = compared.filter_map(|((level, ours), theirs)| self.difference(level, &ours, &theirs));
        differ.reduce(|first, _| first)
    }

    /// The controls that our rules say a Pod violates, as the API server names them, at each level.
    fn denied(&mut self, pod: &Value) -> [BTreeSet<&'static str>; 2] {
        let context = Context {
            kubernetes: self.kubernetes.parse().unwrap(),
            production: true,
            namespace: "default".to_owned(),
            pods: Vec::new(),
        };
        self.evaluator.set_input(&live_pod::input(pod, false, &context).unwrap()).unwrap();
        let evaluator = &mut self.evaluator;
        self.rules.each_ref().map(|rules| {
            let denied = rules.iter().filter(|rule| !evaluator.judge(rule, &Value::Null).unwrap().is_empty());
            denied.map(|rule| control(rule)).collect()
        })
    }

    fn difference(
        &mut self,
        level: PodSecurityLevel,
        ours: &BTreeSet<&'static str>,
        theirs: &PodSecurityAnswer,
    ) -> Option<Difference> {
        let (named, said): (BTreeSet<&str>, String) = match theirs {
            PodSecurityAnswer::Admitted { .. } => {
                *self.seen.admitted.entry(level).or_default() += 1;
                (BTreeSet::new(), "admitted".to_owned())
            }
            PodSecurityAnswer::Refused { controls, said } => {
                assert!(!controls.is_empty(), "this refusal could not be taken apart: {said}");
                // It counts profiles.
                let one = |control: &String| match control.as_str() {
                    "forbidden AppArmor profiles" => "forbidden AppArmor profile",
                    other => known(other),
                };
                (controls.iter().map(one).collect(), said.to_string())
            }
            PodSecurityAnswer::Inconclusive { why } => {
                panic!("it is admitted where all is allowed, and at {level}: {why}")
            }
        };
        if *ours == named {
            for control in ours {
                *self.seen.violated.entry(control).or_default() += 1;
            }
            return None;
        }
        Some(Difference {
            kind: format!("{level}: ours {ours:?}, theirs {named:?}"),
            answers: format!("{level}, Kubernetes {}\nours: {ours:?}\ntheirs: {said}", self.kubernetes),
        })
    }
}

fn is_admitted(answer: &PodSecurityAnswer) -> bool {
    matches!(answer, PodSecurityAnswer::Admitted { .. })
}

fn control(rule: &str) -> &'static str {
    CONTROLS.iter().find(|(id, _)| *id == rule).unwrap_or_else(|| panic!("no control for {rule}")).1
}

fn known(control: &str) -> &'static str {
    let found = CONTROLS.iter().find(|(_, name)| *name == control);
    found.unwrap_or_else(|| panic!("the API server names a control that is not known: {control}")).1
}

/// A `StatefulSet` makes volumes of its claims when it makes a Pod: here they are empty directories.
fn without_claims_of_its_own(spec: &Value) -> Value {
    let mut spec = spec.clone();
    let named: BTreeSet<String> = spec["volumes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|volume| volume["name"].as_str().map(str::to_owned))
        .collect();
    let mut missing = BTreeSet::new();
    for list in ["initContainers", "containers"] {
        for container in spec[list].as_array().into_iter().flatten() {
            let mounts = container["volumeMounts"].as_array().into_iter().flatten();
            missing.extend(mounts.filter_map(|mount| mount["name"].as_str().map(str::to_owned)));
        }
    }
    let added = missing.difference(&named).map(|name| json!({"name": name, "emptyDir": {}}));
    let volumes: Vec<Value> =
        spec["volumes"].as_array().into_iter().flatten().cloned().chain(added).collect();
    spec["volumes"] = json!(volumes);
    spec
}

/// A made-up Pod for a dry run.
fn fit(pod: &Pod) -> Value {
    candidate(Some(&pod.metadata), &pod.spec).pod
}
