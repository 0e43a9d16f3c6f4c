//! The JUnit report: a golden text, and against what the common schemas demand, read back with a strict reader of our own.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rstest::rstest;
use seatrial_model::{CheckKind, Record, Verdict};
use seatrial_report::junit;

use crate::sample;

/// An element with its attributes, text and children.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).unwrap_or_else(|| panic!("{} has no attribute {name}", self.name))
    }

    fn number(&self, name: &str) -> usize {
        self.attribute(name).parse().unwrap()
    }

    fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Nothing but these attributes, and all those that end in `!`.
    fn assert_attributes(&self, allowed: &[&str]) {
        for name in self.attributes.keys() {
            let known = allowed.iter().any(|allowed| allowed.trim_end_matches('!') == name);
            assert!(known, "{} must not have the attribute {name}", self.name);
        }
        for required in allowed.iter().filter_map(|allowed| allowed.strip_suffix('!')) {
            self.attribute(required);
        }
    }
}

fn element(tag: &BytesStart<'_>) -> Element {
    let attributes = tag.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
        (attribute.key.as_ref().to_owned(), value.into_owned())
    });
    Element { name: tag.name().as_ref().to_owned(), attributes: attributes.collect(), ..Element::default() }
}

fn parse(record: &Record) -> Element {
    let bytes = junit(record).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let allowed = |c: char| matches!(c, '\n' | '\t' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "characters that XML has no place for");
    let mut reader = Reader::from_str(&text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => open.push(element(&tag)),
            Event::Empty(tag) => open.last_mut().unwrap().children.push(element(&tag)),
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::CData(data) => open.last_mut().unwrap().text.push_str(&data),
            Event::Text(text) => assert_eq!(text.trim(), "", "text outside of CDATA"),
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("unexpected {other:?}"),
        }
    }
    let mut root = open.pop().unwrap();
    assert!(open.is_empty() && root.children.len() == 1);
    root.children.pop().unwrap()
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
}

fn assert_testcase(case: &Element) {
    case.assert_attributes(&["name!", "classname!", "time!"]);
    assert!(is_token(case.attribute("name")) && is_token(case.attribute("classname")));
    assert!(is_decimal(case.attribute("time")));
    assert!(case.children.len() <= 1, "one result at most, and no output: {case:?}");
    for result in &case.children {
        assert!(["failure", "error", "skipped"].contains(&result.name.as_str()));
        result.assert_attributes(&["type!", "message!"]);
        assert!(!result.attribute("message").is_empty() && !result.attribute("type").is_empty());
        assert!(result.name == "skipped" || !result.text.is_empty(), "no details: {case:?}");
    }
}

fn assert_suite(index: usize, suite: &Element) {
    suite.assert_attributes(&[
        "id!",
        "name!",
        "package!",
        "tests!",
        "errors!",
        "failures!",
        "skipped!",
        "hostname!",
        "timestamp!",
        "time!",
    ]);
    assert_eq!(suite.number("id"), index);
    assert!(is_token(suite.attribute("name")) && is_token(suite.attribute("package")));
    assert!(is_decimal(suite.attribute("time")));
    let timestamp = suite.attribute("timestamp");
    assert_eq!(timestamp.len(), "2026-05-04T10:00:00".len(), "a timestamp without a zone: {timestamp}");
    let order: Vec<&str> = suite.children.iter().map(|child| child.name.as_str()).collect();
    let cases: Vec<&Element> = suite.named("testcase").collect();
    let mut expected = vec!["properties"];
    expected.extend(cases.iter().map(|_| "testcase"));
    expected.extend(["system-out", "system-err"]);
    assert_eq!(order, expected);
    let count = |name: &str| cases.iter().filter(|case| case.named(name).next().is_some()).count();
    assert!(!cases.is_empty(), "an empty suite looks green");
    assert_eq!(suite.number("tests"), cases.len());
    assert_eq!(suite.number("errors"), count("error"));
    assert_eq!(suite.number("failures"), count("failure"));
    assert_eq!(suite.number("skipped"), count("skipped"));
    cases.into_iter().for_each(assert_testcase);
    for property in suite.named("properties").flat_map(|properties| &properties.children) {
        assert_eq!(property.name, "property");
        property.assert_attributes(&["name!", "value!"]);
        assert!(is_token(property.attribute("name")));
    }
}

fn assert_valid(root: &Element) {
    assert_eq!(root.name, "testsuites");
    root.assert_attributes(&[]);
    root.children.iter().enumerate().for_each(|(index, suite)| assert_suite(index, suite));
}

fn is_green(root: &Element) -> bool {
    !root.children.is_empty()
        && root.children.iter().all(|suite| suite.number("errors") + suite.number("failures") == 0)
}

#[test]
fn a_rich_run_reads_as_it_did() {
    insta::assert_snapshot!(String::from_utf8(junit(&sample::rich()).unwrap()).unwrap());
}

#[test]
fn a_flaky_run_of_a_part_reads_as_it_did() {
    insta::assert_snapshot!(String::from_utf8(junit(&sample::flaky()).unwrap()).unwrap());
}

#[test]
fn a_run_with_waivers_and_a_baseline_reads_as_it_did() {
    insta::assert_snapshot!(String::from_utf8(junit(&sample::exempted()).unwrap()).unwrap());
}

#[test]
fn waivers_and_the_baseline_have_a_testsuite_that_passes_and_makes_nothing_green() {
    let root = parse(&sample::exempted());
    let suite = root.children.last().unwrap();
    assert_eq!((suite.attribute("name"), suite.number("failures")), ("waivers and baseline", 0));
    assert_eq!(suite.named("testcase").count(), 5);
    let told = &suite.named("system-out").next().unwrap().text;
    assert!(told.contains("waiver-expired") && told.contains("baseline-vanished"), "{told}");
    let mut empty = sample::exempted();
    empty.cells.clear();
    empty.verdict = Verdict::Passed;
    assert!(!is_green(&parse(&empty)));
}

#[test]
fn an_attempt_before_the_last_is_neither_a_pass_nor_a_failure_and_shows_as_a_testcase() {
    let root = parse(&sample::flaky());
    assert!(is_green(&root));
    let cases: Vec<(&str, &str)> = root
        .children
        .iter()
        .flat_map(|suite| suite.named("testcase"))
        .filter(|case| case.attribute("name").contains("attempt"))
        .map(|case| (case.attribute("name"), case.children[0].attribute("type")))
        .collect();
    assert_eq!(cases, [("cell: attempt 1", "retried"), ("boot: attempt 1", "retried")]);
}

#[test]
fn a_cell_that_was_not_started_has_no_pass_and_no_failure_of_its_own_and_the_report_is_red() {
    let root = parse(&sample::stopped());
    assert!(!is_green(&root));
    let skipped: Vec<&Element> =
        root.children[1..3].iter().flat_map(|suite| suite.named("testcase")).collect();
    let live = skipped.iter().filter(|case| ["install", "test"].contains(&case.attribute("name")));
    assert!(live.clone().count() == 4 && live.clone().all(|case| case.named("skipped").next().is_some()));
    let mut alone = sample::stopped();
    alone.cells.remove(0);
    alone.verdict = Verdict::Skipped;
    assert!(!is_green(&parse(&alone)), "even without the cell that is to blame");
}

#[rstest]
#[case(sample::rich())]
#[case(sample::flaky())]
#[case(sample::stopped())]
#[case(sample::good())]
#[case(sample::exempted())]
#[case(sample::record(Vec::new()))]
fn the_report_has_the_shape_that_the_schemas_demand(#[case] record: Record) {
    assert_valid(&parse(&record));
}

#[test]
fn each_cell_is_a_suite_and_each_check_hook_and_rule_a_testcase() {
    let root = parse(&sample::good());
    assert_eq!(root.children.len(), 1);
    let names: Vec<&str> = root.children[0].named("testcase").map(|case| case.attribute("name")).collect();
    let expected = [
        "lint",
        "render",
        "policy",
        "policy: read-only-root",
        "policy: require-limits",
        "install",
        "test",
        "test: hook ml-inference-predict",
        "uninstall",
    ];
    assert_eq!(names, expected);
    assert!(root.children[0].named("system-out").next().unwrap().text.contains("setosa"));
}

#[test]
fn a_log_may_hold_the_end_mark_of_a_section_and_markup() {
    let root = parse(&sample::rich());
    let failure = root
        .children
        .iter()
        .flat_map(|suite| suite.named("testcase"))
        .find(|case| case.attribute("name") == "test: hook ml-inference-predict" && !case.children.is_empty())
        .unwrap();
    assert!(failure.children[0].text.contains("error: 500 ]]> <oops> & | `x`"));
}

#[test]
fn names_with_control_characters_do_not_break_the_document() {
    let mut record = sample::rich();
    record.cells[0].cluster = "a\u{1}\u{fffe}\n\"<b>\"&".to_owned();
    record.cells[0].checks[2].cases[0].name = "rule\u{8}\u{ffff}\n'x'".to_owned();
    assert_valid(&parse(&record));
}

/// Every verdict of a single check: the report is green exactly when the record is good.
#[rstest]
#[case(Verdict::Passed, true)]
#[case(Verdict::Warned, true)]
#[case(Verdict::NotApplicable, false)]
#[case(Verdict::Skipped, false)]
#[case(Verdict::Failed, false)]
#[case(Verdict::Errored, false)]
fn the_report_is_green_only_when_the_record_is(#[case] verdict: Verdict, #[case] green: bool) {
    let record = sample::record(vec![sample::cell("x", vec![sample::check(CheckKind::Lint, verdict, 5)])]);
    assert_eq!(is_green(&parse(&record)), green);
}

#[test]
fn a_run_of_good_cells_that_was_interrupted_or_lost_a_cluster_is_not_green() {
    let mut interrupted = sample::good();
    interrupted.interrupted = true;
    let mut unfinished = sample::good();
    unfinished.unfinished = vec![sample::id("prod")];
    let mut lost = sample::good();
    lost.clusters[0].trouble = Some(seatrial_model::Trouble::new("boot it", sample::clean("no")));
    let mut unexplained = sample::good();
    unexplained.verdict = Verdict::Errored;
    let mut empty = sample::record(Vec::new());
    empty.verdict = Verdict::Passed;
    for record in [interrupted, unfinished, lost, unexplained, empty] {
        let root = parse(&record);
        assert_valid(&root);
        assert!(!is_green(&root));
    }
}

#[test]
fn times_add_up_to_the_checks_own() {
    let root = parse(&sample::good());
    let expected: u64 = sample::good().cells[0].checks.iter().map(|check| check.duration.0).sum();
    let seconds: f64 = root.children[0].attribute("time").parse().unwrap();
    assert!((seconds - std::time::Duration::from_millis(expected).as_secs_f64()).abs() < 1e-9);
}
