//! Waivers and a baseline as a user meets them: files, exit codes, every report.

use super::{Project, SCRIPT, SUITE};
use rstest::rstest;

const WAIVERS: &str = "apiVersion: seatrial.dev/v1\nkind: Waivers\nwaivers:\n  - rule: memory-limit\n    scope: {chart: demo, \
                       object: Pod/t, container: c}\n    owner: platform\n    reason: it leaks\n    expires: 2999-12-31\n";

/// A project whose Pod has no memory limit.
fn leaking() -> Project {
    let project = Project::new(SUITE);
    project.script("{cpu: 1,");
    project
}

impl Project {
    fn script(&self, limits: &str) {
        let script = SCRIPT.replace("limits: {cpu: 1, memory: 1Gi,", &format!("limits: {limits}"));
        self.write("script.yaml", &script);
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn reports(&self) -> [String; 3] {
        ["run.json", "junit.xml", "summary.md"]
            .map(|name| std::fs::read_to_string(self.latest(name)).unwrap())
    }
}

#[test]
fn a_waiver_for_all_suites_lets_its_finding_pass_and_stands_in_every_report() {
    let project = leaking();
    assert_eq!(project.suite(&[]).0, 1);
    project.write("suites/waivers.yaml", WAIVERS);
    let (code, said) = project.suite(&[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("memory-limit for chart demo, Pod/t, container c: lets 2 findings pass"), "{said}");
    assert_eq!(project.record()["verdict"], "passed");
    for report in project.reports() {
        for told in ["memory-limit", "platform", "it leaks", "2999-12-31", "suites/waivers.yaml"] {
            assert!(report.contains(told), "{told} is missing in:\n{report}");
        }
    }
    assert_eq!(project.record()["waivers"][0]["state"], "used");
}

#[rstest]
#[case("2999-12-31", "2000-01-01", 1, "waiver-expired")]
#[case("container: c}", "container: d}", 1, "waiver-unused")]
#[case("rule: memory-limit", "rule: memory-limt", 1, "waiver-unknown-rule")]
fn a_waiver_that_does_not_count_is_a_finding_with_file_and_line(
    #[case] written: &str,
    #[case] instead: &str,
    #[case] code: i32,
    #[case] told: &str,
) {
    let project = leaking();
    project.write("suites/waivers.yaml", &WAIVERS.replace(written, instead));
    let (exit, said) = project.suite(&[]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(exit, code, "{said}");
    assert!(said.contains(told) && said.contains("suites/waivers.yaml:4"), "{said}");
    for report in project.reports() {
        assert!(report.contains(told), "{told} is missing in:\n{report}");
    }
}

#[test]
fn a_part_of_a_suite_says_nothing_of_waivers_that_matched_nothing_in_it() {
    let project = Project::new(SUITE);
    project.write("suites/waivers.yaml", WAIVERS);
    assert!(project.suite(&[]).1.contains("waiver-unused"));
    let (code, said) = project.suite(&["--check", "policy"]);
    assert_eq!(code, 0, "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!said.contains("waiver-unused") && said.contains("not all of its scope was judged"), "{said}");
}

#[test]
fn mistakes_of_suite_and_waivers_are_told_at_once() {
    let project = Project::new(&SUITE.replace("[default]", "[defualt]"));
    project
        .write("suites/waivers.yaml", &WAIVERS.replace("owner", "owned").replace("2999-12-31", "2999-02-31"));
    let (code, said) = project.suite(&[]);
    assert_eq!(code, 2, "{said}");
    for told in ["did you mean `default`?", "did you mean `owner`?", "not in the calendar", "waivers.yaml:6"]
    {
        assert!(said.contains(told), "{told} is missing in:\n{said}");
    }
}

#[test]
fn a_baseline_is_written_once_used_and_can_only_shrink() {
    let project = leaking();
    let (code, said) = project.suite(&["--write-baseline", "known.json"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("wrote known.json (1 finding)"), "{said}");
    let first = project.read("known.json");
    assert!(first.contains("seatrial.dev/baseline/v1") && first.contains("spec.containers[c]"), "{first}");
    let (code, said) = project.suite(&["--write-baseline", "known.json"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("a baseline never grows"), "{said}");

    let (code, said) = project.suite(&["--baseline", "known.json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("baseline known.json") && said.contains("lets 2 findings pass"), "{said}");
    for report in project.reports() {
        assert!(report.contains("known.json"), "{report}");
    }

    // One more is new, and is not added.
    project.script("{");
    let (code, said) = project.suite(&["--baseline", "known.json", "--update-baseline"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("cpu-limit"), "{said}");
    assert_eq!(project.read("known.json"), first);

    // What is gone stays in the file until somebody says so.
    project.script("{cpu: 1, memory: 1Gi,");
    let (code, said) = project.suite(&["--baseline", "known.json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("baseline-vanished") && said.contains("--update-baseline"), "{said}");
    assert_eq!(project.read("known.json"), first);
    let (code, said) = project.suite(&["--baseline", "known.json", "--update-baseline", "--check", "lint"]);
    assert_eq!((code, project.read("known.json")), (0, first), "what was not run is not gone: {said}");
    let (code, said) = project.suite(&["--baseline", "known.json", "--update-baseline"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 entry that is gone was removed, 0 left"), "{said}");
    project.script("{cpu: 1,");
    assert_eq!(project.suite(&["--baseline", "known.json"]).0, 1, "it is new again");
}

#[rstest]
#[case(&["--update-baseline"], "--baseline <FILE>")]
#[case(&["--baseline", "a.json", "--write-baseline", "b.json"], "cannot be used with")]
#[case(&["--baseline", "none.json"], "--write-baseline none.json")]
#[case(&["--baseline", "script.yaml"], "not a baseline")]
fn a_baseline_that_cannot_be_used_exits_2_before_anything_is_run(#[case] args: &[&str], #[case] help: &str) {
    let project = leaking();
    let (code, said) = project.suite(args);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(help), "{said}");
    assert!(!project.0.path().join("reports").exists());
}

#[rstest]
#[case(&["schema"], "seatrial suite")]
#[case(&["schema", "waivers"], "seatrial waivers")]
fn both_files_have_a_schema(#[case] args: &[&str], #[case] title: &str) {
    let answer = Project::new(SUITE).run(args);
    let schema: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(schema["title"], title);
}
