//! Signals in each step on a real cluster: a record, and nothing left.

use super::live::Live;
use super::{profile, project};
use crate::project::machine;

/// Sends a signal so many times when a line with all words of `step` comes, in the middle of the only cell.
/// `tests/faults` plays all combinations.
fn leaves_a_record_and_nothing_else(signal: &str, times: usize, set: &str, step: &[&str]) {
    ends_with_a_record_and_nothing_else(signal, times, set, step, 1);
}

fn ends_with_a_record_and_nothing_else(
    signal: &str,
    times: usize,
    set: &str,
    step: &[&str],
    unfinished: usize,
) {
    let _machine = machine();
    let limits = "{install: 90s, test: 90s, uninstall: 90s}";
    let folder = project(limits, "locked-registry", &profile("slow", set));
    let mut run = Live::start(folder.path(), &[], &[]);
    run.wait_for(&["] run "]);
    run.wait_for(step);
    run.signal(signal);
    run.wait_for_record();
    for _ in 1..times {
        run.signal(signal);
    }
    let ended = run.end();
    assert_eq!(ended.code, Some(130), "{}", ended.said);
    let record = ended.record();
    let untold = record["unfinished"].as_array().unwrap().len();
    assert_eq!((&record["interrupted"], untold), (&true.into(), unfinished), "{}", ended.said);
    assert!(ended.file("junit.xml").contains("<error"), "{}", ended.said);
    ended.left_nothing();
}

#[test]
fn ctrl_c_while_a_cluster_boots() {
    leaves_a_record_and_nothing_else("INT", 1, "fault=none", &["k8s-1.36-helm4: ", "kubeadm"]);
}

#[test]
fn sigterm_twice_while_a_requirement_is_installed() {
    leaves_a_record_and_nothing_else("TERM", 2, "fault=none", &["k8s-1.36-helm4: ", "locked-registry"]);
}

#[test]
fn ctrl_c_twice_in_the_middle_of_an_install() {
    leaves_a_record_and_nothing_else("INT", 2, "ready=60", &["install: ", "Deployment"]);
}

#[test]
fn sigterm_in_the_middle_of_a_test() {
    leaves_a_record_and_nothing_else("TERM", 1, "test=60", &["helm test: t: "]);
}

#[test]
fn ctrl_c_in_the_middle_of_an_uninstall() {
    leaves_a_record_and_nothing_else("INT", 1, "end=25", &["uninstall: ", "helm uninstall"]);
}

/// Every cell has ended then.
#[test]
fn sigterm_twice_while_the_cluster_is_removed() {
    let step = &["k8s-1.36-helm4: ", "being removed"];
    ends_with_a_record_and_nothing_else("TERM", 2, "fault=none", step, 0);
}
