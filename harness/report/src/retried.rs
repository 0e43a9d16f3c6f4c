//! What was tried again, and what a run was asked to leave out: never silently green, never taken for the whole.

use seatrial_model::{CellId, Record};

use crate::line::line;

/// Something that is good only because it was tried again, and the attempts before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flaky {
    /// The cell, or `cluster k8s-1.36`.
    pub(crate) what: String,
    /// Why each earlier attempt did not count, one line each.
    pub(crate) attempts: Vec<String>,
    /// Where the evidence of the earlier attempts lies, relative to the run's folder.
    pub(crate) evidence: Vec<String>,
}

impl Flaky {
    /// `good at attempt 2`.
    pub(crate) fn good_at(&self) -> String {
        format!("good only at attempt {}", self.attempts.len() + 1)
    }
}

/// Clusters first, then cells, each in the record's order.
pub(crate) fn flaky(record: &Record) -> Vec<Flaky> {
    let clusters = record.clusters.iter().filter(|cluster| cluster.is_flaky()).map(|cluster| Flaky {
        what: line(&format!("cluster {}", cluster.name)),
        attempts: cluster.failed_boots.iter().map(|trouble| line(&trouble.to_string())).collect(),
        evidence: Vec::new(),
    });
    let cells = record.cells.iter().filter(|cell| cell.is_flaky()).map(|cell| Flaky {
        what: line(&cell.cell.to_string()),
        attempts: cell.attempts.iter().map(|attempt| line(&attempt.sentence())).collect(),
        evidence: cell.attempts.iter().filter_map(|attempt| folder(&attempt.evidence)).collect(),
    });
    clusters.chain(cells).collect()
}

/// `evidence/<cell>/attempt-1` of the files in it.
fn folder(files: &[String]) -> Option<String> {
    let mut parts = files.first()?.split('/');
    let folder: Vec<&str> = parts.by_ref().take(3).collect();
    parts.next().map(|_| line(&folder.join("/")))
}

/// Which part of the suite was asked for, on one line.
pub(crate) fn selection(record: &Record) -> Option<String> {
    record.selection.as_ref().map(|selection| line(&selection.sentence()))
}

/// Cells that were not started after another one, by that one.
pub(crate) fn not_started(record: &Record) -> Option<(&CellId, Vec<&CellId>)> {
    let stopped: Vec<_> = record.cells.iter().filter(|cell| is_not_started(cell)).collect();
    let first = stopped.first()?.stopped_by.as_ref()?;
    Some((first, stopped.iter().map(|cell| &cell.cell).collect()))
}

/// Whether all there is to say of a cell is that it was not started.
pub(crate) fn is_not_started(cell: &seatrial_model::record::CellRecord) -> bool {
    cell.stopped_by.is_some() && cell.verdict == seatrial_model::Verdict::Skipped
}
