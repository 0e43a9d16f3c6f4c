//! The record on disk: each cell is appended as it ends, the whole is published at the end.

use std::path::{Path, PathBuf};

use seatrial_model::Record;
use seatrial_model::record::CellRecord;

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

    /// Appends a cell to `cells.jsonl`, so that a killed run loses nothing that was done.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn append(&self, cell: &CellRecord) -> anyhow::Result<()> {
        let line = serde_json::to_string(cell)?;
        seatrial_host::append_line(&self.folder.join("cells.jsonl"), &line)
    }

    /// Publishes the record and, when it is final, removes the appended lines that it now holds.
    ///
    /// # Errors
    /// When a report cannot be written.
    pub(crate) fn publish(&self, record: &Record, last: bool) -> anyhow::Result<()> {
        (self.publish)(&self.folder, record)?;
        if last {
            // The record holds every line of it; a file left behind does no harm.
            let _ = std::fs::remove_file(self.folder.join("cells.jsonl"));
        }
        Ok(())
    }
}
