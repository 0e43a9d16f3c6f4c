//! Running a part of a suite, again or not to the end: options, exit codes, what is told.

use super::{Project, SCRIPT, SUITE, text};
use rstest::rstest;

/// Two profiles, of which `prod` answers as `prod` says.
fn project(prod: &str) -> Project {
    let project = Project::new(&SUITE.replace("[default]", "[default, prod]"));
    std::fs::write(project.0.path().join("charts/demo/values-prod.yaml"), "").unwrap();
    let cell = SCRIPT.strip_prefix("cells:\n").unwrap();
    let other = cell.replace("demo-default:\n", &format!("demo-prod:\n    {prod}\n"));
    std::fs::write(project.0.path().join("script.yaml"), format!("cells:\n{cell}{other}")).unwrap();
    project
}

const GOOD: &str = "install: succeeds";
const BAD: &str = "install: {fails: never ready}";

impl Project {
    pub(super) fn suite(&self, args: &[&str]) -> (i32, String) {
        let answer = self.run(&[&["suite", "trial", "--script", "script.yaml"], args].concat());
        (answer.status.code().unwrap(), text(&answer.stdout) + &text(&answer.stderr))
    }

    pub(super) fn record(&self) -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(self.latest("run.json")).unwrap()).unwrap()
    }

    fn cells(&self) -> Vec<String> {
        let profile = |cell: &serde_json::Value| cell["cell"]["profile"].as_str().unwrap().to_owned();
        self.record()["cells"].as_array().unwrap().iter().map(profile).collect()
    }
}

#[rstest]
#[case(&["--cell", "demo/prdo"], "did you mean `demo/prod`")]
#[case(&["--cell", "demo/prod@1.36+helm3"], "did you mean `demo/prod@1.36+helm4`")]
#[case(&["--check", "lnit"], "'lint'")]
#[case(&["--chart", "dmeo"], "did you mean `demo`")]
#[case(&["--profile", "default,prdo"], "did you mean `prod`")]
#[case(&["--failed"], "there is no last run")]
#[case(&["--pause"], "--pause needs a terminal")]
fn a_choice_that_cannot_be_made_exits_2_before_anything_is_written(
    #[case] args: &[&str],
    #[case] help: &str,
) {
    let project = project(GOOD);
    let (code, said) = project.suite(args);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains(help), "{said}");
    assert!(!project.0.path().join("reports").exists());
}

#[test]
fn a_part_of_a_suite_says_so_in_every_report() {
    let project = project(GOOD);
    let (code, said) = project.suite(&["--cell", "demo/prod", "--check", "lint,policy"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(project.cells(), ["prod"]);
    let told = "1 of 2 cells: --cell demo/prod --check lint,policy; render as well, on which these stand";
    assert!(said.replace("\n ", "").contains("not the whole suite: 1 of 2 cells"), "{said}");
    let junit = std::fs::read_to_string(project.latest("junit.xml")).unwrap();
    assert!(junit.contains(&format!("name=\"selection\" value=\"{told}\"")), "{junit}");
    assert!(
        std::fs::read_to_string(project.latest("summary.md"))
            .unwrap()
            .contains("**Not the whole suite**: 1 of 2")
    );
    assert_eq!(project.record()["selection"]["checks"], serde_json::json!(["lint", "policy"]));
}

#[test]
fn the_cells_that_failed_are_run_again_until_none_is_left() {
    let project = project(BAD);
    assert_eq!(project.suite(&[]).0, 1);
    let first = project.record()["run"].as_str().unwrap().to_owned();
    let (code, said) = project.suite(&["--failed"]);
    assert_eq!((code, project.cells()), (1, vec!["prod".to_owned()]), "{said}");
    assert_eq!(project.record()["selection"]["failedOf"], serde_json::json!(first));
    let script = std::fs::read_to_string(project.0.path().join("script.yaml")).unwrap();
    std::fs::write(project.0.path().join("script.yaml"), script.replace(BAD, GOOD)).unwrap();
    assert_eq!(project.suite(&["--failed"]).0, 0);
    let (code, said) = project.suite(&["--failed"]);
    assert_eq!(code, 2);
    assert!(said.contains("was good") && said.contains("1 of 2 cells: --failed"), "{said}");
}

#[test]
fn a_last_run_of_another_suite_or_one_that_left_no_record_selects_nothing() {
    let project = project(BAD);
    project.suite(&[]);
    std::fs::copy(project.0.path().join("suites/trial.yaml"), project.0.path().join("suites/other.yaml"))
        .unwrap();
    let answer = project.run(&["suite", "other", "--script", "script.yaml", "--failed"]);
    assert_eq!(answer.status.code(), Some(2));
    assert!(text(&answer.stderr).contains("was of the suite `trial`"), "{}", text(&answer.stderr));
    let (code, said) = project.suite(&["--failed", "--kubernetes", "1.35"]);
    assert_eq!(code, 2);
    assert!(said.contains("has none of the cells that were bad"), "{said}");
    std::fs::remove_file(project.latest("run.json")).unwrap();
    let (code, said) = project.suite(&["--failed"]);
    assert_eq!(code, 2);
    assert!(said.contains("left no run.json"), "{said}");
}

#[test]
fn trouble_that_goes_away_is_shown_as_flaky_everywhere_and_exits_0() {
    let project = project("install: [{trouble: helm was killed}, succeeds]");
    let (code, said) = project.suite(&["--retries", "1"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 of them flaky") && said.contains("trying again, 1 of 1"), "{said}");
    let junit = std::fs::read_to_string(project.latest("junit.xml")).unwrap();
    assert!(junit.contains("cell: attempt 1") && junit.contains("name=\"flaky\" value=\"true\""), "{junit}");
    assert!(std::fs::read_to_string(project.latest("summary.md")).unwrap().contains("passed, but flaky"));
    assert!(project.latest("evidence/demo-prod-1.36-helm4/attempt-1/events.txt").is_file());
    assert_eq!(project.suite(&[]).0, 3, "without a retry it could not be told");
}

#[test]
fn at_the_first_failure_a_run_can_stop() {
    let project = project("refused: {at: render, message: nil pointer}");
    let (code, said) = project.suite(&["--fail-fast", "--jobs", "1"]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(project.record()["unfinished"], serde_json::json!([]));
}
