//! Ctrl-C in the middle of an install leaves a record and nothing else.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::project::{machine, nothing_is_left, root, seatrial};

#[test]
fn ctrl_c_in_the_middle_of_an_install_leaves_a_record_and_nothing_else() {
    let _machine = machine();
    let reports = tempfile::tempdir().unwrap();
    let mut child = seatrial(&root(), reports.path(), &["suite", "prod-readiness", "--profile", "dev"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let mut seen = String::new();
    let installing = lines.by_ref().any(|line| {
        seen += &format!("{line}\n");
        line.contains("install") && line.contains("Deployment")
    });
    assert!(installing, "an install was never seen:\n{seen}");
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let rest: Vec<String> = lines.collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{seen}{}", rest.join("\n"));
    let record = std::fs::read_to_string(reports.path().join("latest/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    assert_eq!(record["interrupted"], true);
    assert_eq!(record["unfinished"].as_array().unwrap().len(), 1);
    assert!(reports.path().join("latest/junit.xml").is_file());
    nothing_is_left(record["run"].as_str().unwrap());
}
