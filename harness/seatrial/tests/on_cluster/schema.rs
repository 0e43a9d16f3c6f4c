//! The schema check and the API server say the same of objects that were made wrong, one thing at a time.
//!
//! Witness: `kubectl apply --dry-run=server --validate=strict` on a node. What it refuses beyond its OpenAPI documents
//! is no disagreement (see `harness/manifest/schemas/README.md`); everything else is.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use seatrial_manifest::schema::{CustomSchemas, Judged, SchemaError, Schemas};
use seatrial_manifest::{Manifest, Object};
use serde_json::Value;

use crate::charts::render;
use crate::mutations::{self, Class, Mutant};
use crate::project::{machine, root};
use crate::stranger::{Stranger, said};

const BASES: &str = include_str!("../../../manifest/tests/schema/bases.yaml");
const DEFINITIONS: &str = "suites/requirements/servicemonitor-crd.yaml";

/// At most so many mutants of what charts render; those of the hand-written objects are all tried.
const OF_CHARTS: usize = 400;

/// What only a schema is refused for. Other refusals may be about what no schema says.
const OF_SCHEMA: [&str; 8] = [
    "unknown field",
    "cannot unmarshal",
    "json: ",
    "no matches for kind",
    "quantities must match",
    "illegal base64",
    "must be of type",
    "resource name may not be empty",
];

/// Applies every file below /mutants, four at a time, and writes beside each whether it was taken and what was said.
const APPLY: &str = "ls /mutants/*.json | xargs -P 4 -I{} sh -c '\
    if kubectl --kubeconfig=/etc/kubernetes/admin.conf apply --dry-run=server --validate=strict -f {} >{}.said 2>&1; \
    then mv {}.said {}.taken; else mv {}.said {}.refused; fi'";

#[rstest]
#[case("1.36")]
#[case("1.35")]
fn the_schema_agrees_with_the_api_server(#[case] kubernetes: &str) {
    let _machine = machine();
    let stranger = Stranger::of(kubernetes);
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| agree(&stranger, kubernetes)));
    stranger.remove();
    if let Err(panic) = tried {
        std::panic::resume_unwind(panic);
    }
}

fn agree(stranger: &Stranger, kubernetes: &str) {
    let definitions = std::fs::read_to_string(root().join(DEFINITIONS)).unwrap();
    let mut custom = CustomSchemas::default();
    custom.add(&Manifest::decode(&definitions).objects);
    let schemas = Schemas::for_version(&kubernetes.parse().unwrap()).expect("it ships");
    let mutants = mutants(kubernetes);
    assert!(mutants.len() >= 300, "{} mutants", mutants.len());
    let answers = ask(stranger, &mutants);
    let (mut disagreements, mut beyond) = (Vec::new(), 0);
    let mut counted: BTreeMap<(Class, bool), usize> = BTreeMap::new();
    for (mutant, (taken, said)) in mutants.iter().zip(&answers) {
        let errors = judge(&schemas, &custom, &mutant.value);
        *counted.entry((mutant.class, errors.is_empty())).or_default() += 1;
        match (errors.is_empty(), *taken) {
            (true, true) | (false, false) => {}
            (true, false) if !OF_SCHEMA.iter().any(|words| said.contains(words)) => beyond += 1,
            (ours, _) => disagreements.push(format!(
                "{} {:?} at {}: we {}; it {}: {}",
                mutant.value["kind"],
                mutant.class,
                mutant.path,
                if ours { "take it".to_owned() } else { format!("refuse it: {}", errors[0].message) },
                if *taken { "takes it" } else { "refuses it" },
                said.lines().next().unwrap_or_default(),
            )),
        }
    }
    println!(
        "{} mutants, {beyond} refused beyond the schema, (class, taken by us): {counted:?}",
        mutants.len()
    );
    let shown = disagreements.join("\n");
    assert!(disagreements.is_empty(), "{} disagreements:\n{shown}", disagreements.len());
}

fn judge(schemas: &Schemas, custom: &CustomSchemas, value: &Value) -> Vec<SchemaError> {
    let object = Object::unwritten(value.clone());
    match schemas.judge(&object, custom) {
        Judged::Errors(errors) => errors,
        Judged::NotJudged { why } => panic!("{}: {why}", object.reference),
    }
}

/// Of the hand-written objects, and some of those of what the chart renders; one of four, or of as many
/// as `SEATRIAL_MUTANTS` says: 1 is all.
fn mutants(kubernetes: &str) -> Vec<Mutant> {
    let of = |objects: &[Object]| -> Vec<Mutant> {
        objects.iter().flat_map(|object| mutations::of(&object.value)).filter(is_told).collect()
    };
    let mut all = of(&Manifest::decode(BASES).objects);
    let chart = "charts/ml-inference";
    let mut rendered: Vec<Mutant> = ["values.yaml", "values-prod.yaml"]
        .iter()
        .flat_map(|values| of(&render(kubernetes, chart, &format!("{chart}/{values}"))))
        .collect();
    let step = rendered.len().div_ceil(OF_CHARTS);
    thin(&mut rendered, step);
    all.extend(rendered);
    // Each takes a kubectl; all of them take minutes for each version.
    let step = std::env::var("SEATRIAL_MUTANTS").ok().and_then(|step| step.parse().ok());
    thin(&mut all, step.unwrap_or(4));
    all
}

/// One of so many; what nothing was done to is always tried.
fn thin(mutants: &mut Vec<Mutant>, step: usize) {
    let mut place = 0;
    mutants.retain(|mutant| {
        place += 1;
        mutant.class == Class::Good || usize::is_multiple_of(place, step.max(1))
    });
}

/// `kubectl apply` rewrites annotations before it sends an object, and loses those that are no texts: what the server
/// says of them cannot be asked this way.
fn is_told(mutant: &Mutant) -> bool {
    !(mutant.path.starts_with("metadata.annotations") && mutant.class == Class::WrongType)
}

/// Whether the API server takes each, and what was said.
fn ask(stranger: &Stranger, mutants: &[Mutant]) -> Vec<(bool, String)> {
    let (node, folder) = (stranger.node(), tempfile::tempdir().unwrap());
    let (sent, answered) = (folder.path().join("mutants"), folder.path().join("answers"));
    std::fs::create_dir(&sent).unwrap();
    for (number, mutant) in mutants.iter().enumerate() {
        std::fs::write(sent.join(format!("{number:05}.json")), mutant.value.to_string()).unwrap();
    }
    let copy = |from: &str, to: &str| said(Command::new("docker").args(["cp", from, to]));
    copy(root().join(DEFINITIONS).to_str().unwrap(), &format!("{node}:/definitions.yaml"));
    stranger.kubectl("apply -f /definitions.yaml");
    stranger.kubectl("wait --for=condition=Established --timeout=60s -f /definitions.yaml");
    stranger.kubectl("wait --for=create --timeout=60s serviceaccount/default");
    copy(sent.to_str().unwrap(), &format!("{node}:/mutants"));
    said(Command::new("docker").args(["exec", node, "sh", "-c", APPLY]));
    copy(&format!("{node}:/mutants"), answered.to_str().unwrap());
    (0..mutants.len()).map(|number| answer(&answered, number)).collect()
}

fn answer(folder: &Path, number: usize) -> (bool, String) {
    let read = |ending: &str| std::fs::read_to_string(folder.join(format!("{number:05}.json.{ending}"))).ok();
    match (read("taken"), read("refused")) {
        (Some(said), None) => (true, said),
        (None, Some(said)) => (false, said),
        _ => panic!("there is no answer to mutant {number}"),
    }
}
