//! `summary.md`: the step summary of a CI job. The verdict first, then what to do about it.

mod exemptions;
mod failures;
mod notes;

use seatrial_model::record::CellRecord;
use seatrial_model::{CheckKind, Enforcement, Record, Verdict};

use crate::line::counted;
use crate::markdown::{code, text};
use crate::retried;

/// The record as Markdown.
pub fn summary(record: &Record) -> String {
    let sections = [
        head(record),
        cells(record),
        failures::section(record),
        notes::flaky(record),
        notes::audit(record),
        exemptions::section(record),
        notes::deviations(record),
        notes::not_exercised(record),
        notes::clusters(record),
        notes::time(record),
    ];
    let shown: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    shown.join("\n")
}

/// A sign that shows in a list of jobs, and the word.
fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✅ passed",
        Verdict::Warned => "⚠️ passed with warnings",
        Verdict::Failed => "❌ failed",
        Verdict::Errored => "❓ could not tell",
        Verdict::Skipped => "⏭️ skipped",
        Verdict::NotApplicable => "· n/a",
    }
}

/// What a run that passed is warned of.
fn warned(record: &Record) -> &'static str {
    let findings = record.cells.iter().flat_map(|cell| &cell.checks).flat_map(|check| &check.findings);
    let audit = findings.into_iter().any(|finding| finding.effect() == Enforcement::Audit);
    let audit = audit || !record.findings.is_empty();
    match (audit, !retried::flaky(record).is_empty()) {
        (true, true) => "⚠️ passed, flaky and with audit findings",
        (true, false) => "⚠️ passed with audit findings",
        (false, true) => "⚠️ passed, but flaky",
        (false, false) => sign(Verdict::Warned),
    }
}

fn head(record: &Record) -> String {
    let word = match (record.interrupted, record.verdict) {
        (true, _) => "⏹️ interrupted",
        (false, Verdict::Warned) => warned(record),
        (false, verdict) => sign(verdict),
    };
    let selection = retried::selection(record)
        .map(|selection| format!("**Not the whole suite**: {}\n\n", text(&selection)))
        .unwrap_or_default();
    let good = record.cells.iter().filter(|cell| cell.verdict.is_good()).count();
    let planned = record.cells.len() + record.unfinished.len();
    format!(
        "## {word}: {}\n\n{}\n\n{selection}{good} of {} good, in {}. Run {}, seatrial {}.\n",
        text(&record.suite),
        text(&record.description),
        counted(planned, "cell"),
        record.duration,
        code(&record.run),
        text(&record.seatrial)
    )
}

fn cells(record: &Record) -> String {
    if record.cells.is_empty() && record.unfinished.is_empty() {
        return "No cell was run.\n".to_owned();
    }
    let asked = |kind: &CheckKind| {
        record.cells.iter().flat_map(|cell| &cell.checks).any(|check| check.check == *kind)
    };
    let kinds: Vec<CheckKind> = CheckKind::ALL.into_iter().filter(asked).collect();
    let heads: Vec<String> = kinds.iter().map(|kind| format!(" {kind} |")).collect();
    let mut out = vec![
        format!("| cell | verdict |{} took |\n", heads.concat()),
        format!("|:--|:--|{}--:|\n", ":-:|".repeat(kinds.len())),
    ];
    out.extend(record.cells.iter().map(|cell| row(cell, &kinds)));
    out.extend(record.unfinished.iter().map(|cell| {
        let empty = " |".repeat(kinds.len());
        format!("| {} | did not end |{empty} |\n", code(&cell.to_string()))
    }));
    out.concat()
}

fn row(cell: &CellRecord, kinds: &[CheckKind]) -> String {
    let marks = kinds.iter().map(|kind| {
        let check = cell.checks.iter().find(|check| check.check == *kind);
        let mark = check.map_or("", |check| match check.verdict {
            Verdict::Passed => "✅",
            Verdict::Warned => "⚠️",
            Verdict::Failed => "❌",
            Verdict::Errored => "❓",
            Verdict::Skipped => "⏭️",
            Verdict::NotApplicable => "·",
        });
        format!(" {mark} |")
    });
    format!(
        "| {} | {} |{} {} |\n",
        code(&cell.cell.to_string()),
        if cell.is_flaky() { format!("{}, flaky", cell.verdict) } else { cell.verdict.to_string() },
        marks.collect::<Vec<_>>().concat(),
        cell.duration
    )
}
