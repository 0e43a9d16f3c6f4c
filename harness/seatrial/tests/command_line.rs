//! The program as a user calls it, without a cluster: exit codes, messages, reports.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SUITE: &str = "apiVersion: seatrial.dev/v1\nkind: Suite\ndescription: trial\nclusters: [{kubernetes: \
                     \"1.36\"}]\npolicies: {packs: {prod-readiness: default}}\ncharts:\n  - chart: ../charts/demo\n    \
                     profiles: [default]\n";

const SCRIPT: &str = "cells:\n  demo-default:\n    hooks: [{name: t}]\n    manifest: |\n      apiVersion: v1\n      \
                      kind: Pod\n      metadata: {name: t, annotations: {helm.sh/hook: test}}\n      spec: \
                      {securityContext: {runAsNonRoot: true}, containers: [{name: c, image: i:1, securityContext: \
                      {readOnlyRootFilesystem: true}, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 1, \
                      memory: 1Gi}}}]}\n";

struct Project(tempfile::TempDir);

impl Project {
    fn new(suite: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chart = folder.path().join("charts/demo");
        std::fs::create_dir_all(&chart).unwrap();
        std::fs::create_dir(folder.path().join("suites")).unwrap();
        std::fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 0.1.0\n").unwrap();
        std::fs::write(chart.join("values.yaml"), "a: 1\n").unwrap();
        std::fs::write(folder.path().join("suites/trial.yaml"), suite).unwrap();
        std::fs::write(folder.path().join("script.yaml"), SCRIPT).unwrap();
        for name in ["policies", "images"] {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
            std::os::unix::fs::symlink(own, folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_seatrial")).args(args).current_dir(self.0.path()).output().unwrap()
    }

    fn latest(&self, name: &str) -> PathBuf {
        self.0.path().join("reports/latest").join(name)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_green_run_writes_every_report_and_exits_0() {
    let project = Project::new(SUITE);
    let answer = project.run(&["suite", "trial", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(0), "{}{}", text(&answer.stdout), text(&answer.stderr));
    for name in ["run.json", "junit.xml", "summary.md", "harness.log", "evidence"] {
        assert!(project.latest(name).exists(), "{name} is missing");
    }
    assert!(!project.latest("cells.jsonl").exists());
    let table = text(&answer.stdout);
    assert!(table.contains("default  passed") && table.contains("reports/"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn a_failing_rule_exits_1_and_is_a_failed_testcase() {
    let project = Project::new(SUITE);
    let script = SCRIPT.replace("{cpu: 1, memory: 1Gi}, requests", "{cpu: 1}, requests");
    std::fs::write(project.0.path().join("script.yaml"), script).unwrap();
    let answer = project.run(&["suite", "trial", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(1));
    let junit = std::fs::read_to_string(project.latest("junit.xml")).unwrap();
    assert!(junit.contains("memory-limit") && junit.contains("<failure"), "{junit}");
}

#[test]
fn every_mistake_in_a_suite_is_told_at_once_with_the_nearest_name() {
    let suite = SUITE
        .replace("prod-readiness", "prod-readines")
        .replace("[default]", "[defualt]")
        .replace("1.36", "1.63")
        .replace("description: trial", "checks: [lint, tset]");
    let answer = Project::new(&suite).run(&["suite", "trial", "--script", "script.yaml"]);
    let said = text(&answer.stderr);
    assert_eq!(answer.status.code(), Some(2), "{said}");
    for nearest in ["`prod-readiness`", "`default`", "`test`", "1.36", "trial.yaml:"] {
        assert!(said.contains(nearest), "{nearest} is missing in:\n{said}");
    }
}

#[test]
fn an_unknown_suite_or_profile_exits_2_and_names_the_nearest() {
    let project = Project::new(SUITE);
    let answer = project.run(&["suite", "trail", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("trial"));
    let answer = project.run(&["suite", "trial", "--profile", "defualt", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("did you mean `default`"), "{}", text(&answer.stderr));
}

#[test]
fn without_docker_the_exit_code_is_3_and_the_message_says_what_to_do() {
    let project = Project::new(SUITE);
    let answer = Command::new(env!("CARGO_BIN_EXE_seatrial"))
        .args(["suite", "trial"])
        .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
        .current_dir(project.0.path())
        .output()
        .unwrap();
    let said = text(&answer.stderr) + &text(&answer.stdout);
    assert_eq!(answer.status.code(), Some(3), "{said}");
    assert!(said.contains("Docker") && said.contains("doctor"), "{said}");
    assert!(!project.latest("harness.log").exists(), "a run that cannot start is not the latest");
}
