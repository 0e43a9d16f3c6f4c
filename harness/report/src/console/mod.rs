//! The table at the end of a run: what a person reads first, and where to look next.

mod cells;
mod exemptions;
mod failures;
mod paint;

use seatrial_model::{Record, Verdict};

use crate::line::{counted, line};
use crate::{retried, timing};
use paint::{Paint, mark, wrapped};

/// What the text is for.
#[derive(Debug, Clone, Copy)]
struct Terminal<'a> {
    /// Columns.
    width: usize,
    /// Whether to colour.
    colour: bool,
    /// The run's folder as a reader would open it.
    folder: &'a str,
}

impl Terminal<'_> {
    fn paint(&self) -> Paint {
        Paint { colour: self.colour }
    }
}

/// The final table: cells, what went wrong and where its evidence lies, where the time went, the verdict.
/// `folder` is the run's, as a reader would open it (`reports/<run>`); `width` counts columns.
pub fn table(record: &Record, folder: &str, width: usize, colour: bool) -> String {
    let terminal = &Terminal { width, colour, folder };
    let mut blocks =
        vec![cells::lines(record, terminal), failures::lines(record, terminal), notes(record, terminal)];
    blocks.push(exemptions::lines(record, terminal));
    blocks.push(time(record, terminal));
    blocks.push(totals(record, terminal));
    let shown = blocks.into_iter().filter(|block| !block.is_empty()).map(|block| block.join("\n"));
    shown.collect::<Vec<_>>().join("\n\n") + "\n"
}

/// What a good run still has to say: what was tried again, audit findings, deviations, what was not exercised.
fn notes(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for flaky in retried::flaky(record) {
        notes.push(format!(
            "flaky: {} is {}; before: {}",
            flaky.what,
            flaky.good_at(),
            flaky.attempts.join("; ")
        ));
        let kept = flaky.evidence.iter().map(|folder| format!("evidence: {}/{folder}", terminal.folder));
        notes.extend(kept);
    }
    let audited = record
        .cells
        .iter()
        .flat_map(|cell| &cell.checks)
        .flat_map(|check| &check.findings)
        .filter(|finding| finding.effect() == seatrial_model::Enforcement::Audit)
        .count();
    if audited > 0 {
        let summary = format!("{}/summary.md", terminal.folder);
        notes.push(format!("{}: see {summary}", counted(audited, "audit finding")));
    }
    let deviating = record.cells.iter().filter(|cell| !cell.deviations.is_empty()).count();
    if deviating > 0 {
        let changes: usize = record
            .cells
            .iter()
            .flat_map(|cell| &cell.deviations)
            .map(|deviation| deviation.changes.len())
            .sum();
        notes.push(format!(
            "{} from the profile in {}, with reasons: see {}/summary.md",
            counted(changes, "deviation"),
            counted(deviating, "cell"),
            terminal.folder
        ));
    }
    let mut idle: Vec<&String> = record.clusters.iter().flat_map(|cluster| &cluster.not_exercised).collect();
    idle.sort();
    idle.dedup();
    notes.extend(idle.into_iter().map(|what| format!("not exercised: {}", line(what))));
    let clusters = record.clusters.iter();
    notes.extend(clusters.flat_map(|cluster| {
        cluster.notes.iter().map(|note| format!("cluster {}: {}", cluster.name, line(note.as_str())))
    }));
    notes.iter().flat_map(|note| wrapped("", "  ", note, terminal.width)).collect()
}

fn time(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let spent = timing::spent(record);
    let Some(longest) = spent.iter().map(|spent| spent.what.chars().count()).max() else {
        return Vec::new();
    };
    let mut lines =
        vec![terminal.paint().bold("where the time went (summed over cells, which run in parallel)")];
    for part in spent {
        let head = format!("  {:longest$}  {:>12}", part.what, part.took);
        let indent = " ".repeat(head.chars().count() + 2);
        lines.extend(wrapped(&format!("{head}  "), &indent, &part.steps, terminal.width));
    }
    lines
}

fn totals(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let order = [
        Verdict::Passed,
        Verdict::Warned,
        Verdict::Failed,
        Verdict::Errored,
        Verdict::Skipped,
        Verdict::NotApplicable,
    ];
    let mut counts: Vec<String> = order
        .into_iter()
        .filter_map(|verdict| {
            let number = record.cells.iter().filter(|cell| cell.verdict == verdict).count();
            (number > 0).then(|| format!("{number} {verdict}"))
        })
        .collect();
    let flaky = record.cells.iter().filter(|cell| cell.is_flaky()).count();
    if flaky > 0 {
        counts.push(format!("{flaky} of them flaky"));
    }
    if !record.unfinished.is_empty() {
        counts.push(format!("{} unfinished", record.unfinished.len()));
    }
    let planned = counted(record.cells.len() + record.unfinished.len(), "cell");
    let counts = if counts.is_empty() { "nothing was run".to_owned() } else { counts.join(", ") };
    let paint = terminal.paint();
    let word = if record.interrupted { "interrupted" } else { record.verdict.word() };
    let head = format!("{} {word}", mark(record.verdict));
    let text = format!("{planned}: {counts}; in {}", record.duration);
    let mut lines = wrapped(&format!("{head}  "), "  ", &text, terminal.width);
    if let Some(first) = lines.first_mut() {
        *first = first.replacen(&head, &paint.verdict(record.verdict, &head), 1);
    }
    if let Some(selection) = retried::selection(record) {
        lines.extend(wrapped("not the whole suite: ", "  ", &selection, terminal.width));
    }
    lines.push(format!("reports in {}", terminal.folder));
    lines
}
