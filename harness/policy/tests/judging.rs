//! What an evaluator answers, and what is trouble instead of an answer.

#![expect(clippy::unwrap_used, reason = "a test panics on what it did not expect")]

use std::fs;
use std::time::Duration;

use rstest::rstest;
use seatrial_model::Redactor;
use seatrial_policy::{Denial, Evaluator, PolicyLibrary, PolicyTrouble, TestOutcome};
use serde_json::{Value, json};

/// A library with one rule `rule` of this body, and one test file where `tests` says something.
fn library(body: &str, tests: &str) -> PolicyLibrary {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pack")).unwrap();
    let pack = "# METADATA\n# title: T\n# description: D\npackage seatrial.pack\n";
    fs::write(folder.path().join("pack/pack.rego"), pack).unwrap();
    let rule = format!(
        "# METADATA\n# title: T\n# description: D\n# custom:\n#   id: rule\n#   severity: low\n#   enforcement: audit\n\
         #   judges: objects\n#   standard: {{name: N, reference: R}}\n#   remediation: do it\npackage seatrial.pack.rule\n\n{body}\n"
    );
    fs::write(folder.path().join("pack/rule.rego"), rule).unwrap();
    if !tests.is_empty() {
        let tests = format!("package seatrial.pack.rule_test\n\nimport data.seatrial.pack.rule\n\n{tests}\n");
        fs::write(folder.path().join("pack/rule_test.rego"), tests).unwrap();
    }
    PolicyLibrary::load(folder.path()).unwrap()
}

fn evaluator(body: &str) -> Evaluator {
    library(body, "").evaluator().unwrap()
}

fn denial(message: &str, container: Option<&str>, path: Option<&str>) -> Denial {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Denial { message: message.into(), container: owned(container), path: owned(path) }
}

#[test]
fn denials_come_ordered_and_no_denial_is_an_empty_list() {
    let mut evaluator = evaluator(
        "deny contains {\"message\": m, \"container\": c, \"path\": p} if some [m, c, p] in input.found\n\n\
         deny contains {\"message\": \"alone\"} if input.alone",
    );
    let input = json!({"found": [["m", "b", "p"], ["m", "a", "p"]], "alone": true});
    assert_eq!(
        evaluator.judge_input("rule", &input).unwrap(),
        [denial("alone", None, None), denial("m", Some("a"), Some("p")), denial("m", Some("b"), Some("p"))]
    );
    assert_eq!(evaluator.judge_input("rule", &json!({})).unwrap(), []);
}

#[test]
fn one_input_serves_many_questions_with_parameters_of_their_own() {
    let mut evaluator = evaluator("deny contains {\"message\": m} if m := input.parameters.word");
    evaluator.set_input(&json!({"parameters": {"word": "input's"}})).unwrap();
    let mut word = |parameters| evaluator.judge("rule", &parameters).unwrap()[0].message.clone();
    assert_eq!(word(json!({"word": "first"})), "first");
    assert_eq!(word(json!({"word": "second"})), "second");
    assert_eq!(word(Value::Null), "input's");
}

#[rstest]
#[case("{\"text\": \"no message\"}")]
#[case("{\"message\": \"m\", \"containers\": \"misspelt\"}")]
#[case("{\"message\": 1}")]
#[case("{\"message\": \" \"}")]
#[case("{\"message\": \"m\", \"path\": [\"spec\"]}")]
#[case("\"a text\"")]
fn an_entry_of_another_shape_is_trouble(#[case] entry: &str) {
    let mut evaluator = evaluator(&format!("deny contains {entry} if input.bad"));
    let trouble = evaluator.judge_input("rule", &json!({"bad": true})).unwrap_err();
    assert!(matches!(&trouble, PolicyTrouble::Shape { rule, .. } if rule == "rule"), "{trouble}");
}

#[test]
fn an_evaluation_error_is_trouble_and_the_next_question_is_answered() {
    let mut evaluator = evaluator(
        "deny contains {\"message\": m} if m := value(input.x)\n\n\
         value(x) := \"one\" if x > 0\n\nvalue(x) := \"two\" if x > 1",
    );
    let trouble = evaluator.judge_input("rule", &json!({"x": 2})).unwrap_err();
    assert!(matches!(trouble, PolicyTrouble::Evaluation { .. }), "{trouble}");
    assert_eq!(evaluator.judge_input("rule", &json!({"x": 1})).unwrap(), [denial("one", None, None)]);
}

#[test]
fn an_endless_evaluation_is_stopped_and_the_next_question_is_answered() {
    let body = "deny contains {\"message\": \"m\"} if {\n\
        \tcount([1 | some a in input.n; some b in input.n; some c in input.n; a + b + c < 0]) == 0\n}";
    let mut evaluator = evaluator(body).time_limit(Duration::from_millis(50));
    let many: Vec<u32> = (0..5000).collect();
    let trouble = evaluator.judge_input("rule", &json!({"n": many})).unwrap_err();
    assert_eq!(trouble, PolicyTrouble::TimeLimit { rule: "rule".into(), limit: Duration::from_millis(50) });
    assert_eq!(evaluator.judge_input("rule", &json!({"n": [1]})).unwrap().len(), 1);
}

#[test]
fn a_builtin_that_cannot_take_its_argument_is_undefined_as_in_opa() {
    let mut evaluator = evaluator("deny contains {\"message\": \"m\"} if not to_number(input.x)");
    assert_eq!(evaluator.judge_input("rule", &json!({"x": "abc"})).unwrap().len(), 1);
    assert_eq!(evaluator.judge_input("rule", &json!({"x": "1"})).unwrap().len(), 0);
}

#[test]
fn an_unknown_rule_is_trouble_and_names_the_nearest() {
    let trouble = evaluator("deny contains 1 if false").judge_input("rul", &json!({})).unwrap_err();
    assert_eq!(trouble.to_string(), "there is no rule `rul`; did you mean `rule`?");
}

#[rstest]
#[case(json!([1]))]
#[case(json!("text"))]
#[case(json!(null))]
fn an_input_that_is_no_object_is_trouble(#[case] input: Value) {
    let mut evaluator = evaluator("deny contains 1 if false");
    assert!(matches!(evaluator.judge_input("rule", &input), Err(PolicyTrouble::Input { .. })));
}

#[test]
fn to_ask_without_an_input_is_trouble_even_after_a_good_one() {
    let mut evaluator = evaluator("deny contains 1 if false");
    assert!(matches!(evaluator.judge("rule", &Value::Null), Err(PolicyTrouble::Input { .. })));
    evaluator.set_input(&json!({})).unwrap();
    evaluator.set_input(&json!(1)).unwrap_err();
    assert!(matches!(evaluator.judge("rule", &Value::Null), Err(PolicyTrouble::Input { .. })));
}

#[test]
fn trouble_is_cleaned_on_its_way_out() {
    let mut redactor = Redactor::default();
    redactor.add("hunter22");
    let trouble = PolicyTrouble::Input { why: "hunter22".into() }.trouble(&redactor);
    assert_eq!(trouble.to_string(), "could not evaluate the policies: there is nothing to judge: ****");
}

#[test]
fn an_evaluator_can_be_made_on_one_thread_and_used_on_another() {
    let mut evaluator = evaluator("deny contains {\"message\": \"m\"} if input.bad");
    let judged = std::thread::spawn(move || evaluator.judge_input("rule", &json!({"bad": true})).unwrap());
    assert_eq!(judged.join().unwrap().len(), 1);
}

#[test]
fn tests_pass_fail_or_err_and_lines_they_miss_are_told() {
    let library = library(
        "deny contains {\"message\": \"m\"} if {\n\tinput.bad\n\tinput.worse\n}\n\nf(x) := 1 if x > 0\n\nf(x) := 2 if x > 1",
        "test_good if count(rule.deny) == 0 with input as {}\n\n\
         test_false if count(rule.deny) == 1 with input as {}\n\n\
         test_not_a_truth := 1\n\n\
         test_error if rule.f(2) == 1",
    );
    let report = library.test(None);
    let outcomes: Vec<_> = report.tests.iter().map(|test| (test.line, &test.outcome)).collect();
    assert!(
        matches!(
            outcomes[..],
            [
                (5, TestOutcome::Passed),
                (7, TestOutcome::Failed),
                (9, TestOutcome::Failed),
                (11, TestOutcome::Errored(_))
            ]
        ),
        "{outcomes:?}"
    );
    assert_eq!((report.passed, report.failed, report.errors, report.is_good()), (1, 2, 1, false));
    assert!(report.coverage[0].missed.contains(&15), "{:?}", report.coverage);
    assert!(report.coverage[0].covered.contains(&14), "{:?}", report.coverage);
}

#[test]
fn a_filter_runs_what_it_names_and_nothing_selected_is_not_good() {
    let library = library("deny contains 1 if false", "test_one if true\n\ntest_two if true");
    let names =
        |filter| library.test(Some(filter)).tests.into_iter().map(|test| test.name).collect::<Vec<_>>();
    assert_eq!(names("one"), ["seatrial.pack.rule_test.test_one"]);
    assert_eq!(names("pack.rule_test").len(), 2);
    assert!(!library.test(Some("three")).is_good());
}

#[test]
fn a_rule_without_tests_is_missed_as_a_whole() {
    let coverage = library("deny contains 1 if false", "").test(None).coverage;
    assert_eq!(coverage[0].missed.iter().copied().collect::<Vec<_>>(), [13]);
}
