//! The packs that ship with the project: they load, their tests pass, and the tests reach every line.

#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

use seatrial_model::Enforcement;
use seatrial_policy::{Judges, PolicyLibrary, RuleMeta, TestOutcome};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn library() -> PolicyLibrary {
    PolicyLibrary::load(&folder()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Rego files two levels down, found without the code under test.
fn rego_files() -> Vec<PathBuf> {
    let children = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let packs = children(&folder()).filter(|path| path.is_dir());
    packs
        .flat_map(|pack| children(&pack).collect::<Vec<_>>())
        .filter(|path| path.extension().unwrap() == "rego")
        .collect()
}

#[test]
fn every_rule_and_every_test_on_disk_is_found() {
    let files = rego_files();
    let is_test = |path: &&PathBuf| path.to_str().unwrap().ends_with("_test.rego");
    let judging =
        files.iter().filter(|path| !is_test(path) && path.parent().unwrap().file_name().unwrap() != "lib");
    let (packs, rules): (Vec<_>, Vec<_>) = judging.partition(|path| path.ends_with("pack.rego"));
    assert_eq!(library().rules().len(), rules.len());
    assert_eq!(library().packs().len(), packs.len());
    let sources = files.iter().filter(is_test).map(|path| fs::read_to_string(path).unwrap());
    let tests: usize =
        sources.map(|text| text.lines().filter(|line| line.starts_with("test_")).count()).sum();
    assert!(tests > 0);
    assert_eq!(library().test_count(), tests);
    assert_eq!(library().test(None).tests.len(), tests);
}

#[test]
fn every_rego_test_passes() {
    let report = library().test(None);
    let bad: Vec<_> = report.tests.iter().filter(|test| test.outcome != TestOutcome::Passed).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(report.is_good());
}

#[test]
fn the_tests_reach_every_line_of_every_rule() {
    let coverage = library().test(None).coverage;
    let missed: Vec<_> = coverage.iter().filter(|file| !file.missed.is_empty()).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(coverage.iter().all(|file| !file.covered.is_empty()));
}

#[test]
fn the_rules_of_the_first_pack_keep_their_ids() {
    let library = library();
    let ids: Vec<_> = library.members(["prod-readiness"]).into_iter().map(|rule| rule.id.as_str()).collect();
    let expected = [
        "cpu-limit",
        "cpu-request",
        "memory-limit",
        "memory-request",
        "read-only-root-filesystem",
        "run-as-non-root",
    ];
    for id in expected {
        assert!(ids.contains(&id), "{id} is not in {ids:?}");
    }
}

/// Ids of the rules that are asked for one pack at a minor version of Kubernetes 1, in order.
fn asked(pack: &str, minor: u32) -> Vec<String> {
    let version = format!("1.{minor}").parse().unwrap();
    let library = library();
    let mut ids: Vec<_> =
        library.rules_of([pack], &version).into_iter().map(|rule| rule.id.clone()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn the_baseline_asks_every_control_of_the_standard_at_every_version() {
    let mut controls = vec![
        "app-armor-profile",
        "capabilities-baseline",
        "host-namespaces",
        "host-path-volumes",
        "host-ports",
        "privileged",
        "proc-mount",
        "se-linux-options",
        "seccomp-profile-baseline",
        "sysctls",
        "windows-host-process",
    ];
    assert_eq!(asked("pss-baseline", 33), controls);
    controls.insert(3, "host-probes-and-host-lifecycle");
    controls.sort_unstable();
    for minor in [34, 37, 99] {
        assert_eq!(asked("pss-baseline", minor), controls);
    }
}

#[test]
fn restricted_asks_its_own_controls_and_those_of_the_baseline_that_it_does_not_override() {
    let mut controls = vec![
        "allow-privilege-escalation",
        "app-armor-profile",
        "capabilities-restricted",
        "host-namespaces",
        "host-ports",
        "host-probes-and-host-lifecycle",
        "privileged",
        "proc-mount",
        "restricted-volumes",
        "run-as-non-root",
        "run-as-user",
        "se-linux-options",
        "seccomp-profile-restricted",
        "sysctls",
        "windows-host-process",
    ];
    assert_eq!(asked("pss-restricted", 34), controls);
    controls.iter_mut().filter(|id| **id == "proc-mount").for_each(|id| *id = "proc-mount-restricted");
    for minor in [35, 37, 99] {
        assert_eq!(asked("pss-restricted", minor), controls);
        let all = asked("prod-readiness", minor);
        assert!(controls.iter().all(|control| all.iter().any(|id| id == control)), "{all:?}");
    }
}

#[test]
fn every_rule_of_the_standards_judges_pods_and_is_enforced() {
    let library = library();
    for rule in library.members(["pss-restricted"]) {
        assert_eq!((&rule.judges, rule.enforcement), (&Judges::Pods, Enforcement::Enforce), "{}", rule.id);
        assert!(rule.standard.name.starts_with("Pod Security Standards, "), "{}", rule.id);
    }
}

#[test]
fn every_remediation_shows_a_snippet_and_every_reference_is_a_url() {
    for rule in library().rules() {
        assert!(rule.remediation.contains("```yaml\n"), "{}", rule.id);
        assert!(rule.standard.reference.starts_with("https://"), "{}", rule.id);
    }
}

/// The head of every body of a rule's `deny`.
const HEAD: &str = "deny contains denial if {";

/// One rule with its tests and the library, in a pack of its own, its text put as `text`.
fn alone(rule: &RuleMeta, text: &str) -> PolicyLibrary {
    let copy = tempfile::tempdir().unwrap();
    let (pack, lib) = (copy.path().join(&rule.pack), copy.path().join("lib"));
    fs::create_dir_all(&pack).unwrap();
    fs::create_dir_all(&lib).unwrap();
    for file in rego_files().iter().filter(|file| file.parent().unwrap().ends_with("lib")) {
        fs::copy(file, lib.join(file.file_name().unwrap())).unwrap();
    }
    let package = rule.pack.replace('-', "_");
    let of_pack = format!("# METADATA\n# title: T\n# description: D\npackage seatrial.{package}\n");
    fs::write(pack.join("pack.rego"), of_pack).unwrap();
    // The rules that it overrides are not here.
    let kept = text.lines().filter(|line| !line.starts_with("#   overrides: "));
    let text: String = kept.flat_map(|line| [line, "\n"]).collect();
    fs::write(pack.join(format!("{}.rego", rule.id)), text).unwrap();
    let tests = rule.file.replace(".rego", "_test.rego");
    fs::copy(tests, pack.join(format!("{}_test.rego", rule.id))).unwrap();
    PolicyLibrary::load(copy.path()).unwrap_or_else(|errors| panic!("{}: {errors}", rule.id))
}

#[test]
fn the_tests_of_a_rule_fail_when_any_body_of_its_deny_is_false() {
    for rule in library().rules() {
        let text = fs::read_to_string(&rule.file).unwrap();
        let filter = format!("{}_test.", rule.package);
        assert!(alone(rule, &text).test(Some(&filter)).is_good(), "{}", rule.id);
        let heads: Vec<_> = text.match_indices(HEAD).collect();
        assert!(!heads.is_empty(), "{}: write `{HEAD}`, so that its bodies can be silenced", rule.id);
        for (at, _) in heads {
            let (before, body) = text.split_at(at + HEAD.len());
            let report = alone(rule, &format!("{before}\n\tfalse{body}")).test(Some(&filter));
            assert!(report.failed > 0 && report.errors == 0, "{} at {at}: {report:#?}", rule.id);
        }
    }
}
