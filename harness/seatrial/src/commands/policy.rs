//! `policy list`, `show`, `test` and `docs`.

use seatrial_document::advice;
use seatrial_policy::{TestOutcome, TestReport};

use super::{Stop, load};
use crate::cli::PolicyCommand;
use crate::project::Project;

pub(crate) fn command(project: &Project, command: &PolicyCommand) -> Result<u8, Stop> {
    let library = load::library(project)?;
    if let Some(why) = load::without_policies(project) {
        return Err(Stop::Usage(format!("error: {why}")));
    }
    match command {
        PolicyCommand::List => {
            for rule in library.rules() {
                anstream::println!(
                    "{:<16} {:<28} {:<8} {}",
                    rule.pack,
                    rule.id,
                    rule.enforcement,
                    rule.title
                );
            }
            Ok(0)
        }
        PolicyCommand::Show { rule } => {
            let Some(found) = library.rule(rule) else {
                let hint = advice(rule, library.rules().iter().map(|rule| rule.id.as_str()));
                let hint = hint.map_or_else(String::new, |hint| format!("\n  {hint}"));
                return Err(Stop::Usage(format!("error: there is no rule `{rule}`{hint}")));
            };
            anstream::print!("{}", found.page());
            Ok(0)
        }
        PolicyCommand::Docs => {
            anstream::print!("{}", library.page());
            Ok(0)
        }
        PolicyCommand::Test { filter, coverage } => {
            let report = library.test(filter.as_deref());
            let whole = filter.is_none();
            if *coverage {
                anstream::print!("{}", reached(&report));
            }
            anstream::print!("{}", text(&report, whole));
            let missed = whole && report.coverage.iter().any(|file| !file.missed.is_empty());
            Ok(u8::from(!report.is_good() || missed))
        }
    }
}

/// A line for each file: how many of its lines the tests reach.
fn reached(report: &TestReport) -> String {
    let line = |file: &seatrial_policy::FileCoverage| {
        let (covered, all) = (file.covered.len(), file.covered.len() + file.missed.len());
        format!("{covered:>4} of {all:>4} lines  {}\n", file.file)
    };
    report.coverage.iter().map(line).collect()
}

/// Every test that is not good, lines that no test reached, and the counts.
fn text(report: &TestReport, with_coverage: bool) -> String {
    let mut out = String::new();
    for test in &report.tests {
        match &test.outcome {
            TestOutcome::Passed => {}
            TestOutcome::Failed => out += &format!("failed  {}:{} {}\n", test.file, test.line, test.name),
            TestOutcome::Errored(why) => {
                out += &format!("error   {}:{} {}: {why}\n", test.file, test.line, test.name);
            }
        }
    }
    for file in report.coverage.iter().filter(|file| with_coverage && !file.missed.is_empty()) {
        let lines: Vec<_> = file.missed.iter().map(ToString::to_string).collect();
        out += &format!("no test reaches {}: line {}\n", file.file, lines.join(", "));
    }
    if report.tests.is_empty() {
        out += "no test has that in its name\n";
    }
    out + &format!("policy tests: {} passed, {} failed\n", report.passed, report.failed + report.errors)
}
