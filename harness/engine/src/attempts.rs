//! Trying a cell again: only what could not be told, from scratch, and never silently.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::watch;

use seatrial_model::attempt::AttemptRecord;
use seatrial_model::event::Event;
use seatrial_model::record::CellRecord;
use seatrial_model::time::Millis;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Verdict, judge};

use crate::cell::{self, CellEnd, Journal, Shared};
use crate::clusters::ClusterState;
use crate::evidence;
use crate::plan::PlannedCell;

/// Runs a cell until it can be told, or as often as the run allows.
pub(crate) async fn run(
    cell: PlannedCell,
    shared: Arc<Shared>,
    kubernetes: KubernetesVersion,
    cluster: watch::Receiver<ClusterState>,
) -> CellEnd {
    let clock = Instant::now();
    let mut earlier: Vec<CellRecord> = Vec::new();
    loop {
        let left = shared.retries.saturating_sub(earlier.len());
        let end = cell::run(&cell, &shared, &kubernetes, cluster.clone(), left).await;
        if !end.again {
            let record = fold(end.record, &earlier, clock.elapsed().into());
            return CellEnd { record, ..end };
        }
        let mut record = end.record;
        let number = earlier.len() + 1;
        record.evidence = evidence::set_aside(&shared.folder, &record.cell, number, &record.evidence);
        let (_, reason) = trouble(&record);
        let text = format!("{}: {reason}; trying again, {number} of {}", record.cell, shared.retries);
        shared.teller.tell(Event::Note(Redactor::default().clean(&text)));
        tracing::warn!(cell = %record.cell, %reason, number, "trying again");
        earlier.push(record);
    }
}

/// Whether a cell whose checks have all been asked will be tried again.
pub(crate) fn again(journal: &Journal<'_>, shared: &Shared) -> bool {
    journal.retries_left > 0
        && !journal.hopeless
        && !shared.cancel.is_cancelled()
        && shared.fail_fast.first().is_none()
        && judge::may_retry(&journal.checks)
}

/// The last attempt's record, which also tells of those before it.
fn fold(last: CellRecord, earlier: &[CellRecord], took: Millis) -> CellRecord {
    let Some(first) = earlier.first() else { return last };
    CellRecord {
        started: first.started,
        duration: took,
        waited: earlier.iter().fold(last.waited, |sum, record| sum + record.waited),
        verdict: judge::after_retries(last.verdict, true),
        attempts: earlier.iter().map(attempt).collect(),
        ..last
    }
}

fn attempt(record: &CellRecord) -> AttemptRecord {
    let (check, reason) = trouble(record);
    AttemptRecord {
        verdict: record.verdict,
        check,
        reason,
        started: record.started,
        duration: record.duration,
        evidence: record.evidence.clone(),
    }
}

/// The first check that could not be told, and why.
fn trouble(record: &CellRecord) -> (Option<seatrial_model::CheckKind>, Clean) {
    let found = record.checks.iter().find(|check| check.verdict == Verdict::Errored);
    let reason = found.and_then(|check| check.reason.clone());
    (found.map(|check| check.check), reason.unwrap_or_else(|| Clean::own("it could not be told")))
}
