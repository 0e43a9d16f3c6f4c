//! Rows about suite files, report folders, the clock, and two runs at once.

use std::process::Command;

use crate::judge::{assert_none, differences};
use crate::project::{Project, Ran};
use crate::table::rows;

/// What rows call the tests of this file.
pub const PLAYED: [&str; 7] = [
    "suite_yaml",
    "values_missing",
    "disk_full",
    "reports_read_only",
    "reports_below_a_file",
    "clock_jumps",
    "two_suites",
];

const ARGS: [&str; 6] = ["suite", "trial", "--script", "script.yaml", "--reports", "small"];

fn holds(played: &str, project: &Project, ran: &Ran) {
    let row = rows().into_iter().find(|row| row.played.as_deref() == Some(played));
    assert_none(&differences(&row.expect("the table has the row"), project, ran));
}

#[test]
fn a_suite_that_is_no_yaml_is_told_with_its_line() {
    let project = Project::new();
    project.write("suites/trial.yaml", "apiVersion: seatrial.dev/v1\nkind: [Suite\ncharts: }\n");
    holds("suite_yaml", &project, &project.run());
}

#[test]
fn a_values_file_that_is_not_there_is_told_before_anything_runs() {
    let project = Project::new();
    project.suite("{name: default, values: [gone.yaml]}");
    holds("values_missing", &project, &project.run());
    assert!(!project.at("reports").exists(), "nothing was run");
}

/// Who may mount: root, root of a user namespace, or somebody who may become root.
const MOUNTERS: [&[&str]; 3] = [
    &["unshare", "--mount"],
    &["unshare", "--user", "--map-root-user", "--mount"],
    &["sudo", "--non-interactive", "--preserve-env", "unshare", "--mount"],
];

/// Runs with a small file system of its own at `small`, in a mount namespace that goes with the run: permission
/// bits and quotas do not hold for root, a full or read-only file system does.
fn with_file_system(project: &Project, options: &str) -> Ran {
    std::fs::create_dir(project.at("small")).unwrap();
    let mount = format!("mount -t tmpfs -o {options} tmpfs small && exec \"$@\"");
    let inside = |mounter: &[&'static str]| [mounter, &["sh", "-c"]].concat();
    let may = |mounter: &&[&'static str]| {
        let [program, args @ ..] = &inside(mounter)[..] else { return false };
        let mut probe = Command::new(program);
        probe.args(args).arg(&mount).args(["sh", "true"]).current_dir(project.folder.path());
        probe.output().is_ok_and(|probed| probed.status.success())
    };
    let mounter = MOUNTERS.into_iter().find(may).expect("somebody who may mount a file system");
    let inside = inside(mounter);
    let wrapper: Vec<&str> = inside.iter().copied().chain([mount.as_str(), "sh"]).collect();
    project.run_in(&wrapper, &ARGS)
}

#[test]
fn a_full_disk_is_trouble_and_the_console_still_tells_the_cells() {
    let project = Project::new();
    // Room for folders and a log, and for no report.
    let ran = with_file_system(&project, "size=4k,nr_inodes=9");
    assert!(ran.console.contains("demo/default"), "{}", ran.console);
    holds("disk_full", &project, &ran);
}

#[test]
fn a_read_only_folder_is_told_before_anything_runs() {
    let project = Project::new();
    let ran = with_file_system(&project, "ro");
    assert!(!project.at("calls.log").exists() || std::fs::read(project.at("calls.log")).unwrap().is_empty());
    holds("reports_read_only", &project, &ran);
}

#[test]
fn a_folder_below_a_file_is_told_before_anything_runs() {
    let project = Project::new();
    project.write("small", "a file\n");
    holds("reports_below_a_file", &project, &project.run_in(&[], &ARGS));
}

/// A C library's clock that jumps an hour back and a day forth in turn, at every question.
const JUMPING: &str = r"
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *now) {
    static int asked;
    int answer = (int)syscall(SYS_clock_gettime, id, now);
    if (answer == 0 && id == CLOCK_REALTIME) now->tv_sec += asked++ % 2 ? 86400 : -3600;
    return answer;
}
";

#[test]
fn a_clock_that_jumps_changes_no_verdict_and_no_duration() {
    let mut project = Project::new();
    project.write("jumping.c", JUMPING);
    let library = project.at("jumping.so").display().to_string();
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-o", &library]).arg(project.at("jumping.c"));
    assert!(compile.status().expect("a C compiler, which Rust needs as well").success());
    project.env.push(("LD_PRELOAD".into(), library));
    let ran = project.run();
    holds("clock_jumps", &project, &ran);
    let record = project.record();
    let took = record["duration"].as_u64().unwrap();
    assert!(u128::from(took) <= ran.took.as_millis(), "{took} ms of {:?}", ran.took);
    assert!(record["cells"][0]["duration"].as_u64().unwrap() <= took);
    let started = record["started"].as_str().unwrap();
    assert_ne!(started, record["cells"][0]["started"].as_str().unwrap(), "the clock did not jump");
}

#[test]
fn two_suites_at_once_are_both_whole_and_share_nothing() {
    let project = Project::new();
    let [one, other] = [project.start(), project.start()];
    for ran in [one.end(), other.end()] {
        holds("two_suites", &project, &ran);
    }
    let folders = std::fs::read_dir(project.at("reports")).unwrap();
    let whole = folders.filter(|entry| {
        let entry = entry.as_ref().unwrap();
        !entry.file_type().unwrap().is_symlink() && entry.path().join("junit.xml").is_file()
    });
    assert_eq!(whole.count(), 2, "each has a folder of its own");
}
