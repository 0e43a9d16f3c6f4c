//! Signals in each step: Ctrl-C and SIGTERM, once and twice, and `kill -9`.

use serde_json::json;

use crate::judge::{assert_none, differences};
use crate::project::{Project, Ran};
use crate::table::{Row, rows};

/// A project of a row, and where its step is seen to come: a file and how a line of it begins.
fn staged(row: &Row) -> (Project, &'static str, String) {
    let at = row.at.as_deref().expect("a signal has a place");
    let mut project = Project::of(row);
    let hangs = |words: &[&str]| json!({"calls": [{"when": words, "then": "hangs"}]});
    let words: &[&str] = match at {
        "set-up" => &["version", "--short"],
        "version" => &["version", "--template"],
        "render" => &["template"],
        _ => return (project, "calls.log", at.to_owned()),
    };
    project.with_fake_helm(&hangs(words));
    (project, "helm.log", words.join(" "))
}

fn interrupted(row: &Row, signal: &str, times: usize) -> (Project, Ran) {
    let (project, file, step) = staged(row);
    let mut run = project.start();
    project.await_line(file, &step);
    run.signal(signal);
    for _ in 1..times {
        // Signals of one kind do not queue: the next one comes when the first was heard, or was the end.
        crate::project::until(|| run.has_ended() || project.latest("run.json").is_some());
        run.signal(signal);
    }
    let ran = run.end();
    (project, ran)
}

fn signalled(fault: &str) -> Vec<Row> {
    rows().into_iter().filter(|row| row.fault == fault).collect()
}

fn each_step_survives(signal: &str, times: usize) {
    let rows = signalled("Ctrl-C and SIGTERM");
    assert!(rows.len() > 10);
    let mut wrong = Vec::new();
    for row in &rows {
        let (project, ran) = interrupted(row, signal, times);
        wrong.extend(differences(row, &project, &ran));
        if ran.took.as_secs() > 9 {
            wrong.push(format!(
                "{}: {:?} from start to end: CI servers kill after ten seconds",
                row.name, ran.took
            ));
        }
        if row.at.as_deref() == Some("set-up") {
            continue;
        }
        let record = project.record();
        if record["interrupted"] != true {
            wrong.push(format!("{}: the record does not say that it was interrupted", row.name));
        }
        if project.latest("junit.xml").is_none_or(|junit| !junit.contains("<error")) {
            wrong.push(format!("{}: junit.xml is green", row.name));
        }
        let calls = std::fs::read_to_string(project.at("calls.log")).unwrap_or_default();
        let made = |call: &str| calls.lines().any(|line| line.starts_with(call));
        if !made("finish") || (made("open") && !made("teardown")) {
            wrong.push(format!("{}: not everything was removed:\n{calls}", row.name));
        }
    }
    assert_none(&wrong);
}

#[test]
fn ctrl_c_in_each_step_leaves_a_record_and_nothing_else() {
    each_step_survives("INT", 1);
}

#[test]
fn ctrl_c_twice_in_each_step_leaves_a_record_and_nothing_else() {
    each_step_survives("INT", 2);
}

#[test]
fn sigterm_in_each_step_leaves_a_record_and_nothing_else() {
    each_step_survives("TERM", 1);
}

#[test]
fn sigterm_twice_in_each_step_leaves_a_record_and_nothing_else() {
    each_step_survives("TERM", 2);
}

#[test]
fn a_driver_that_does_not_hear_the_first_signal_is_given_up_on_at_the_second() {
    let mut row =
        signalled("Ctrl-C and SIGTERM").into_iter().find(|row| row.name == "signal-in-install").unwrap();
    row.cell = json!({"install": "deaf"});
    let (project, ran) = interrupted(&row, "INT", 2);
    assert_none(&differences(&row, &project, &ran));
}

#[test]
fn after_kill_9_in_each_step_what_was_done_is_there_and_the_next_run_is_whole() {
    let rows = signalled("kill -9 and the next run");
    assert!(rows.len() > 5);
    for row in &rows {
        let project = Project::of(row);
        project.write("charts/demo/values-other.yaml", "a: 2\n");
        // A cell that is done before the fault comes to the other.
        project.suite("{name: default, requirements: [need]}, {name: other, expect: {rejected: {at: render, message: no}}}");
        let text = std::fs::read_to_string(project.at("script.yaml")).unwrap();
        let mut script: serde_json::Value = serde_json::from_str(&text).unwrap();
        script["cells"]["demo-other"] = json!({"refused": {"at": "render", "message": "no"}});
        project.script(&script);
        let mut run = project.start();
        project.await_line("calls.log", row.at.as_deref().unwrap());
        let done =
            || project.latest("cells.jsonl").is_some_and(|lines| lines.contains("\"profile\":\"other\""));
        crate::project::until(done);
        run.signal("KILL");
        let ran = run.end();
        assert_eq!(ran.signal.map(|signal| 128 + signal), Some(row.exit), "{}: {}", row.name, ran.console);
        assert!(project.latest("run.json").is_none(), "{}: a run that did not end has no record", row.name);
        assert_eq!(project.processes(), [] as [String; 0], "{}", row.name);

        project.suite("default");
        project.script(&json!({"cells": {"demo-default": Project::good_cell()}}));
        let next = project.run();
        assert_eq!(next.code, Some(0), "{}: {}", row.name, next.console);
        assert_eq!(project.record()["verdict"], "passed", "{}", row.name);
    }
}
