//! Broken packs: every mistake is told at once, with its file and line.

#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::fs;
use std::path::Path;

use rstest::rstest;
use seatrial_policy::{LoadErrors, PolicyLibrary};

const METADATA: &str = "# METADATA\n# title: T\n# description: D\n# custom:\n#   id: good\n#   severity: low\n\
    #   enforcement: audit\n#   judges: pods\n#   standard: {name: N, reference: R}\n#   remediation: do it\n";
const PACK: (&str, &str) =
    ("pack/pack.rego", "# METADATA\n# title: T\n# description: D\npackage seatrial.pack\n");
const DENY: &str = "\ndeny contains {\"message\": \"m\"} if input.bad\n";

fn good() -> String {
    format!("{METADATA}package seatrial.pack.good\n{DENY}")
}

fn load(files: &[(&str, &str)]) -> Result<PolicyLibrary, LoadErrors> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    PolicyLibrary::load(folder.path())
}

/// `<file name>:<line> <message>` for each mistake; line 0 where none is told.
fn mistakes(files: &[(&str, &str)]) -> Vec<String> {
    let errors = load(files).expect_err("the pack is broken");
    let name = |file: &str| Path::new(file).file_name().unwrap().to_string_lossy().into_owned();
    let told = errors.errors().iter();
    told.map(|error| format!("{}:{} {}", name(&error.file), error.line.unwrap_or(0), error.message)).collect()
}

#[test]
fn a_good_pack_loads() {
    let test = "package seatrial.pack.good_test\n\nimport data.seatrial.pack.good\n\n\
        test_bad if count(good.deny) == 1 with input as {\"bad\": true}\n";
    let library =
        load(&[PACK, ("pack/good.rego", &good()), ("pack/good_test.rego", test), ("README.md", "")]).unwrap();
    assert_eq!(library.packs().len(), 1);
    assert_eq!(library.pack("pack").unwrap().title, "T");
    assert_eq!(library.rule("good").unwrap().package, "seatrial.pack.good");
    assert_eq!(library.rule("good").unwrap().help().title, "T");
    assert!(library.test(None).is_good());
}

#[rstest]
#[case("# METADATA", "# not so", "good.rego:1 a rule starts with")]
#[case("deny contains {\"message\": \"m\"}", "allow", "good.rego:0 declares no `deny`")]
#[case("id: good", "id: other", "good.rego:0 id `other` must be the file's name, `good`")]
#[case("pack.good", "pack.bad", "good.rego:11 package must be `seatrial.pack.good`")]
#[case("severity: low", "severity: huge", "good.rego:6 `huge` is no severity")]
#[case(" if input.bad", " if {", "good.rego:")]
#[case("input.bad", "x > 1", "good.rego:13 ")]
#[case("deny contains", "deny :=", "good.rego:0 `deny` is no set")]
#[case("deny contains {\"message\": \"m\"}", "deny[\"m\"]", "good.rego:0 declares no `deny`")]
#[case("input.bad\n", "input.bad\n\ntest_x if true\n", "good.rego:15 is never run")]
fn a_mistake_in_a_rule_is_told_with_its_place(#[case] from: &str, #[case] to: &str, #[case] expected: &str) {
    assert!(good().contains(from));
    expect(&mistakes(&[PACK, ("pack/good.rego", &good().replacen(from, to, 1))]), expected);
}

#[rstest]
#[case("lib/a.rego", "package a\n\nx := 1\n", "a.rego:1 package of what rules share")]
#[case("pack/good_test.rego", "package good\n\ntest_x if true\n", "good_test.rego:1 package of a test file")]
#[case("pack/good_test.rego", "package good_test\n\nx := 1\n", "good_test.rego:0 holds no rule `test_…`")]
#[case(
    "pack/else_test.rego",
    "package else_test\n\ntest_x if true\n",
    "else_test.rego:0 stands beside no rule"
)]
#[case("pack/data.yaml", "a: 1\n", "data.yaml:0 data files are not read")]
#[case("pack/more/x.rego", "package x\n", "x.rego:0 is out of place")]
#[case::twice(
    "pack/good_test.rego",
    "package good_test\n\ntest_x if true\n\ntest_x if false\n",
    "good_test.rego:5 `test_x` has a body on line 3"
)]
#[case::todo(
    "pack/good_test.rego",
    "package good_test\n\ntest_x if true\n\ntodo_test_y if false\n",
    "good_test.rego:5 a test marked todo"
)]
fn a_mistake_beside_a_good_rule_is_told_with_its_place(
    #[case] name: &str,
    #[case] text: &str,
    #[case] expected: &str,
) {
    expect(&mistakes(&[PACK, ("pack/good.rego", &good()), (name, text)]), expected);
}

fn expect(told: &[String], expected: &str) {
    assert!(told.iter().any(|one| one.contains(expected)), "{expected} is not in {told:#?}");
}

#[test]
fn a_folder_without_rules_is_a_mistake() {
    expect(&mistakes(&[("README.md", "")]), ":0 holds no rule");
}

#[test]
fn an_id_in_two_packs_is_told() {
    let twin = good().replace("seatrial.pack", "seatrial.second");
    let second = PACK.1.replace("seatrial.pack", "seatrial.second");
    let told = mistakes(&[
        PACK,
        ("pack/good.rego", &good()),
        ("second/pack.rego", &second),
        ("second/good.rego", &twin),
    ]);
    assert!(told[0].contains("rule `good` is also in") && told.len() == 1, "{told:?}");
}

#[test]
fn a_folder_with_rules_and_no_file_of_the_pack_is_told_what_to_write() {
    let told = mistakes(&[("my-pack/good.rego", &good().replace(".pack.", ".my_pack."))]);
    assert_eq!(
        told,
        [
            "pack.rego:0 is missing; it says what the pack is: `# METADATA`, `# title: …`, `# description: …` and \
          `package seatrial.my_pack`, a line each"
        ]
    );
}

#[rstest]
#[case("# METADATA\n", "#\n", "pack.rego:1 a pack starts with a `# METADATA` block")]
#[case("seatrial.pack", "seatrial.sack", "pack.rego:4 package must be `seatrial.pack`")]
#[case("pack\n", "pack\n\nx := 1\n", "pack.rego:6 a pack's own file holds METADATA and its package alone")]
#[case(
    "package",
    "# custom:\n#   includes: [pak]\npackage",
    "pack.rego:5 includes `pak`, but there is no such pack; did you mean `pack`?"
)]
#[case(
    "package",
    "# custom:\n#   includes: [pack]\npackage",
    "pack.rego:5 includes `pack`, which includes `pack` in turn"
)]
fn a_mistake_in_the_file_of_a_pack_is_told_with_its_place(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &str,
) {
    assert!(PACK.1.contains(from));
    expect(&mistakes(&[(PACK.0, &PACK.1.replacen(from, to, 1)), ("pack/good.rego", &good())]), expected);
}

#[test]
fn a_pack_that_brings_no_rule_is_told() {
    let empty = PACK.1.replace("seatrial.pack", "seatrial.empty");
    let told = mistakes(&[PACK, ("pack/good.rego", &good()), ("empty/pack.rego", &empty)]);
    assert_eq!(told, ["pack.rego:0 the pack holds no rule and includes no other pack"]);
}

#[test]
fn a_pack_may_consist_of_others_and_circles_are_told_once_for_each_pack() {
    let pack = |name: &str, includes: &str| {
        PACK.1.replace(
            "package seatrial.pack",
            &format!("# custom:\n#   includes: [{includes}]\npackage seatrial.{name}"),
        )
    };
    let files = |a: &str, b: &str| {
        load(&[
            PACK,
            ("pack/good.rego", &good()),
            ("a/pack.rego", &pack("a", a)),
            ("b/pack.rego", &pack("b", b)),
        ])
    };
    let library = files("b", "pack").unwrap();
    assert_eq!(library.members(["a"]).len(), 1);
    assert_eq!(library.layers("pack"), [["pack"], ["b"], ["a"]]);
    let errors = files("b", "a").unwrap_err();
    assert_eq!(errors.errors().len(), 2, "{errors}");
}

#[rstest]
#[case("[god]", "good.rego:8 overrides `god`, but there is no such rule; did you mean `good`?")]
#[case("[good]", "good.rego:8 rule `good` overrides itself")]
fn a_rule_that_overrides_what_is_not_there_or_itself_is_told(#[case] named: &str, #[case] expected: &str) {
    let text = good().replace("#   judges", &format!("#   overrides: {named}\n#   judges"));
    expect(&mistakes(&[PACK, ("pack/good.rego", &text)]), expected);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let errors = PolicyLibrary::load(Path::new("no/such/folder")).unwrap_err();
    assert!(errors.to_string().starts_with("no/such/folder: cannot be read"), "{errors}");
}

#[test]
fn mistakes_of_every_kind_are_told_at_once() {
    let told = mistakes(&[
        PACK,
        ("pack/good.rego", &good()),
        ("pack/a.rego", "package seatrial.pack.a\n\ndeny contains\n"),
        ("pack/b.rego", "package seatrial.pack.b\n"),
        ("pack/c.rego", &good().replace("low", "huge").replace("input.bad", "x > 1")),
        ("pack/d.rego", &good().replace("good", "d").replace("input.bad", "y > 1")),
        ("pack/e.yaml", ""),
    ]);
    for file in ["a.rego", "b.rego", "c.rego", "d.rego", "e.yaml"] {
        assert!(told.iter().any(|one| one.starts_with(file)), "{file} is not in {told:#?}");
    }
    assert!(told.iter().filter(|one| one.starts_with("c.rego")).count() >= 3, "{told:#?}");
    assert!(!told.iter().any(|one| one.starts_with("good.rego")), "{told:#?}");
}

#[test]
fn an_error_quotes_its_line() {
    let errors = load(&[PACK, ("pack/good.rego", &good().replace("low", "huge"))]).unwrap_err();
    assert!(errors.to_string().ends_with("\n    | #   severity: huge"), "{errors}");
}
