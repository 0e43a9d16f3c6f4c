//! The file of a baseline: read before anything is judged, written when all is.

use std::path::Path;

use anyhow::Context;

use seatrial_model::baseline::{BaselineInUse, BaselineRecord};
use seatrial_model::{Baseline, Record, Verdict};

use crate::cli::BaselineArgs;
use crate::commands::Stop;

/// The baseline that is asked for. A file that is to be written must not be there.
pub(crate) fn open(args: &BaselineArgs, root: &Path) -> Result<Option<BaselineInUse>, Stop> {
    if let Some(file) = args.write_baseline.as_deref().filter(|file| file.exists()) {
        let file = file.display();
        return Err(Stop::Usage(format!(
            "error: {file} is there, and a baseline never grows\n  use it with --baseline {file}, shrink it with \
             --update-baseline, or write another file"
        )));
    }
    let Some(file) = &args.baseline else { return Ok(None) };
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        let help = if error.kind() == std::io::ErrorKind::NotFound {
            format!("\n  --write-baseline {shown} writes today's findings to it")
        } else {
            String::new()
        };
        Stop::Usage(format!("error: the baseline {shown} cannot be read: {error}{help}"))
    })?;
    let baseline = Baseline::read(&text).map_err(|why| Stop::Usage(format!("error: {shown}: {why}")))?;
    Ok(Some(BaselineInUse { file: from(file, root), baseline, update: args.update_baseline }))
}

/// A path as a reader of reports would open it: relative to the project where it lies in it.
fn from(file: &Path, root: &Path) -> String {
    let whole = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    whole.strip_prefix(&root).unwrap_or(file).display().to_string()
}

/// What a command found, as far as a baseline is concerned.
pub(crate) struct Found<'a> {
    /// What became of the baseline that it was given.
    pub(crate) after: Option<&'a BaselineRecord>,
    /// Everything that a baseline can let pass.
    pub(crate) findings: Baseline,
    /// How much of what was asked could not be told.
    pub(crate) untold: usize,
    /// Whether it was ended early.
    pub(crate) interrupted: bool,
}

impl<'a> Found<'a> {
    /// What a run found.
    pub(crate) fn of(record: &'a Record) -> Self {
        let checks = record.cells.iter().flat_map(|cell| cell.checks.iter().map(move |check| (cell, check)));
        let found = checks.map(|(cell, check)| {
            (cell.cell.chart.as_str(), cell.cell.profile.as_str(), check.findings.as_slice())
        });
        let errored = record.cells.iter().filter(|cell| cell.verdict == Verdict::Errored).count();
        Self {
            after: record.baseline.as_ref(),
            findings: Baseline::of(found),
            untold: errored + record.unfinished.len(),
            interrupted: record.interrupted,
        }
    }
}

/// Takes what is gone out of the file, or writes a new one. Gives what to tell.
pub(crate) fn close(
    args: &BaselineArgs,
    used: Option<&BaselineInUse>,
    found: &Found<'_>,
) -> anyhow::Result<Option<String>> {
    if let Some(file) = &args.write_baseline {
        return write(file, found).map(Some);
    }
    let (Some(file), Some(used), Some(after)) = (&args.baseline, used, found.after) else { return Ok(None) };
    if !after.removed {
        return Ok(None);
    }
    let left = used.baseline.without(&after.vanished);
    seatrial_host::write_atomic(file, left.json()?.as_bytes())?;
    let gone = match after.vanished.len() {
        1 => "1 entry that is gone was removed".to_owned(),
        entries => format!("{entries} entries that are gone were removed"),
    };
    Ok(Some(format!("{}: {gone}, {} left", file.display(), left.entries().count())))
}

fn write(file: &Path, found: &Found<'_>) -> anyhow::Result<String> {
    let shown = file.display();
    if found.interrupted {
        return Ok(format!("{shown} was not written: the run was interrupted"));
    }
    anyhow::ensure!(!file.exists(), "write the baseline {shown}: it is there by now");
    let text = found.findings.json().with_context(|| format!("write the baseline {shown}"))?;
    seatrial_host::write_atomic(file, text.as_bytes())?;
    let note = match found.untold {
        0 => String::new(),
        1 => "; a cell could not be told, and what it has is not in it".to_owned(),
        cells => format!("; {cells} cells could not be told, and what they have is not in it"),
    };
    let findings = match found.findings.entries().map(|entry| entry.count).sum::<usize>() {
        1 => "1 finding".to_owned(),
        number => format!("{number} findings"),
    };
    Ok(format!("wrote {shown} ({findings}), which --baseline {shown} lets pass{note}"))
}
