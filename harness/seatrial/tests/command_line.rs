//! The program as a user calls it, without a cluster: exit codes, messages, reports.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "command_line/choosing.rs"]
mod choosing;
#[path = "command_line/init.rs"]
mod init;
#[path = "command_line/keyboard.rs"]
mod keyboard;
#[path = "command_line/vet.rs"]
mod vet;
#[path = "command_line/vet_suite.rs"]
mod vet_suite;
#[path = "command_line/waivers.rs"]
mod waivers;

const SUITE: &str = "apiVersion: seatrial.dev/v1\nkind: Suite\ndescription: trial\nclusters: [{kubernetes: \
                     \"1.36\"}]\npolicies: {packs: {prod-readiness: default}}\ncharts:\n  - chart: ../charts/demo\n    \
                     profiles: [default]\n";

const SCRIPT: &str = "cells:\n  demo-default:\n    hooks: [{name: t}]\n    manifest: |\n      apiVersion: v1\n      \
                      kind: ServiceAccount\n      metadata: {name: t}\n      ---\n      apiVersion: v1\n      \
                      kind: Pod\n      metadata: {name: t, annotations: {helm.sh/hook: test}}\n      spec: \
                      {automountServiceAccountToken: false, serviceAccountName: t, securityContext: {runAsNonRoot: \
                      true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: i:1, \
                      securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: \
                      {drop: [ALL]}}, resources: {limits: {cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi}, requests: \
                      {cpu: 1, memory: 1Gi}}}]}\n";

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
        self.command(args).output().unwrap()
    }

    /// The program with a state folder of its own.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
        command.args(args).current_dir(self.0.path()).env("SEATRIAL_CACHE", self.0.path().join("state"));
        command
    }

    /// Entries of the folder of runs.
    fn runs(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.0.path().join("state/runs")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
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
    assert!(!project.latest("cells.jsonl").exists() && !project.latest("begun.json").exists());
    assert_eq!(project.runs(), Vec::<PathBuf>::new(), "a run that ended has no folder any more");
    let table = text(&answer.stdout);
    assert!(table.contains("default  passed") && table.contains("reports/"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn a_failing_rule_exits_1_and_is_a_failed_testcase() {
    let project = Project::new(SUITE);
    let script = SCRIPT.replace("{cpu: 1, memory: 1Gi, ", "{cpu: 1, ");
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

/// Until something is there; a program that is started needs a moment.
fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(std::time::Instant::now() < until, "{what} never came");
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_run_is_told_by_the_next_its_record_is_finished_and_clean_removes_its_folder() {
    let project = Project::new(SUITE);
    let hanging = SCRIPT.replace("hooks: [{name: t}]", "install: hangs");
    std::fs::write(project.0.path().join("hanging.yaml"), hanging).unwrap();
    let mut child = project
        .command(&["suite", "trial", "--script", "hanging.yaml"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = || std::fs::canonicalize(project.latest("begun.json")).ok();
    let folder = wait_for("the run", begun).parent().unwrap().to_owned();
    let run = folder.file_name().unwrap().to_str().unwrap().to_owned();

    // As long as it lives nobody touches it.
    let next = project.run(&["suite", "trial", "--script", "script.yaml"]);
    assert!(!text(&next.stderr).contains(&run), "{}", text(&next.stderr));
    assert!(folder.join("begun.json").is_file());

    child.kill().unwrap();
    child.wait().unwrap();
    let next = project.run(&["suite", "trial", "--script", "script.yaml"]);
    let said = text(&next.stderr);
    assert_eq!(next.status.code(), Some(0), "{said}");
    assert!(said.contains(&format!("run {run} was killed and left")), "{said}");
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("run.json")).unwrap()).unwrap();
    assert_eq!(record["interrupted"], true);
    assert_eq!(record["unfinished"].as_array().unwrap().len(), 1);
    assert!(folder.join("junit.xml").is_file() && folder.join("summary.md").is_file());
    assert!(!folder.join("begun.json").exists());

    // Docker does not answer: what it holds is not known, the rest is cleaned all the same.
    let clean = |args: &[&str]| {
        project.command(args).env("DOCKER_HOST", "unix:///nonexistent/docker.sock").output().unwrap()
    };
    let listed = text(&clean(&["clean"]).stdout);
    assert!(listed.contains(&run) && listed.contains("--yes"), "{listed}");
    assert_eq!(project.runs().len(), 1, "a dry run removes nothing");
    let other = text(&clean(&["clean", "--yes", "--run", "another"]).stdout);
    assert!(other.contains("nothing is left") && project.runs().len() == 1, "{other}");
    let cleaned = clean(&["clean", "--yes"]);
    assert!(text(&cleaned.stdout).contains("removed"), "{}", text(&cleaned.stdout));
    assert_eq!(cleaned.status.code(), Some(3));
    assert!(text(&cleaned.stderr).contains("Docker"), "{}", text(&cleaned.stderr));
    assert_eq!(project.runs(), Vec::<PathBuf>::new());
}

#[test]
fn a_cluster_that_is_not_there_is_a_mistake_and_keep_does_not_go_with_reuse() {
    let project = Project::new(SUITE);
    let answer = project.run(&["cluster", "down", "pier"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("no cluster `pier`"), "{}", text(&answer.stderr));
    let answer = project.run(&["suite", "trial", "--reuse", "--keep", "failed", "--script", "script.yaml"]);
    assert_eq!(answer.status.code(), Some(2));
    let answer = project.run(&["cluster", "up", "--name", "../pier"]);
    assert_eq!(answer.status.code(), Some(2));
}

const SECRET: &str = "token-that-nobody-may-see";

/// A project whose suite allows one context, and a kubeconfig that leads nowhere.
fn with_context() -> Project {
    let project = Project::new(&SUITE.replace("policies:", "contexts: [staging-eu]\npolicies:"));
    let config = format!(
        "clusters: [{{name: c, cluster: {{server: \"https://127.0.0.1:1\"}}}}]\ncontexts:\n  - {{name: staging-eu, \
         context: {{cluster: c, user: u}}}}\n  - {{name: prod, context: {{cluster: c, user: u}}}}\nusers: [{{name: u, \
         user: {{token: {SECRET}}}}}]\n"
    );
    std::fs::write(project.0.path().join("config"), config).unwrap();
    project
}

#[test]
fn a_context_is_used_only_where_the_suite_and_the_kubeconfig_name_it() {
    let project = with_context();
    let said = |context: &str| {
        let answer = project.run(&["suite", "trial", "--context", context, "--kubeconfig", "config"]);
        assert_eq!(answer.status.code(), Some(2), "{}", text(&answer.stderr));
        text(&answer.stderr)
    };
    let near = said("staging");
    assert!(near.contains("does not allow the context `staging`; did you mean `staging-eu`?"), "{near}");
    let other = said("prod");
    assert!(
        other.contains("write `contexts: [prod]`") && other.contains("the suite allows: staging-eu"),
        "{other}"
    );
    assert!(!project.latest("harness.log").exists(), "a run that cannot start is not the latest");
}

#[test]
fn flags_of_a_cluster_that_exists_need_the_context_spelled_out() {
    let project = with_context();
    for flags in [
        &["--kubeconfig", "config"][..],
        &["--allow-cluster-scoped"],
        &["--namespace", "team"],
        &["--context", "staging-eu", "--script", "script.yaml"],
        &["--context", "staging-eu", "--namespace", "team", "--allow-cluster-scoped"],
    ] {
        let answer = project.run(&[&["suite", "trial"], flags].concat());
        assert_eq!(answer.status.code(), Some(2), "{flags:?}: {}", text(&answer.stderr));
    }
}

#[test]
fn a_kubeconfig_that_is_missing_or_broken_is_named_and_never_quoted() {
    let project = with_context();
    std::fs::write(project.0.path().join("broken"), format!("users: {{{SECRET}: [}}\n")).unwrap();
    for (file, why) in [("none", "there is no kubeconfig file none"), ("broken", "is no kubeconfig file")] {
        let answer = project.run(&["suite", "trial", "--context", "staging-eu", "--kubeconfig", file]);
        let said = text(&answer.stderr);
        assert_eq!(answer.status.code(), Some(2), "{said}");
        assert!(said.contains(why) && !said.contains(SECRET), "{said}");
    }
}

#[test]
fn a_suite_of_two_clusters_is_narrowed_down_before_a_context_is_used() {
    let project = with_context();
    let suite = std::fs::read_to_string(project.0.path().join("suites/trial.yaml")).unwrap();
    let two = suite
        .replace("[{kubernetes: \"1.36\"}]", "[{kubernetes: \"1.36\"}, {kubernetes: \"1.35\", helm: 3}]");
    std::fs::write(project.0.path().join("suites/trial.yaml"), two).unwrap();
    let answer = project.run(&["suite", "trial", "--context", "staging-eu", "--kubeconfig", "config"]);
    let said = text(&answer.stderr);
    assert_eq!(answer.status.code(), Some(2), "{said}");
    assert!(said.contains("choose with --kubernetes and --helm"), "{said}");
}

#[test]
fn a_cluster_that_cannot_be_reached_is_trouble_and_needs_no_docker() {
    let project = with_context();
    let answer = Command::new(env!("CARGO_BIN_EXE_seatrial"))
        .args(["suite", "trial", "--context", "staging-eu", "--kubeconfig", "config"])
        .env("DOCKER_HOST", "unix:///nonexistent/docker.sock")
        .current_dir(project.0.path())
        .output()
        .unwrap();
    let said = text(&answer.stderr) + &text(&answer.stdout);
    assert_eq!(answer.status.code(), Some(3), "{said}");
    assert!(!said.to_lowercase().contains("docker") && !said.contains(SECRET), "{said}");
    assert!(!project.latest("harness.log").exists(), "a run that cannot start is not the latest");
}
