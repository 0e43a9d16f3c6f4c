//! The record on disk: each cell is appended as it ends, the whole is published at the end.

use std::path::{Path, PathBuf};

use seatrial_model::Record;
use seatrial_model::record::CellRecord;

use crate::recover::{BEGUN, CELLS, forget};

/// Turns a record into report files in a folder.
type Publish = dyn Fn(&Path, &Record) -> anyhow::Result<()> + Send + Sync;

/// Writes a run's folder. `publish` turns a record into report files; it is a parameter because reports are
/// not the engine's business.
pub struct Recorder {
    folder: PathBuf,
    publish: Box<Publish>,
}

impl Recorder {
    /// A recorder for the run in `folder`, which exists.
    pub fn new(
        folder: PathBuf,
        publish: impl Fn(&Path, &Record) -> anyhow::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { folder, publish: Box::new(publish) }
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the record as it stands at the start, so that one of a killed run can be finished by another.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn begin(&self, record: &Record) -> anyhow::Result<()> {
        let text = serde_json::to_vec(record)?;
        seatrial_host::write_atomic(&self.folder.join(BEGUN), &text)
    }

    /// Appends a cell to `cells.jsonl`, so that a killed run loses nothing that was done.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn append(&self, cell: &CellRecord) -> anyhow::Result<()> {
        let line = serde_json::to_string(cell)?;
        seatrial_host::append_line(&self.folder.join(CELLS), &line)
    }

    /// Publishes the record and, when it is final, removes what was written to recover it.
    ///
    /// # Errors
    /// When a report cannot be written.
    pub(crate) fn publish(&self, record: &Record, last: bool) -> anyhow::Result<()> {
        (self.publish)(&self.folder, record)?;
        if last {
            // The record holds all that is in them.
            forget(&self.folder);
        }
        Ok(())
    }
}
