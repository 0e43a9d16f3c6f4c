//! Beginning with a folder of charts that has nothing of this program in it.

use std::path::Path;
use std::process::{Command, Output};

use super::{Project, SUITE, text};

fn run(at: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_seatrial")).args(args).current_dir(at).output().unwrap()
}

/// A folder with a chart of three profiles and a library chart.
fn charts() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("platform").tempdir().unwrap();
    let files = [
        ("charts/demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n"),
        ("charts/demo/values.yaml", "a: 1\n"),
        ("charts/demo/values-prod.yaml", ""),
        ("charts/demo/ci/small-values.yaml", ""),
        ("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n"),
    ];
    for (file, content) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    folder
}

const SCRIPT: &str = "cells:\n  demo-default: &good\n    manifest: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'\n  \
                      demo-prod: *good\n  demo-small: *good\n";

#[test]
fn a_folder_that_has_nothing_yet_gets_a_suite_that_runs() {
    let folder = charts();
    let answer = run(folder.path(), &["init", "charts", "--name", "all"]);
    let said = text(&answer.stdout) + &text(&answer.stderr);
    assert_eq!(answer.status.code(), Some(0), "{said}");
    for told in [
        "suites/all.yaml",
        "demo: default, prod, small",
        "prod is taken for production",
        "lib: a library",
        "policies/",
    ] {
        assert!(said.contains(told), "{told} is missing in {said}");
    }
    assert!(folder.path().join("suites/suite.schema.json").is_file());
    std::fs::write(folder.path().join("script.yaml"), SCRIPT).unwrap();
    let answer = run(folder.path(), &["suite", "all", "--script", "script.yaml"]);
    let said = text(&answer.stdout) + &text(&answer.stderr);
    assert_eq!(answer.status.code(), Some(0), "{said}");
    let record = std::fs::read_to_string(folder.path().join("reports/latest/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let production: Vec<bool> = record["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| cell["production"].as_bool().unwrap())
        .collect();
    assert_eq!(production, [false, true, false]);
}

#[test]
fn what_is_there_is_not_written_over_without_force() {
    let folder = charts();
    let file = folder.path().join("suites/all.yaml");
    std::fs::create_dir(folder.path().join("suites")).unwrap();
    std::fs::write(&file, "mine").unwrap();
    std::fs::write(folder.path().join("suites/suite.schema.json"), "mine").unwrap();
    let answer = run(folder.path(), &["init", "--name", "all"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("--force"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    let answer = run(folder.path(), &["init", "--name", "other"]);
    assert_eq!(answer.status.code(), Some(0));
    assert!(text(&answer.stdout).contains("kept suites/suite.schema.json"));
    let answer = run(folder.path(), &["init", "--name", "all", "--force"]);
    assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
    assert!(std::fs::read_to_string(&file).unwrap().contains("kind: Suite"));
}

#[test]
fn from_within_a_project_its_suites_and_packs_are_used() {
    let project = Project::new(SUITE);
    let answer = run(&project.0.path().join("charts"), &["init"]);
    assert_eq!(answer.status.code(), Some(0), "{}", text(&answer.stderr));
    let written = std::fs::read_to_string(project.0.path().join("suites/charts.yaml")).unwrap();
    assert!(
        written.contains("prod-readiness: default") && written.contains("- chart: ../charts/demo"),
        "{written}"
    );
}

#[test]
fn a_folder_without_charts_or_that_is_not_there_exits_2() {
    let folder = tempfile::tempdir().unwrap();
    for (args, why) in [(["init", "."], "a folder with a Chart.yaml"), (["init", "none"], "none")] {
        let answer = run(folder.path(), &args);
        assert_eq!(answer.status.code(), Some(2));
        assert!(text(&answer.stderr).contains(why), "{}", text(&answer.stderr));
        assert!(!folder.path().join("suites").exists());
    }
}

#[test]
fn a_suite_that_names_a_pack_where_there_are_no_policies_is_told_where_rules_live() {
    let folder = charts();
    std::fs::create_dir(folder.path().join("suites")).unwrap();
    std::fs::write(folder.path().join("suites/trial.yaml"), SUITE).unwrap();
    let answer = run(folder.path(), &["suite", "trial", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(2));
    let said = text(&answer.stderr);
    assert!(said.contains("unknown policy pack") && said.contains("policies/<pack>/<rule>.rego"), "{said}");
    let answer = run(folder.path(), &["policy", "list"]);
    assert_eq!(answer.status.code(), Some(2), "no rules are no rules that passed");
}
