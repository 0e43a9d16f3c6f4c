//! Rows that helm plays: the real one on broken charts, the fake one where helm itself is at fault.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::judge::{assert_none, differences};
use crate::project::{Project, Ran};
use crate::table::{Row, rows};

/// What rows call the tests of this file.
pub const PLAYED: [&str; 9] = [
    "values_yaml",
    "template_yaml",
    "template_error",
    "renders_nothing",
    "helm_missing",
    "helm_too_old",
    "helm_killed",
    "helm_hangs",
    "no_docker",
];

fn row(played: &str) -> Row {
    rows().into_iter().find(|row| row.played.as_deref() == Some(played)).expect("the table has the row")
}

fn holds(played: &str, project: &Project, ran: &Ran) {
    assert_none(&differences(&row(played), project, ran));
}

/// Helm 4 as `make test` names it, or as PATH has it.
fn real_helm() -> PathBuf {
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).map(|folder| folder.join("helm")).find(|file| file.is_file())
    };
    let named = std::env::var_os("SEATRIAL_HELM4").map(PathBuf::from);
    named.or_else(on_path).expect("no Helm 4: run `make test`, or set SEATRIAL_HELM4 to the program")
}

/// A project whose chart is broken by one file, rendered by the real helm.
fn broken(file: &str, content: &str) -> Project {
    let mut project = Project::new();
    std::os::unix::fs::symlink(real_helm(), project.at("bin/helm")).unwrap();
    project.with_helm_of_the_machine();
    project.write(file, content);
    project
}

#[test]
fn values_that_are_no_yaml_are_refused_with_their_file() {
    let project = broken("charts/demo/values-bad.yaml", "a: [1\nb: }\n");
    project.suite("bad");
    holds("values_yaml", &project, &project.run());
}

#[test]
fn a_template_that_gives_no_yaml_is_refused_with_its_file() {
    let project = broken("charts/demo/templates/a.yaml", "a: b: c\n");
    holds("template_yaml", &project, &project.run());
}

#[test]
fn a_template_error_is_refused_with_its_file() {
    let project = broken("charts/demo/templates/a.yaml", "a: {{ .Values.no.such.value }}\n");
    holds("template_error", &project, &project.run());
}

#[test]
fn a_chart_that_renders_nothing_is_not_green() {
    let project = broken("charts/demo/templates/a.yaml", "{{- if false }}\na: b\n{{- end }}\n");
    holds("renders_nothing", &project, &project.run());
}

#[test]
fn vet_of_profiles_that_are_refused_as_they_must_be_passes() {
    let project = broken("charts/demo/templates/a.yaml", "{{ fail \"no database\" }}\n");
    let refused = |message: &str| {
        let expect = format!("{{rejected: {{at: render, message: {message}}}}}");
        project.suite(&format!("{{name: default, expect: {expect}}}"));
        let ran = project.run_in(&[], &["vet", "--suite", "trial"]);
        (ran.code, ran.console)
    };
    let (code, said) = refused("no database");
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("0 objects: 0 errors, 0 warnings; 1 profile refused, as the suite expects"),
        "{said}"
    );
    // For another reason than the one named.
    let (code, said) = refused("no cache");
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn without_helm_the_run_does_not_start_and_says_what_is_missing() {
    let mut project = Project::new();
    project.with_helm_of_the_machine();
    // Nothing but this folder: the machine may have a helm.
    project.env.push(("PATH".into(), project.at("bin").display().to_string()));
    holds("helm_missing", &project, &project.run());
}

#[test]
fn a_helm_of_another_version_is_named_with_it() {
    let mut project = Project::new();
    project.with_fake_helm(&json!({"version": "v2.17.0"}));
    project.env.push(("PATH".into(), project.at("bin").display().to_string()));
    let ran = project.run();
    assert!(ran.console.contains("is v2.17.0"), "{}", ran.console);
    holds("helm_too_old", &project, &ran);
}

#[test]
fn a_helm_that_is_killed_is_trouble_and_no_refusal() {
    let mut project = Project::new();
    project.with_fake_helm(
        &json!({"calls": [{"when": ["template"], "after": "100ms", "then": {"signal": "KILL"}}]}),
    );
    holds("helm_killed", &project, &project.run());
}

#[test]
fn a_helm_that_hangs_is_stopped_and_is_trouble() {
    let mut project = Project::new();
    project.with_fake_helm(&json!({"calls": [{"when": ["template"], "then": "hangs"}]}));
    holds("helm_hangs", &project, &project.run());
}

#[test]
fn without_docker_nothing_starts_and_the_message_says_what_to_do() {
    let mut project = Project::new();
    project.env.push(("DOCKER_HOST".into(), "unix:///nonexistent/docker.sock".into()));
    let ran = project.run_in(&[], &["suite", "trial"]);
    assert!(!project.at("reports").exists(), "a run that cannot start has no folder");
    holds("no_docker", &project, &ran);
}

#[test]
fn what_a_fake_helm_is_not_asked_to_play_the_real_one_does() {
    let mut project = Project::new();
    project.with_fake_helm(&json!({"passThrough": real_helm(), "calls": []}));
    let ran = project.run();
    assert_eq!(ran.code, Some(0), "{}", ran.console);
    let asked = std::fs::read_to_string(project.at("helm.log")).unwrap();
    assert!(asked.lines().any(|line| line.starts_with("template demo")), "{asked}");
    assert!(project.litter().is_empty(), "{:?}", project.litter());
}

#[test]
fn output_of_any_size_and_of_any_bytes_is_bounded_and_cleaned() {
    let mut project = Project::new();
    let said = json!([{"bytes": 104_857_600, "of": "a line of a long log\n"}, {"hex": "ff 1b 5b 33 31 6d"}, "Error: no\n"]);
    let calls = json!([{"when": ["template"], "stderr": said, "then": {"exit": 1}}]);
    project.with_fake_helm(&json!({ "calls": calls }));
    let ran = project.run();
    assert_eq!(ran.code, Some(1), "{}", ran.console);
    let size: u64 = ["run.json", "junit.xml", "summary.md"]
        .iter()
        .map(|name| std::fs::metadata(Path::new(&project.at("reports/latest")).join(name)).unwrap().len())
        .sum();
    assert!(size < 4 * 1024 * 1024, "the reports have {size} bytes");
    assert!(!project.latest("junit.xml").unwrap().contains('\u{1b}'));
    assert!(project.litter().is_empty(), "{:?}", project.litter());
}
