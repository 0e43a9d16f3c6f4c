//! `vet` on manifests; charts need helm, and are tried by `tests/faults`.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use rstest::rstest;
use serde_json::Value;

const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  securityContext:\n    \
                   readOnlyRootFilesystem: true\n  containers:\n    - name: app\n      image: web:1\n      \
                   securityContext:\n        privileged: yes\n";

/// In a folder without a project: the packs are those that come with the program.
fn vet(args: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
    command.arg("vet").args(args).current_dir(folder.path());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn what_is_wrong_has_its_rule_its_line_and_what_to_write() {
    let output = vet(&["-"], BAD);
    let text = said(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "error[privileged]",
        "--> <standard input>:12:",
        "error[unknown-field]",
        "spec.containers[*].securityContext.readOnlyRootFilesystem",
        "1 object:",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn json_has_every_field_and_an_exact_line() {
    let output = vet(&["--output", "json", "-"], BAD);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    let findings = read["findings"].as_array().unwrap();
    let privileged = findings.iter().find(|one| one["rule"] == "privileged").unwrap();
    assert_eq!((&privileged["line"], &privileged["basis"]), (&12.into(), &"exact".into()));
    assert_eq!((&privileged["container"], &privileged["object"]["kind"]), (&"app".into(), &"Pod".into()));
    assert_eq!((&read["objects"], &privileged["waiver"]), (&1.into(), &Value::Null));
}

#[rstest]
#[case::nothing("", &["-"], "standard input is empty")]
#[case::comments_alone("# nothing\n---\n", &["-"], "no object was found")]
#[case::an_empty_folder("", &["."], "holds neither a chart")]
#[case::no_such_file("", &["gone.yaml"], "gone.yaml cannot be read")]
#[case::no_such_pack(BAD, &["--pack", "pss-basline", "-"], "did you mean `pss-baseline`?")]
fn what_cannot_be_judged_is_no_pass(#[case] input: &str, #[case] args: &[&str], #[case] why: &str) {
    let output = vet(args, input);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains(why), "{}", said(&output));
}

#[test]
fn a_kind_that_nobody_knows_is_told_and_one_document_that_is_no_yaml_hides_no_other() {
    let text = format!("a: [\n---\napiVersion: a.io/v1\nkind: Fleet\nmetadata: {{name: f}}\n---\n{BAD}");
    let output = vet(&["--output", "json", "-"], &text);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["not_judged"][0]["object"]["kind"], "Fleet");
    let rules: Vec<&str> =
        read["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"not-yaml") && rules.contains(&"privileged"), "{rules:?}");
}

#[test]
fn a_text_on_which_the_parser_panics_gives_one_error_and_no_trace() {
    let output = vet(&["-"], "a: {!,");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(said(&output).contains("the YAML parser cannot make sense of what follows"), "{}", said(&output));
}

#[test]
fn one_pack_is_asked_without_the_others() {
    let output = vet(&["--pack", "rbac", "--output", "json", "-"], BAD);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules: Vec<&Value> = read["findings"].as_array().unwrap().iter().map(|one| &one["rule"]).collect();
    assert_eq!(rules, ["unknown-field"], "only the schema has something to say");
}

#[rstest]
#[case("sarif", "\"ruleId\": \"privileged\"")]
#[case("github", "::error file=<standard input>,line=12,title=privileged::")]
fn other_programs_read_it_too(#[case] format: &str, #[case] part: &str) {
    let output = vet(&["--output", format, "-"], BAD);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(part), "{}", said(&output));
}
