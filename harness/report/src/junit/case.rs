//! One part of a check as one testcase.

use junit_report::{Duration, TestCase, TestResult};
use seatrial_model::Verdict;
use seatrial_model::time::Millis;

use super::xml::cdata;
use crate::finding;
use crate::line::{block, line};
use crate::part::Part;

/// The testcase, and its section for the suite's `system-out` where there is something to say.
pub(super) fn of_part(class: &str, part: &Part<'_>) -> (TestCase, Option<String>) {
    let text = details(part);
    let result = match part.verdict {
        Verdict::Passed | Verdict::Warned => TestResult::Success,
        Verdict::Failed => TestResult::Failure {
            type_: line(part.kind),
            message: part.message.clone(),
            cause: Some(cdata(&text)),
        },
        Verdict::Errored => TestResult::Error {
            type_: "trouble".to_owned(),
            message: part.message.clone(),
            cause: Some(cdata(&text)),
        },
        Verdict::Skipped => skipped("skipped", part.message.clone()),
        Verdict::NotApplicable => skipped("not-applicable", format!("not applicable: {}", part.message)),
    };
    (testcase(class, &part.name, part.duration, result), section(part))
}

/// A testcase for something that could not be told.
pub(super) fn error(class: &str, name: &str, message: &str, text: &str) -> TestCase {
    let result = TestResult::Error {
        type_: "trouble".to_owned(),
        message: line(message),
        cause: Some(cdata(&block(text))),
    };
    testcase(class, name, Millis(0), result)
}

/// A testcase for an attempt that could not be told and was followed by another: neither a pass nor a failure.
pub(super) fn retried(class: &str, what: &str, number: usize, why: &str) -> TestCase {
    let result = skipped("retried", line(&format!("tried again after this: {why}")));
    testcase(class, &format!("{what}: attempt {number}"), Millis(0), result)
}

/// A testcase for something that is told and fails nothing.
pub(super) fn told(class: &str, name: &str) -> TestCase {
    testcase(class, name, Millis(0), TestResult::Success)
}

fn testcase(class: &str, name: &str, time: Millis, result: TestResult) -> TestCase {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    TestCase {
        name: line(name),
        time: Duration::milliseconds(millis),
        result,
        classname: Some(line(class)),
        filepath: None,
        system_out: None,
        system_err: None,
    }
}

fn skipped(kind: &str, message: String) -> TestResult {
    TestResult::SkippedWithCause { type_: kind.to_owned(), message, cause: None }
}

/// Reason, findings, what to do, output: all that a person needs who sees this testcase only.
fn details(part: &Part<'_>) -> String {
    let mut blocks = vec![if part.reason.is_empty() { part.message.clone() } else { block(part.reason) }];
    if !part.findings.is_empty() {
        let lines: Vec<String> = part.findings.iter().flat_map(|found| finding::lines(found)).collect();
        blocks.push(lines.join("\n"));
    }
    if let Some(help) = part.help {
        blocks.push(format!("{}: {}", line(&help.title), block(&help.description)));
        blocks.push(format!("what to do:\n{}", block(&help.remediation)));
    }
    if !part.output.is_empty() {
        blocks.push(format!("output:\n{}", block(part.output)));
    }
    blocks.iter().map(|text| text.trim_end()).collect::<Vec<_>>().join("\n\n")
}

/// Findings that fail nothing and output, under the testcase's name.
fn section(part: &Part<'_>) -> Option<String> {
    let audited = part.findings.iter().filter(|found| found.effect() != seatrial_model::Enforcement::Enforce);
    let mut lines: Vec<String> = audited.flat_map(|found| finding::lines(found)).collect();
    if !part.output.is_empty() {
        lines.push(block(part.output).trim_end().to_owned());
    }
    (!lines.is_empty()).then(|| format!("--- {} ---\n{}\n", part.name, lines.join("\n")))
}
