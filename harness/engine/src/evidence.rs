//! Evidence on disk: files for a person, in a folder per cell.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use seatrial_model::{CellId, Clean};
use seatrial_ports::EvidenceFile;

/// The evidence folder of one cell.
#[derive(Debug)]
pub(crate) struct Evidence {
    run_folder: PathBuf,
    relative: PathBuf,
    written: Mutex<Vec<String>>,
}

impl Evidence {
    pub(crate) fn new(run_folder: &Path, cell: &CellId) -> Self {
        let relative = Path::new("evidence").join(cell.slug());
        Self { run_folder: run_folder.to_owned(), relative, written: Mutex::default() }
    }

    /// Writes one file. Evidence that cannot be written is said in the log and does not change a verdict.
    pub(crate) fn put(&self, name: &str, content: &Clean) {
        let folder = self.run_folder.join(&self.relative);
        match write(&folder, name, content) {
            Ok(path) => {
                let shown = path.strip_prefix(&self.run_folder).unwrap_or(&path).display().to_string();
                let mut written = self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                if !written.contains(&shown) {
                    written.push(shown);
                }
            }
            Err(error) => tracing::warn!(name, %error, "evidence could not be written"),
        }
    }

    pub(crate) fn put_all(&self, files: &[EvidenceFile]) {
        for file in files {
            self.put(&file.name, &file.content);
        }
    }

    /// What was written, relative to the run's folder, ordered.
    pub(crate) fn list(&self) -> Vec<String> {
        let mut list = self.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        list.sort();
        list
    }
}

fn write(folder: &Path, name: &str, content: &Clean) -> anyhow::Result<PathBuf> {
    let path = seatrial_host::evidence_path(folder, name)?;
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    seatrial_host::write_atomic(&path, content.as_str().as_bytes())?;
    Ok(path)
}

/// Moves what an attempt left into a folder of its own, `attempt-1/`, and gives the names that its files have
/// then. What cannot be moved keeps its name; the next attempt may write over it.
pub(crate) fn set_aside(run_folder: &Path, cell: &CellId, number: usize, files: &[String]) -> Vec<String> {
    let relative = Path::new("evidence").join(cell.slug());
    let own = format!("attempt-{number}");
    let moved = move_into(&run_folder.join(&relative), &own);
    if let Err(error) = &moved {
        tracing::warn!(%cell, %error, "evidence of an earlier attempt could not be set aside");
    }
    let renamed = |file: &String| {
        let inside = Path::new(file).strip_prefix(&relative).ok()?;
        let path = relative.join(&own).join(inside);
        run_folder.join(&path).is_file().then(|| path.display().to_string())
    };
    files.iter().map(|file| renamed(file).unwrap_or_else(|| file.clone())).collect()
}

fn move_into(folder: &Path, own: &str) -> std::io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    let entries = folder.read_dir()?.collect::<Result<Vec<_>, _>>()?;
    std::fs::create_dir_all(folder.join(own))?;
    for entry in entries {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with("attempt-") {
            std::fs::rename(entry.path(), folder.join(own).join(name))?;
        }
    }
    Ok(())
}
