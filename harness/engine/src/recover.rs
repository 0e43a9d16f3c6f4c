//! Finishing the record of a run that was killed: what it had done is not lost.
//!
//! `begun.json` is the record as it stood when the run started, every planned cell unfinished; `cells.jsonl` has
//! the cells that ended since. Who calls makes sure that the run lives no longer.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use seatrial_model::record::{CellRecord, SCHEMA};
use seatrial_model::time::Millis;
use seatrial_model::{Clean, Record, Trouble, judge};

/// The record as it stood when the run started.
pub(crate) const BEGUN: &str = "begun.json";
/// Cells that ended, one on each line.
pub(crate) const CELLS: &str = "cells.jsonl";

/// The record of a killed run as far as it came, marked as interrupted. `None` when there is nothing to finish.
///
/// # Errors
/// When the files are there and cannot be read.
pub fn recover(folder: &Path) -> anyhow::Result<Option<Record>> {
    let path = folder.join(BEGUN);
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("read {}", path.display()))?,
    };
    let begun: Record = serde_json::from_str(&text).with_context(|| format!("read {}", path.display()))?;
    anyhow::ensure!(begun.schema == SCHEMA, "{}: the format `{}` is not known", path.display(), begun.schema);
    let lines = match std::fs::read(folder.join(CELLS)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        lines => String::from_utf8_lossy(&lines.with_context(|| format!("read {CELLS}"))?).into_owned(),
    };
    Ok(Some(finish(begun, &lines)))
}

/// Removes what a record was recovered from. To be called when its reports are written.
pub fn forget(folder: &Path) {
    // A file left behind does no harm: the same is recovered again.
    let _ = std::fs::remove_file(folder.join(CELLS));
    let _ = std::fs::remove_file(folder.join(BEGUN));
}

fn finish(mut begun: Record, lines: &str) -> Record {
    // The last line may be half written.
    let mut ended: Vec<CellRecord> =
        lines.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let planned = std::mem::take(&mut begun.unfinished);
    for id in planned {
        match ended.iter().position(|cell| cell.cell == id) {
            Some(at) => begun.cells.push(ended.swap_remove(at)),
            None => begun.unfinished.push(id),
        }
    }
    let last = begun.cells.iter().map(|cell| cell.started + Duration::from(cell.duration)).max();
    let lasted = last.map(|last| last.duration_since(begun.started));
    begun.duration =
        lasted.and_then(|lasted| Duration::try_from(lasted).ok()).map_or(Millis(0), Millis::from);
    let used = |id: &str| begun.cells.iter().any(|cell| cell.has_case(id));
    begun.rules = std::mem::take(&mut begun.rules).into_iter().filter(|(id, _)| used(id)).collect();
    let why = Clean::own("the harness was killed; this is what it had done by then");
    begun.troubles.push(Trouble::new("finish the run", why));
    begun.interrupted = true;
    judge::refill(&mut begun);
    let Record { cells, clusters, findings, troubles, unfinished, .. } = &begun;
    begun.verdict = judge::of_run(cells, clusters, findings, troubles, unfinished.len());
    begun
}
