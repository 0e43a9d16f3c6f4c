//! A run that was killed: what it had done is in its folder, and another finishes its record.

use crate::trial::{Outcome, profile, trial};
use seatrial_engine::{forget, recover};
use seatrial_model::Verdict;

/// A run of two good cells that was kept from publishing, as one that was killed.
async fn killed() -> Outcome {
    let cell = |name: &str| format!("  demo-{name}:\n    hooks: [{{name: demo-test}}]\n    manifest: GOOD\n");
    let script = format!("cells:\n{}{}", cell("prod"), cell("dev"));
    let mut trial = trial(vec![profile("prod"), profile("dev")], &script);
    trial.publishable = false;
    trial.run().await
}

#[tokio::test]
async fn cells_that_ended_are_in_the_record_and_it_is_marked_as_interrupted() {
    let outcome = killed().await;
    let folder = outcome.folder.path().join("reports");
    let record = recover(&folder).unwrap().expect("there is something to finish");
    let names: Vec<&str> = record.cells.iter().map(|cell| cell.cell.profile.as_str()).collect();
    assert_eq!(names, ["prod", "dev"], "in the plan's order");
    assert!(record.interrupted && record.unfinished.is_empty());
    assert_eq!(record.verdict, Verdict::Errored, "a killed run is never green");
    assert_eq!(record.rules, outcome.record.rules, "help for the rules that were asked");
    assert!(record.troubles[0].to_string().contains("killed"));
    forget(&folder);
    assert_eq!(recover(&folder).unwrap(), None);
}

#[tokio::test]
async fn a_line_that_was_half_written_is_a_cell_that_did_not_end() {
    let outcome = killed().await;
    let folder = outcome.folder.path().join("reports");
    let file = folder.join("cells.jsonl");
    let lines = std::fs::read(&file).unwrap();
    std::fs::write(&file, &lines[..lines.len() - 20]).unwrap();
    let record = recover(&folder).unwrap().unwrap();
    assert_eq!((record.cells.len(), record.unfinished.len()), (1, 1));
    std::fs::remove_file(&file).unwrap();
    let record = recover(&folder).unwrap().unwrap();
    assert_eq!((record.cells.len(), record.unfinished.len()), (0, 2));
}

#[tokio::test]
async fn a_run_that_ended_leaves_nothing_to_recover() {
    let script = "cells:\n  demo-prod:\n    hooks: [{name: demo-test}]\n    manifest: GOOD\n";
    let outcome = trial(vec![profile("prod")], script).run().await;
    assert_eq!(recover(&outcome.folder.path().join("reports")).unwrap(), None);
}

#[test]
fn a_record_of_another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("begun.json"), r#"{"schema": "seatrial.dev/run/v9"}"#).unwrap();
    assert!(recover(folder.path()).is_err());
}
