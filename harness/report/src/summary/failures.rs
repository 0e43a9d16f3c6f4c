//! What went wrong, with what to do.

use seatrial_model::record::CellRecord;
use seatrial_model::{Enforcement, Finding, Record, Trouble, Verdict};

use crate::finding;
use crate::line::{block, last_lines, line};
use crate::markdown::{code, fenced, text};
use crate::part::{self, Part};
use crate::retried;

/// Bounds, since a step summary has one.
const FINDINGS: usize = 10;
const OUTPUT: usize = 20;

pub(super) fn section(record: &Record) -> String {
    let mut out = Vec::new();
    let bad = record.cells.iter().filter(|cell| !cell.verdict.is_good());
    for cell in bad.filter(|cell| !retried::is_not_started(cell)) {
        out.push(of_cell(record, cell));
    }
    if let Some((first, cells)) = retried::not_started(record) {
        let first = code(&first.to_string());
        out.push(format!("\n#### Not started after {first} ended badly (`--fail-fast`)\n\n"));
        out.extend(cells.iter().map(|cell| format!("- {}\n", code(&cell.to_string()))));
    }
    for cluster in &record.clusters {
        if let Some(trouble) = &cluster.trouble {
            out.push(of_trouble(&format!("cluster {}", code(&cluster.name)), trouble));
        }
    }
    for trouble in &record.troubles {
        out.push(of_trouble("the run", trouble));
    }
    if out.is_empty() { String::new() } else { format!("### What went wrong\n{}", out.concat()) }
}

fn of_cell(record: &Record, cell: &CellRecord) -> String {
    let mut out = vec![format!("\n#### {}\n\n", code(&cell.cell.to_string()))];
    let parts = cell.checks.iter().flat_map(|check| part::parts(check, &record.rules));
    for part in parts.filter(|part| !part.verdict.is_good() && !part.told_by_cases) {
        out.push(of_part(&part));
    }
    for (index, attempt) in cell.attempts.iter().enumerate() {
        out.push(format!("- attempt {}: {}\n", index + 1, text(&attempt.sentence())));
    }
    if let Some(first) = cell.evidence.first() {
        let more = match cell.evidence.len() {
            1 => String::new(),
            number => format!(" and {} more", number - 1),
        };
        out.push(format!("- evidence: {}{more}\n", code(first)));
    }
    out.concat()
}

fn of_part(part: &Part<'_>) -> String {
    let head = format!("**{}** {}", text(&part.name), part.verdict);
    let mut out = vec![format!("- {head}: {}\n", text(&part.message))];
    if part.verdict == Verdict::Skipped {
        return out.concat();
    }
    let enforced: Vec<&&Finding> =
        part.findings.iter().filter(|found| found.effect() == Enforcement::Enforce).collect();
    for found in enforced.iter().take(FINDINGS) {
        let told =
            if line(found.message.as_str()) == part.message { subject(found) } else { of_finding(found) };
        if !told.is_empty() {
            out.push(format!("  - {told}\n"));
        }
    }
    if let Some(more) = enforced.len().checked_sub(FINDINGS).filter(|more| *more > 0) {
        out.push(format!("  - and {more} more\n"));
    }
    if let Some(help) = part.help {
        out.push(format!("\n  What to do ({}):\n\n", text(&help.title)));
        out.push(fenced("  ", "yaml", &help.remediation));
    }
    if !part.output.is_empty() {
        let output = block(part.output);
        out.push("\n  The end of its output:\n\n".to_owned());
        out.push(fenced("  ", "text", &last_lines(&output, OUTPUT).join("\n")));
    }
    out.concat()
}

/// `message — container of object at file:line`.
pub(super) fn of_finding(found: &Finding) -> String {
    match subject(found).as_str() {
        "" => text(found.message.as_str()),
        subject => format!("{} — {subject}", text(found.message.as_str())),
    }
}

/// Object and place only, for where the message stands already.
fn subject(found: &Finding) -> String {
    let subject = finding::subject(found).map(|subject| code(&subject));
    let place = finding::place(found).map(|place| format!("at {}", code(&place)));
    [subject, place].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn of_trouble(whose: &str, trouble: &Trouble) -> String {
    let mut out = vec![format!(
        "\n#### {whose}\n\n- could not {}: {}\n",
        text(&trouble.what),
        text(trouble.why.as_str())
    )];
    if let Some(hint) = &trouble.hint {
        out.push(format!("- what to do: {}\n", text(&line(hint))));
    }
    out.concat()
}
