//! The rows that are cells: one run, one cluster, one profile for each.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::live::{Ended, Live, check};
use super::table::{Real, Row, rows};
use super::{profile, project};
use crate::project::machine;

/// Long enough for a third crash, short enough for a test.
const LIMITS: &str = "{install: 60s, test: 60s, uninstall: 60s}";

/// Cells that take long come first, so that the run does not wait for them at its end.
const SLOW: [&str; 4] = ["finalizer", "helm-hangs-in-install", "hook-floods", "hook-hangs"];

fn cells() -> Vec<Row> {
    let mut cells: Vec<Row> = rows().into_iter().filter(|row| row.real == Some(Real::Cell)).collect();
    cells.sort_by_key(|row| !SLOW.contains(&row.name.as_str()));
    cells
}

/// A folder with a helm that is killed in one cell's install and hangs in another's.
fn faulty_helm(folder: &Path) -> Vec<(&'static str, String)> {
    let real = std::env::var("SEATRIAL_HELM4").expect("set by `make test`");
    let script = json!({"passThrough": real, "calls": [
        {"when": ["install", "faults-helm-killed-in-install"], "real": true, "after": "2s", "then": {"signal": "KILL"}},
        {"when": ["install", "faults-helm-hangs-in-install"], "then": "hangs"},
    ]});
    std::fs::write(folder.join("helm.yaml"), script.to_string()).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_seatrial"), folder.join("helm")).unwrap();
    let path: Vec<PathBuf> = std::iter::once(folder.to_owned())
        .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap()))
        .collect();
    vec![
        ("SEATRIAL_FAKE_HELM", folder.join("helm.yaml").display().to_string()),
        ("PATH", std::env::join_paths(path).unwrap().into_string().unwrap()),
    ]
}

#[test]
fn each_fault_of_the_table_has_its_verdict_text_and_leftovers() {
    let _machine = machine();
    let rows = cells();
    let mut profiles: String =
        rows.iter().map(|row| profile(&row.name, &format!("fault={}", row.name))).collect();
    profiles += &profile("well", "fault=none");
    for name in ["shared-object-one", "shared-object-two"] {
        profiles += &profile(name, &format!("fault={name}"));
    }
    let folder = project(LIMITS, "locked-registry", &profiles);
    let helm = tempfile::tempdir().unwrap();
    let run = Live::start(folder.path(), &["--jobs", "12"], &faulty_helm(helm.path())).end();
    assert_eq!(run.code, Some(1), "{}", run.said);
    let mut wrong: Vec<String> = rows.iter().flat_map(|row| differences(row, &run)).collect();
    if run.cell("well")["verdict"] != "passed" {
        wrong.push(format!("the cell without a fault: {}", run.cell("well")));
    }
    wrong.extend(shared(&run));
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), run.said);
    run.left_nothing();
}

/// Everything in which a cell differs from its row.
fn differences(row: &Row, run: &Ended) -> Vec<String> {
    let mut wrong = Vec::new();
    let cell = run.cell(&row.name);
    let name = row.check.as_deref().expect("a row of a cell names its check");
    let asked = check(&cell, name);
    let mut must = |holds: bool, what: String| {
        if !holds {
            wrong.push(format!("{}: {what}: {asked}", row.name));
        }
    };
    let verdict = row.verdict.as_deref().expect("a row of a cell has a verdict");
    must(cell["verdict"] == verdict, format!("the cell is {}, not {verdict}", cell["verdict"]));
    must(asked["verdict"] == verdict, format!("{name} is not {verdict}"));
    let told = flat(&asked.to_string());
    let junit = flat(&run.file("junit.xml").replace("&quot;", "\"").replace("&apos;", "'"));
    let said = flat(&run.said);
    for text in &row.text {
        must(told.contains(text) || told.contains(&text.replace('"', "\\\"")), format!("no `{text}`"));
        must(junit.contains(text), format!("junit.xml does not say `{text}`"));
        must(said.contains(text) || verdict == "warned", format!("the console does not say `{text}`"));
    }
    let uninstall = cell["checks"].as_array().unwrap().iter().find(|one| one["check"] == "uninstall");
    let left = uninstall.and_then(|one| one["output"].as_str()).unwrap_or_default();
    let expected: Vec<String> = row.leaves.iter().map(|line| object_of(line)).collect();
    // A hook's own objects are told as such; they go with the namespace.
    let found: Vec<String> = left.lines().filter(|line| !line.contains("hook")).map(object_of).collect();
    must(found == expected, format!("it says that {left:?} is left"));
    let evidence = evidence(&cell, run);
    for text in &row.evidence {
        must(evidence.contains(text), format!("no evidence says `{text}`"));
    }
    for hidden in &row.hidden {
        must(!evidence.contains(hidden) && !told.contains(hidden), format!("{hidden:?} is shown"));
    }
    wrong
}

/// `ConfigMap/kept` of a line about what is left.
fn object_of(line: &str) -> String {
    line.split_whitespace().nth(2).unwrap_or_default().to_owned()
}

fn evidence(cell: &Value, run: &Ended) -> String {
    let files = cell["evidence"].as_array().unwrap().iter().filter_map(Value::as_str);
    files.map(|name| run.file(name)).collect()
}

/// Two cells that want the same cluster-scoped object: never both at once on a cluster. Either they take turns, or the
/// second is told whose it is; the one that has it is not hurt.
fn shared(run: &Ended) -> Vec<String> {
    let cells = ["shared-object-one", "shared-object-two"].map(|name| run.cell(name));
    let well = cells.iter().filter(|cell| cell["verdict"] == "passed").count();
    let told = |cell: &Value| {
        let text = check(cell, "install").to_string();
        cell["verdict"] == "failed" && text.contains("faults-shared") && text.contains("cannot be imported")
    };
    let right = well == 2 || well == 1 && cells.iter().any(told);
    if right { Vec::new() } else { vec![format!("shared-object: {cells:?}")] }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
