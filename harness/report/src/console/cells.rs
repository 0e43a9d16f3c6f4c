//! The table of cells: a row per cell, a column per check.

use seatrial_model::record::CellRecord;
use seatrial_model::{CheckKind, Record, Verdict};

use super::Terminal;
use super::paint::mark;
use crate::line::line;

/// Room for `12 min 05 s` and for the longest verdict.
const TOOK: usize = 11;
const VERDICT: usize = 7;

/// Rows grouped by chart and cluster, so that a row needs only the profile's name.
pub(super) fn lines(record: &Record, terminal: &Terminal<'_>) -> Vec<String> {
    let Some(widest) = record.cells.iter().map(|cell| cell.cell.profile.chars().count()).max() else {
        return Vec::new();
    };
    let columns = Columns::new(record, widest, terminal);
    let mut lines = Vec::new();
    let mut group = None;
    for cell in &record.cells {
        let own = (&cell.cell.chart, &cell.cluster, &cell.cell.helm);
        if group != Some(own) {
            if group.is_some() {
                lines.push(String::new());
            }
            lines.push(terminal.paint().bold(&heading(record, cell)));
            lines.push(terminal.paint().dim(&columns.header()));
            group = Some(own);
        }
        lines.push(columns.row(cell, terminal));
    }
    lines.extend(legend(record).map(|legend| terminal.paint().dim(&legend)));
    lines
}

fn heading(record: &Record, cell: &CellRecord) -> String {
    let cluster = record.clusters.iter().find(|cluster| cluster.name == cell.cluster);
    let kubernetes =
        cluster.map_or_else(|| cell.cell.kubernetes.to_string(), |cluster| cluster.kubernetes.clone());
    let helm = cluster.and_then(|cluster| cluster.helm.clone()).unwrap_or_else(|| cell.cell.helm.to_string());
    line(&format!("{} on {}: Kubernetes {kubernetes}, Helm {helm}", cell.cell.chart, cell.cluster))
}

/// Which checks there are, and how their columns are headed.
struct Columns {
    name: usize,
    checks: Vec<(CheckKind, &'static str)>,
}

impl Columns {
    /// Whole names where they fit, else their first four letters.
    fn new(record: &Record, widest: usize, terminal: &Terminal<'_>) -> Self {
        let asked = |kind: &CheckKind| {
            record.cells.iter().flat_map(|cell| &cell.checks).any(|check| check.check == *kind)
        };
        let kinds: Vec<CheckKind> = CheckKind::ALL.into_iter().filter(asked).collect();
        let heads: usize = kinds.iter().map(|kind| kind.name().len() + 1).sum();
        let fits = 2 + widest + 2 + VERDICT + 1 + heads + 1 + TOOK <= terminal.width;
        let head = |kind: CheckKind| if fits { kind.name() } else { &kind.name()[..4] };
        Self { name: widest, checks: kinds.into_iter().map(|kind| (kind, head(kind))).collect() }
    }

    fn header(&self) -> String {
        let mut text = format!("  {:name$}  {:VERDICT$} ", "", "", name = self.name);
        for (_, head) in &self.checks {
            text.push(' ');
            text.push_str(head);
        }
        text
    }

    fn row(&self, cell: &CellRecord, terminal: &Terminal<'_>) -> String {
        let paint = terminal.paint();
        let verdict = paint.verdict(cell.verdict, &format!("{:VERDICT$}", cell.verdict));
        let mut text = format!("  {:name$}  {verdict} ", line(&cell.cell.profile), name = self.name);
        for (kind, head) in &self.checks {
            let check = cell.checks.iter().find(|check| check.check == *kind);
            let shown =
                check.map_or(" ".to_owned(), |check| paint.verdict(check.verdict, mark(check.verdict)));
            text.push(' ');
            text.push_str(&shown);
            text.push_str(&" ".repeat(head.len() - 1));
        }
        format!("{text} {:>TOOK$}", cell.duration)
    }
}

/// What the marks say that occur, where any needs saying.
fn legend(record: &Record) -> Option<String> {
    let occurs = |verdict: Verdict| {
        record.cells.iter().flat_map(|cell| &cell.checks).any(|check| check.verdict == verdict)
    };
    let words = [
        (Verdict::Warned, "audit findings"),
        (Verdict::Failed, "failed"),
        (Verdict::Errored, "could not tell"),
        (Verdict::Skipped, "skipped"),
        (Verdict::NotApplicable, "not applicable"),
    ];
    let shown: Vec<String> = words
        .into_iter()
        .filter(|(verdict, _)| occurs(*verdict))
        .map(|(verdict, word)| format!("{} {word}", mark(verdict)))
        .collect();
    (!shown.is_empty()).then(|| format!("  {}", shown.join("   ")))
}
