//! The Pod Security Standards: our rules and Kubernetes' own checks say the same of every Pod, control by control.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;
use std::path::Path;
use std::thread;

use seatrial_manifest::{Manifest, Object, input};
use seatrial_policy::{Evaluator, PolicyLibrary};
use serde_json::{Value, json};

use crate::pods::{Pod, pods};
use crate::program::Witness;
use crate::search::{Difference, differences, number, runner};

/// Minor versions; the last one is not there yet and means what the newest means.
const MINORS: [u32; 9] = [30, 31, 32, 33, 34, 35, 36, 37, 99];
const LEVELS: [&str; 2] = ["baseline", "restricted"];
/// Pods in all, for every version and level. `SEATRIAL_PODS` asks for more.
const PODS: u64 = 20_000;
const THREADS: u64 = 2;

/// A level in a version, and what is asked there.
struct At {
    level: &'static str,
    minor: u32,
    /// Our rules.
    rules: Vec<String>,
    /// Kubernetes' checks, named as ours are.
    controls: BTreeSet<String>,
}

/// What was seen of one control at one place.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    violated: usize,
    kept: usize,
}

#[derive(Default)]
struct Tally {
    judged: usize,
    refused: usize,
    with_unknown_fields: usize,
    allowed: BTreeMap<(&'static str, u32), usize>,
    controls: BTreeMap<(&'static str, u32, String), Seen>,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.judged += other.judged;
        self.refused += other.refused;
        self.with_unknown_fields += other.with_unknown_fields;
        for (at, count) in other.allowed {
            *self.allowed.entry(at).or_default() += count;
        }
        for (control, seen) in other.controls {
            let all = self.controls.entry(control).or_default();
            all.violated += seen.violated;
            all.kept += seen.kept;
        }
    }
}

fn library() -> PolicyLibrary {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    PolicyLibrary::load(&folder).unwrap_or_else(|errors| panic!("{errors}"))
}

/// `seLinuxOptions` → `se-linux-options`.
fn kebab(id: &str) -> String {
    let word = |letter: char| match letter {
        '_' => "-".to_owned(),
        'A'..='Z' => format!("-{}", letter.to_ascii_lowercase()),
        _ => letter.to_string(),
    };
    id.chars().map(word).collect()
}

fn ids(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|id| kebab(id.as_str().unwrap())).collect()
}

/// The rules that a suite with this pack asks in this version.
fn rules(library: &PolicyLibrary, level: &str, minor: u32) -> Vec<String> {
    let pack = format!("pss-{level}");
    let version = format!("1.{minor}").parse().unwrap();
    library.rules_of([pack.as_str()], &version).into_iter().map(|rule| rule.id.clone()).collect()
}

fn places(library: &PolicyLibrary) -> Vec<At> {
    let mut witness = Witness::start();
    let place = |(level, minor): (&'static str, u32)| {
        let asked = json!({"controls": {"level": level, "version": format!("v1.{minor}")}});
        let controls = ids(&witness.ask_one(asked)["controls"]);
        At { level, minor, rules: rules(library, level, minor), controls }
    };
    MINORS.iter().flat_map(|minor| LEVELS.map(|level| (level, *minor))).map(place).collect()
}

/// Our side, on one thread.
struct Ours<'a> {
    evaluator: Evaluator,
    places: &'a [At],
}

impl Ours<'_> {
    /// The rules that deny something, for each place.
    fn judge(&mut self, pod: &Pod) -> Vec<BTreeSet<String>> {
        let mut value = json!({"apiVersion": "v1", "kind": "Pod"});
        value["metadata"] = pod.metadata.clone();
        value["spec"] = pod.spec.clone();
        let object = Object::unwritten(value);
        let manifest = Manifest { objects: vec![object], ..Manifest::default() };
        let context = input::Context {
            kubernetes: "1.30".parse().unwrap(),
            production: true,
            namespace: "default".to_owned(),
            pods: Vec::new(),
        };
        let (_, mut input) = input::all(&manifest, &context).next().unwrap();
        let mut answers: BTreeMap<(u32, &str), bool> = BTreeMap::new();
        let mut set = None;
        let mut all = Vec::new();
        for place in self.places {
            if set != Some(place.minor) {
                input["kubernetes"]["minor"] = json!(place.minor);
                self.evaluator.set_input(&input).unwrap();
                set = Some(place.minor);
            }
            let mut denied = BTreeSet::new();
            for rule in &place.rules {
                let answer = answers.entry((place.minor, rule)).or_insert_with(|| {
                    let answer = self.evaluator.judge(rule, &Value::Null);
                    !answer.unwrap_or_else(|trouble| panic!("{trouble}\n{pod:?}")).is_empty()
                });
                if *answer {
                    denied.insert(rule.clone());
                }
            }
            all.push(denied);
        }
        all
    }
}

fn question(pod: &Pod, places: &[At]) -> Value {
    let at: Vec<Value> = places
        .iter()
        .map(|place| json!({"level": place.level, "version": format!("v1.{}", place.minor)}))
        .collect();
    json!({"pss": {"metadata": pod.metadata, "spec": pod.spec, "at": at}})
}

/// Compares one Pod everywhere; the first difference counts.
fn difference(
    ours: &[BTreeSet<String>],
    theirs: &Value,
    places: &[At],
    tally: &mut Tally,
) -> Option<Difference> {
    if !theirs["refused"].is_null() {
        tally.refused += 1;
        return None;
    }
    tally.judged += 1;
    tally.with_unknown_fields += usize::from(!theirs["unknown"].is_null());
    let mut first = None;
    for ((place, ours), theirs) in places.iter().zip(ours).zip(theirs["at"].as_array().unwrap()) {
        let violated = ids(&theirs["violated"]);
        let allowed = theirs["allowed"].as_bool().unwrap();
        assert_eq!(allowed, violated.is_empty(), "{theirs}");
        *tally.allowed.entry((place.level, place.minor)).or_default() += usize::from(allowed);
        for control in &place.controls {
            let seen = tally.controls.entry((place.level, place.minor, control.clone())).or_default();
            let counter = if violated.contains(control) { &mut seen.violated } else { &mut seen.kept };
            *counter += 1;
        }
        if *ours != violated && first.is_none() {
            let alone = |of: &BTreeSet<String>, without: &BTreeSet<String>| {
                of.difference(without).cloned().collect::<Vec<_>>().join(", ")
            };
            let (level, minor) = (place.level, place.minor);
            first = Some(Difference {
                kind: format!(
                    "ours alone: [{}], theirs alone: [{}]",
                    alone(ours, &violated),
                    alone(&violated, ours)
                ),
                answers: format!("{level}, Kubernetes 1.{minor}\nours: {ours:?}\ntheirs: {violated:?}"),
            });
        }
    }
    first
}

/// What the generator did not reach proves nothing.
fn unreached(tally: &Tally, places: &[At]) -> Vec<String> {
    let mut missing = Vec::new();
    for place in places {
        let (level, minor) = (place.level, place.minor);
        let allowed = tally.allowed[&(level, minor)];
        if allowed == 0 || allowed == tally.judged {
            missing.push(format!("{level} 1.{minor} allows {allowed} of {}", tally.judged));
        }
        for control in &place.controls {
            let seen = tally.controls[&(level, minor, control.clone())];
            if seen.violated == 0 || seen.kept == 0 {
                missing.push(format!("{control} of {level} 1.{minor}: {seen:?}"));
            }
        }
    }
    missing
}

fn show(pod: &Pod) -> String {
    serde_yaml::to_string(&json!({"metadata": pod.metadata, "spec": pod.spec})).unwrap()
}

/// A share of the Pods, on one thread with an evaluator and a witness of its own.
fn share(library: &PolicyLibrary, places: &[At], part: u64) -> Tally {
    let mut witness = Witness::start();
    let mut ours = Ours { evaluator: library.evaluator().unwrap(), places };
    let mut tally = Tally::default();
    let cases = usize::try_from(number("SEATRIAL_PODS", PODS).div_ceil(THREADS)).unwrap();
    // Refused ones are no Pods: as many more are made.
    let cases = cases + cases / 20;
    differences(&pods(), &mut runner(part), cases, |batch| {
        let questions: Vec<Value> = batch.iter().map(|pod| question(pod, places)).collect();
        let answers = witness.ask(&questions);
        let compared = batch.iter().zip(&answers);
        compared.map(|(pod, theirs)| difference(&ours.judge(pod), theirs, places, &mut tally)).collect()
    })
    .expect_none("Pod Security Standards", show);
    tally
}

#[test]
fn rules_and_kubernetes_own_checks_say_the_same_of_every_pod() {
    let library = library();
    let places = places(&library);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let (library, places) = (&library, &places);
        let shares: Vec<_> =
            (0..THREADS).map(|part| scope.spawn(move || share(library, places, part))).collect();
        for share in shares {
            tally += share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        }
    });
    let of = |count: usize| format!("{count} of {}", tally.judged);
    eprintln!(
        "{} Pods agree, {} refused by the API, {} with unknown fields",
        tally.judged, tally.refused, tally.with_unknown_fields
    );
    for (&(level, minor), &allowed) in &tally.allowed {
        eprintln!("{level} 1.{minor} allows {}", of(allowed));
    }
    for ((level, minor, control), seen) in tally.controls.iter().filter(|((_, minor, _), _)| *minor == 37) {
        eprintln!("{level} 1.{minor} {control}: {} violated, {} kept", seen.violated, seen.kept);
    }
    let wanted = usize::try_from(number("SEATRIAL_PODS", PODS)).unwrap();
    assert!(tally.judged >= wanted, "only {} Pods were judged, {wanted} are wanted", tally.judged);
    let missing = unreached(&tally, &places);
    assert!(missing.is_empty(), "the generator does not reach everything:\n{}", missing.join("\n"));
}

#[test]
fn what_is_asked_in_each_version_is_what_kubernetes_asks() {
    let library = library();
    for place in places(&library) {
        let rules: BTreeSet<String> = place.rules.iter().cloned().collect();
        let missing: Vec<_> = place.controls.difference(&rules).collect();
        assert!(missing.is_empty(), "{} 1.{}: no rule for {missing:?}", place.level, place.minor);
    }
}

#[test]
fn checks_are_named_as_rules_are() {
    for (check, rule) in [
        ("hostProbesAndHostLifecycle", "host-probes-and-host-lifecycle"),
        ("seLinuxOptions", "se-linux-options"),
        ("seccompProfile_baseline", "seccomp-profile-baseline"),
        ("privileged", "privileged"),
    ] {
        assert_eq!(kebab(check), rule);
    }
}
