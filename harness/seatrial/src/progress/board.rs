//! What a terminal shows while a run goes on: a row per running cell and booting cluster, and a last row
//! with counts. It draws nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use seatrial_model::event::Event;
use seatrial_model::{CellId, CheckKind, Clean, Verdict};

use super::words::{counted, elapsed, ended, line, note};

/// Rows at a time; the last row counts the others.
const ROWS: usize = 16;

/// Whose row it is. Clusters come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Cluster(String),
    Cell(CellId),
}

#[derive(Debug)]
struct Row {
    /// The check; absent for clusters and for cells that wait.
    check: Option<CheckKind>,
    since: Duration,
    status: String,
}

/// A line that stays above the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Permanent {
    /// Decides the mark and its colour.
    pub(super) verdict: Option<Verdict>,
    pub(super) text: String,
}

impl Permanent {
    fn new(verdict: impl Into<Option<Verdict>>, text: &str) -> Self {
        Self { verdict: verdict.into(), text: line(text) }
    }
}

/// The state that rows are made from.
#[derive(Debug, Default)]
pub(super) struct Board {
    rows: BTreeMap<Key, Row>,
    planned: usize,
    ended: BTreeMap<Verdict, usize>,
    interrupted: bool,
}

impl Board {
    /// Takes an event that came `at` after the start; gives what is to stay.
    pub(super) fn take(&mut self, at: Duration, event: &Event) -> Option<Permanent> {
        match event {
            Event::RunStarted { run, cells, clusters } => {
                self.planned = *cells;
                let (cells, clusters) = (counted(*cells, "cell"), counted(*clusters, "cluster"));
                Some(Permanent::new(None, &format!("run {run}: {cells} on {clusters}")))
            }
            Event::ClusterStep { cluster, step } => {
                self.set(Key::Cluster(cluster.clone()), at, None, step.as_str());
                None
            }
            Event::ClusterReady { cluster, took, usable } => {
                self.rows.remove(&Key::Cluster(cluster.clone()));
                let (verdict, words) = match usable {
                    true => (Verdict::Passed, "ready in"),
                    false => (Verdict::Errored, "not usable, told after"),
                };
                Some(Permanent::new(verdict, &format!("{cluster} {words} {took}")))
            }
            Event::CheckStarted { cell, check } => {
                self.set(Key::Cell(cell.clone()), at, Some(*check), "");
                None
            }
            Event::CheckStatus { cell, check, status } => {
                self.set(Key::Cell(cell.clone()), at, *check, status.as_str());
                None
            }
            Event::CheckFinished { cell, check, verdict, reason, took } => {
                let reason = reason.as_ref().map(Clean::as_str);
                let text = format!("{cell} {check} {}", ended(*verdict, *took, reason));
                matches!(verdict, Verdict::Failed | Verdict::Errored).then(|| Permanent::new(*verdict, &text))
            }
            Event::CellFinished { cell, verdict, took } => {
                self.rows.remove(&Key::Cell(cell.clone()));
                *self.ended.entry(*verdict).or_default() += 1;
                Some(Permanent::new(*verdict, &format!("{cell} {}", ended(*verdict, *took, None))))
            }
            Event::Interrupted => {
                self.interrupted = true;
                let text = "interrupted: no new cells; what was done is kept, clusters are removed";
                Some(Permanent::new(None, text))
            }
            Event::TearingDown { cluster } => {
                self.set(Key::Cluster(cluster.clone()), at, None, "being removed");
                None
            }
            Event::Note(text) => Some(Permanent { verdict: None, text: note(text.as_str()) }),
        }
    }

    /// Elapsed time starts anew with a check, and goes on while only the status changes.
    fn set(&mut self, key: Key, at: Duration, check: Option<CheckKind>, status: &str) {
        let status = line(status);
        match self.rows.get_mut(&key) {
            Some(row) if row.check == check => row.status = status,
            _ => {
                self.rows.insert(key, Row { check, since: at, status });
            }
        }
    }

    /// The rows to show: clusters and cells at work before cells that wait.
    pub(super) fn rows(&self, at: Duration) -> Vec<(Key, String)> {
        let waits = |entry: &(&Key, &Row)| matches!(entry.0, Key::Cell(_)) && entry.1.check.is_none();
        let mut rows: Vec<(&Key, &Row)> = self.rows.iter().collect();
        rows.sort_by_key(waits);
        rows.truncate(ROWS);
        rows.into_iter().map(|(key, row)| (key.clone(), shown(key, row, at))).collect()
    }

    /// `5 cells: 2 passed, 1 failed, 2 to go · 41.2 s`.
    pub(super) fn footer(&self, at: Duration) -> String {
        let mut counts: Vec<String> =
            self.ended.iter().map(|(verdict, number)| format!("{number} {verdict}")).collect();
        let open = self.planned.saturating_sub(self.ended.values().sum());
        if open > 0 {
            counts.push(format!("{open} to go"));
        }
        let hidden = self.rows.len().saturating_sub(ROWS);
        let hidden = if hidden > 0 { format!(" · {hidden} not shown") } else { String::new() };
        let stopping = if self.interrupted { " · stopping" } else { "" };
        let cells = counted(self.planned, "cell");
        format!("{cells}: {} · {}{hidden}{stopping}", counts.join(", "), elapsed(at))
    }
}

/// Name, check and time first, since the end of a row may be cut.
fn shown(key: &Key, row: &Row, at: Duration) -> String {
    let name = match key {
        Key::Cluster(name) => line(name),
        Key::Cell(cell) => line(&cell.to_string()),
    };
    let check = row.check.map(|check| format!(" {check}")).unwrap_or_default();
    format!("{name}{check} {}  {}", elapsed(at.saturating_sub(row.since)), row.status).trim_end().to_owned()
}

#[cfg(test)]
mod tests;
