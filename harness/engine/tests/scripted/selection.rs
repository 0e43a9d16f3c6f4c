//! Running a part of a suite: what is selected, what is added, and that a part never looks like the whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::trial::{Trial, profile, trial};
use rstest::rstest;
use seatrial_engine::{Earlier, Plan, Selection, plan};
use seatrial_model::suite::{Expectation, Profile, RejectionStage};
use seatrial_model::{CheckKind, Verdict};

const SCRIPT: &str = "cells:\n  demo-prod:\n    hooks: [{name: demo-test}]\n    manifest: GOOD\n  demo-dev:\n    \
                      hooks: [{name: demo-test}]\n    manifest: GOOD\n";

fn rejected() -> Profile {
    let expect = Expectation::Rejected { at: RejectionStage::Render, message: "no".to_owned() };
    Profile { expect, ..profile("bad") }
}

/// Three profiles, of which one must be rejected, on two clusters.
fn two_clusters() -> Trial {
    let mut trial = trial(vec![profile("prod"), profile("dev"), rejected()], SCRIPT);
    let mut old = trial.suite.clusters[0].clone();
    "old".clone_into(&mut old.name);
    old.kubernetes = "1.35".parse().unwrap();
    trial.suite.clusters.push(old);
    trial
}

fn planned(trial: &Trial, selection: &Selection) -> Result<Plan, String> {
    plan(&Arc::new(trial.suite.clone()), selection, trial.folder.path())
}

fn cells(names: &[&str]) -> Selection {
    Selection { cells: names.iter().map(|name| (*name).to_owned()).collect(), ..Selection::default() }
}

fn checks(kinds: &[CheckKind]) -> Selection {
    Selection { checks: kinds.iter().copied().collect(), ..Selection::default() }
}

fn ids(plan: &Plan) -> Vec<String> {
    plan.cells.iter().map(|cell| cell.id.to_string()).collect()
}

#[rstest]
#[case(&["demo/prod@1.36+helm4"], &["demo/prod@1.36+helm4"])]
#[case(&["demo/prod"], &["demo/prod@1.36+helm4", "demo/prod@1.35+helm4"])]
#[case(&["demo/prod@1.35", "demo/dev@1.36+helm4"], &["demo/prod@1.35+helm4", "demo/dev@1.36+helm4"])]
fn a_cell_is_selected_as_it_is_displayed_or_on_every_cluster(#[case] asked: &[&str], #[case] found: &[&str]) {
    assert_eq!(ids(&planned(&two_clusters(), &cells(asked)).unwrap()), found);
}

#[rstest]
#[case("demo/prdo", "did you mean `demo/prod`?")]
#[case("demo/prod@1.36+helm3", "did you mean `demo/prod@1.36+helm4`?")]
#[case("cheese", "one of `demo/prod`, `demo/dev`, `demo/bad`")]
fn an_unknown_cell_is_a_mistake_that_names_the_nearest(#[case] asked: &str, #[case] help: &str) {
    // Even beside one that is known: what was asked for and is not there must not go unnoticed.
    let error = planned(&two_clusters(), &cells(&["demo/prod", asked])).unwrap_err();
    assert!(error.contains(&format!("no cell `{asked}`")) && error.contains(help), "{error}");
}

#[test]
fn filters_that_leave_nothing_are_a_mistake() {
    let selection = Selection { profiles: BTreeSet::from(["dev".to_owned()]), ..cells(&["demo/prod"]) };
    assert!(
        planned(&two_clusters(), &selection).unwrap_err().contains("nothing of suite `trial` is selected")
    );
}

#[rstest]
#[case(&[CheckKind::Lint], &[CheckKind::Lint], &[])]
#[case(&[CheckKind::Policy], &[CheckKind::Render, CheckKind::Policy], &[CheckKind::Render])]
#[case(
    &[CheckKind::Test],
    &[CheckKind::Render, CheckKind::Install, CheckKind::Test],
    &[CheckKind::Render, CheckKind::Install]
)]
#[case(
    &[CheckKind::Audit],
    &[CheckKind::Render, CheckKind::Install, CheckKind::Audit],
    &[CheckKind::Render, CheckKind::Install]
)]
fn what_a_check_stands_on_is_added_and_said(
    #[case] asked: &[CheckKind],
    #[case] made: &[CheckKind],
    #[case] added: &[CheckKind],
) {
    let plan = planned(&two_clusters(), &checks(asked)).unwrap();
    let kinds: Vec<CheckKind> = plan.cells[0].checks.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, made);
    let selection = plan.selection.unwrap();
    assert_eq!((selection.checks.as_slice(), selection.added_checks.as_slice()), (asked, added));
    // The profile that must be rejected has only `render` to ask, which nobody asked for.
    assert_eq!((plan.cells.len(), plan.left_out.len()), (4, 2));
}

#[test]
fn checks_of_which_none_applies_are_a_mistake() {
    let selection =
        Selection { profiles: BTreeSet::from(["bad".to_owned()]), ..checks(&[CheckKind::Install]) };
    let error = planned(&two_clusters(), &selection).unwrap_err();
    assert!(error.contains("install applies to none of the selected cells"), "{error}");
}

#[test]
fn a_check_that_the_suite_does_not_make_is_a_mistake() {
    let mut trial = two_clusters();
    trial.suite.checks.remove(&CheckKind::Uninstall);
    let error = planned(&trial, &checks(&[CheckKind::Uninstall])).unwrap_err();
    assert!(
        error.contains("does not ask for the check `uninstall`") && error.contains("lint, render"),
        "{error}"
    );
}

#[test]
fn the_whole_suite_is_no_selection() {
    let plan = planned(&two_clusters(), &Selection::default()).unwrap();
    assert_eq!((plan.selection, plan.cells.len()), (None, 6));
}

#[tokio::test]
async fn a_selected_check_is_all_that_is_asked_and_the_record_says_that_it_is_a_part() {
    let mut trial = trial(vec![profile("prod"), profile("dev")], SCRIPT);
    trial.selection =
        Selection { profiles: BTreeSet::from(["prod".to_owned()]), ..checks(&[CheckKind::Lint]) };
    let outcome = trial.run().await;
    let asked: Vec<_> = outcome.cell("prod").checks.iter().map(|check| check.check).collect();
    assert_eq!(asked, [CheckKind::Lint]);
    assert_eq!(outcome.calls.position("render demo-prod"), None, "nothing stands on a render");
    assert_eq!(outcome.calls.position("provision k8s"), None);
    assert_eq!((outcome.record.verdict, outcome.record.cells.len()), (Verdict::Passed, 1));
    let selection = outcome.record.selection.as_ref().unwrap();
    assert_eq!(selection.sentence(), "1 of 2 cells: --profile prod --check lint");
}

#[tokio::test]
async fn a_selected_test_installs_and_cleans_up_without_asking_about_it() {
    let mut trial = trial(vec![profile("prod")], SCRIPT);
    trial.selection = checks(&[CheckKind::Test]);
    let outcome = trial.run().await;
    assert_eq!(outcome.check("prod", CheckKind::Test).verdict, Verdict::Passed);
    assert!(outcome.cell("prod").checks.iter().all(|check| check.check != CheckKind::Uninstall));
    assert!(outcome.calls.position("uninstall demo-prod").is_some(), "the release does not stay");
    assert!(outcome.calls.position("close demo-prod").is_some());
}

#[tokio::test]
async fn cells_of_an_earlier_run_are_named_with_that_run() {
    let mut trial = trial(vec![profile("prod"), profile("dev")], SCRIPT);
    let all = planned(&trial, &Selection::default()).unwrap();
    let failed = Earlier { run: "r0".to_owned(), cells: BTreeSet::from([all.cells[1].id.clone()]) };
    trial.selection = Selection { failed: Some(failed), ..Selection::default() };
    let outcome = trial.run().await;
    assert_eq!(outcome.record.cells.len(), 1);
    assert_eq!(outcome.cell("dev").verdict, Verdict::Passed);
    assert_eq!(outcome.record.selection.as_ref().unwrap().failed_of.as_deref(), Some("r0"));
}
