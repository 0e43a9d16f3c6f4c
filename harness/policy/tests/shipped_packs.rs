//! The packs that ship with the project: they load, their tests pass, and the tests reach every line.

#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

use seatrial_policy::{PolicyLibrary, RuleMeta, TestOutcome};

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
    let rules =
        files.iter().filter(|path| !is_test(path) && path.parent().unwrap().file_name().unwrap() != "lib");
    assert_eq!(library().rules().len(), rules.count());
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
    let mut ids: Vec<_> = library.rules().iter().map(|rule| (rule.pack.as_str(), rule.id.as_str())).collect();
    ids.sort_unstable();
    let expected = [
        "cpu-limit",
        "cpu-request",
        "memory-limit",
        "memory-request",
        "read-only-root-filesystem",
        "run-as-non-root",
    ];
    for id in expected {
        assert!(ids.contains(&("prod-readiness", id)), "{id} is not in {ids:?}");
    }
}

#[test]
fn every_remediation_shows_a_snippet_and_every_reference_is_a_url() {
    for rule in library().rules() {
        assert!(rule.remediation.contains("```yaml\n"), "{}", rule.id);
        assert!(rule.standard.reference.starts_with("https://"), "{}", rule.id);
    }
}

/// A copy of the packs in which every body of one file's `deny` is false.
fn silenced(rule: &RuleMeta) -> PolicyLibrary {
    let copy = tempfile::tempdir().unwrap();
    for file in rego_files() {
        let to = copy.path().join(file.strip_prefix(folder()).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        let same = fs::canonicalize(&file).unwrap() == fs::canonicalize(&rule.file).unwrap();
        let text = if same {
            text.replace("deny contains denial if {", "deny contains denial if {\n\tfalse")
        } else {
            text
        };
        fs::write(to, text).unwrap();
    }
    PolicyLibrary::load(copy.path()).unwrap()
}

#[test]
fn the_tests_of_a_rule_that_denies_nothing_fail() {
    for rule in library().rules() {
        let report = silenced(rule).test(Some(&format!("{}_test.", rule.package)));
        assert!(report.failed > 0 && report.errors == 0, "{}: {report:#?}", rule.id);
    }
}
