//! The same files in the engine that the language was made by.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use seatrial_policy::PolicyLibrary;
use serde_json::Value;

use crate::program::told;

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").canonicalize().unwrap()
}

fn opa(arguments: &[&str]) -> Output {
    Command::new(told("SEATRIAL_OPA")).args(arguments).arg(policies()).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn opa_finds_nothing_wrong_with_the_policies() {
    let checked = opa(&["check", "--strict"]);
    assert!(checked.status.success(), "opa check --strict policies/\n{}", said(&checked));
}

#[test]
fn the_policies_are_formatted_as_opa_formats_them() {
    let listed = opa(&["fmt", "--list"]);
    assert!(
        listed.status.success() && listed.stdout.is_empty(),
        "opa fmt --list policies/\n{}",
        said(&listed)
    );
}

#[test]
fn every_rego_test_passes_in_opa_and_none_is_counted_by_one_engine_alone() {
    let tested = opa(&["test", "--format", "json"]);
    assert!(tested.status.success(), "opa test policies/\n{}", said(&tested));
    let results: Vec<Value> = serde_json::from_slice(&tested.stdout).unwrap();
    let text = |result: &Value, key: &str| result[key].as_str().unwrap_or_default().to_owned();
    let mut theirs: Vec<String> = results
        .iter()
        .map(|result| {
            format!("{}.{}", text(result, "package").trim_start_matches("data."), text(result, "name"))
        })
        .collect();
    let library = PolicyLibrary::load(&policies()).unwrap_or_else(|errors| panic!("{errors}"));
    let report = library.test(None);
    assert!(report.is_good(), "{} failed, {} errors", report.failed, report.errors);
    let mut ours: Vec<String> = report.tests.iter().map(|test| test.name.clone()).collect();
    theirs.sort_unstable();
    ours.sort_unstable();
    assert_eq!(ours, theirs);
    assert_eq!(report.passed, results.len());
    eprintln!("{} tests pass in both engines", report.passed);
}
