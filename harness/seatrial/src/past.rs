//! What earlier runs tell: how long each cell took, so that the longest can start first.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_model::CellId;
use serde::Deserialize;

/// Runs that are looked at, the newest.
const RUNS: usize = 5;
/// A record that is larger is passed over: this is a hint, and must cost next to nothing.
const LARGEST: u64 = 32 << 20;

/// The part of a record that is read; everything else in it is passed over.
#[derive(Deserialize)]
struct Run {
    cells: Vec<Past>,
}

#[derive(Deserialize)]
struct Past {
    cell: CellId,
    duration: u64,
    waited: u64,
}

/// How long each cell took without its waiting, the newest run that had it. What cannot be read tells nothing.
pub(crate) fn durations(reports: &Path) -> BTreeMap<CellId, Duration> {
    let mut found = BTreeMap::new();
    for run in newest(reports) {
        let file = run.join("run.json");
        if std::fs::metadata(&file).map_or(true, |meta| meta.len() > LARGEST) {
            continue;
        }
        let Ok(text) = std::fs::read(&file) else { continue };
        let Ok(run) = serde_json::from_slice::<Run>(&text) else { continue };
        for Past { cell, duration, waited } in run.cells {
            found.entry(cell).or_insert(Duration::from_millis(duration.saturating_sub(waited)));
        }
    }
    found
}

/// Folders of the newest runs: their names start with the time.
fn newest(reports: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(reports).into_iter().flatten().flatten();
    let mut runs: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .filter(|path| path.join("run.json").is_file())
        .collect();
    runs.sort_unstable_by(|a, b| b.cmp(a));
    runs.truncate(RUNS);
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(reports: &Path, name: &str, profile: &str, duration: u64) {
        let folder = reports.join(name);
        std::fs::create_dir(&folder).unwrap();
        let text = format!(
            r#"{{"schema":"x","cells":[{{"cell":{{"chart":"demo","profile":"{profile}","kubernetes":"1.36",
               "helm":4}},"duration":{duration},"waited":1000,"checks":[]}}]}}"#
        );
        std::fs::write(folder.join("run.json"), text).unwrap();
    }

    #[test]
    fn the_newest_run_of_each_cell_counts_without_its_waiting() {
        let reports = tempfile::tempdir().unwrap();
        run(reports.path(), "20260101-000000-0000", "dev", 9000);
        run(reports.path(), "20260102-000000-0000", "dev", 5000);
        run(reports.path(), "20260101-000001-0000", "prod", 7000);
        std::fs::create_dir(reports.path().join("20260103-000000-0000")).unwrap();
        std::fs::write(reports.path().join("20260103-000000-0000/run.json"), "half a rec").unwrap();
        let found: Vec<_> = durations(reports.path())
            .into_iter()
            .map(|(cell, took)| (cell.profile, took.as_secs()))
            .collect();
        assert_eq!(found, [("dev".to_owned(), 4), ("prod".to_owned(), 6)]);
    }

    #[test]
    fn no_reports_tell_nothing() {
        assert!(durations(Path::new("/nonexistent")).is_empty());
    }
}
