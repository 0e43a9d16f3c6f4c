//! A run's folder: its name, its files, and `reports/latest`.

use std::hash::{BuildHasher, Hasher};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::Context;

use seatrial_model::Record;
use seatrial_model::time::Instant;

/// A run's id: when it started (UTC) and four random hexadecimal digits, `20260131-090502-3fa2`. Fit for
/// labels, container names and folders.
pub(crate) fn run_id(now: Instant) -> String {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish() & 0xffff;
    format!("{}-{random:04x}", now.strftime("%Y%m%d-%H%M%S"))
}

/// Makes the folder of a run and points `latest` at it.
pub(crate) fn create(reports: &Path, run: &str) -> anyhow::Result<PathBuf> {
    let folder = reports.join(run);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("create {} (--reports names another folder)", folder.display()))?;
    let latest = reports.join("latest");
    let fresh = reports.join(format!(".latest-{run}"));
    symlink(run, &fresh)
        .and_then(|()| std::fs::rename(&fresh, &latest))
        .with_context(|| format!("point {} at {run}", latest.display()))?;
    Ok(folder)
}

/// Writes every report of a record; each file is replaced whole.
pub(crate) fn publish(folder: &Path, record: &Record) -> anyhow::Result<()> {
    let write = |name: &str, content: &[u8]| seatrial_host::write_atomic(&folder.join(name), content);
    write("run.json", seatrial_report::json(record)?.as_bytes())?;
    write("junit.xml", &seatrial_report::junit(record)?)?;
    write("summary.md", seatrial_report::summary(record).as_bytes())
}

/// Finishes the record of a run that was killed. Whether there was one.
pub(crate) fn recover(folder: &Path) -> anyhow::Result<bool> {
    let Some(record) = seatrial_engine::recover(folder)? else { return Ok(false) };
    publish(folder, &record)?;
    seatrial_engine::forget(folder);
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_ids_sort_by_time_and_are_fit_for_labels() {
        let id = run_id("2026-01-31T09:05:02Z".parse().unwrap());
        assert!(id.starts_with("20260131-090502-"));
        assert!(id.len() == 20 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    }

    #[test]
    fn latest_points_at_the_last_run() {
        let reports = tempfile::tempdir().unwrap();
        create(reports.path(), "a").unwrap();
        create(reports.path(), "b").unwrap();
        assert_eq!(std::fs::read_link(reports.path().join("latest")).unwrap(), Path::new("b"));
    }
}
