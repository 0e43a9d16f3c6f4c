//! Looking: Docker, processes, folders of runs, reports, clusters that outlived their runs.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use seatrial_cluster::{Belonging, Moored, belongings};
use seatrial_host::{Marked, lease, marked};
use seatrial_model::Trouble;

use crate::state::{REPORTS, State};

/// A run that is just being started has a folder without a held lease for a moment.
const STARTING: Duration = Duration::from_mins(1);
/// A folder with more files than this is not measured to the end.
const FILES: usize = 10_000;

/// Everything that runs leave, of living runs as well.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// In Docker; `None` where it was not asked.
    pub(crate) docker: Option<Vec<Belonging>>,
    /// Programs that still run.
    pub(crate) programs: Vec<Marked>,
    /// Folders of runs.
    pub(crate) folders: Vec<RunTrace>,
    /// Clusters that outlived their runs.
    pub(crate) moored: Vec<Moored>,
    /// Folders of such clusters whose files cannot be read.
    pub(crate) unreadable: Vec<String>,
}

/// A run's folder and what its reports folder shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunTrace {
    pub(crate) run: String,
    pub(crate) folder: PathBuf,
    pub(crate) lease: PathBuf,
    /// Bytes in it.
    pub(crate) size: u64,
    /// Since when it is there.
    pub(crate) since: Option<SystemTime>,
    /// Its reports, where the record is not finished.
    pub(crate) record: Option<PathBuf>,
    /// Half-written reports.
    pub(crate) half_written: Vec<PathBuf>,
}

/// Looks everywhere. Trouble with Docker is answered beside what was found.
pub(crate) async fn find(state: &State, ask_docker: bool) -> (Found, Option<Trouble>) {
    let asked = if ask_docker { Some(belongings().await) } else { None };
    let (docker, trouble) = match asked {
        None => (None, None),
        Some(Ok(all)) => (Some(all), None),
        Some(Err(trouble)) => (None, Some(trouble)),
    };
    let moorings = state.moorings();
    let moored = moorings.all();
    let readable = |name: &String| moored.iter().any(|one| one.name == *name);
    let unreadable = moorings.names().into_iter().filter(|name| !readable(name)).collect();
    (Found { docker, programs: marked(), folders: folders(&state.runs()), moored, unreadable }, trouble)
}

fn folders(runs: &Path) -> Vec<RunTrace> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut found: Vec<RunTrace> = entries.filter_map(|entry| trace(&entry.path())).collect();
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    found
}

fn trace(folder: &Path) -> Option<RunTrace> {
    let facts = std::fs::symlink_metadata(folder).ok().filter(std::fs::Metadata::is_dir)?;
    let name = folder.file_name()?.to_str()?;
    let since = facts.modified().ok();
    let starting = name.strip_prefix(".new-");
    if starting.is_some() && since.and_then(|since| since.elapsed().ok()).is_none_or(|age| age < STARTING) {
        return None;
    }
    let run = starting.unwrap_or(name).to_owned();
    let reports = std::fs::read_to_string(folder.join(REPORTS)).ok().map(PathBuf::from);
    // A path that was not written by a run of this name is none of ours.
    let reports = reports.filter(|reports| reports.file_name().is_some_and(|name| name == run.as_str()));
    let unfinished = |reports: &PathBuf| reports.join("begun.json").is_file();
    let half_written = reports.as_deref().map(|reports| half_written(reports, &run)).unwrap_or_default();
    Some(RunTrace {
        lease: folder.join(lease::LEASE),
        size: size(folder, &mut 0),
        record: reports.filter(unfinished),
        half_written,
        folder: folder.to_owned(),
        since,
        run,
    })
}

/// Files that are renamed when they are whole, and were not.
fn half_written(reports: &Path, run: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(reports).into_iter().flatten().flatten();
    let writing = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(".writing-"))
    };
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(writing).collect();
    let latest = reports.with_file_name(format!(".latest-{run}"));
    found.extend(std::fs::symlink_metadata(&latest).is_ok_and(|facts| facts.is_symlink()).then_some(latest));
    found.sort();
    found
}

fn size(folder: &Path, files: &mut usize) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut bytes = 0;
    for entry in entries {
        *files += 1;
        if *files > FILES {
            break;
        }
        match entry.metadata() {
            Ok(facts) if facts.is_dir() => bytes += size(&entry.path(), files),
            Ok(facts) => bytes += facts.len(),
            Err(_) => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_killed_run_is_found_with_what_it_did_not_finish() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::at(folder.path());
        let reports = folder.path().join("reports/r1");
        std::fs::create_dir_all(&reports).unwrap();
        for file in ["begun.json", ".writing-abc", "harness.log"] {
            std::fs::write(reports.join(file), "x").unwrap();
        }
        std::os::unix::fs::symlink("r1", folder.path().join("reports/.latest-r1")).unwrap();
        std::os::unix::fs::symlink("r2", folder.path().join("reports/.latest-r2")).unwrap();
        let run = state.begin("r1").unwrap();
        run.reports_are_in(&reports).unwrap();
        let (found, trouble) = find(&state, false).await;
        assert_eq!((found.folders.len(), trouble, &found.docker), (1, None, &None));
        let trace = &found.folders[0];
        assert_eq!(trace.record.as_deref(), Some(reports.canonicalize().unwrap().as_path()));
        let names = trace.half_written.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
        assert_eq!(names.collect::<Vec<_>>(), [".latest-r1", ".writing-abc"]);
    }

    #[tokio::test]
    async fn a_path_that_a_run_did_not_write_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::at(folder.path());
        let _run = state.begin("r1").unwrap();
        std::fs::write(state.runs().join("r1").join(REPORTS), "/etc").unwrap();
        std::fs::create_dir(state.runs().join(".new-r2")).unwrap();
        let (found, _) = find(&state, false).await;
        assert_eq!(found.folders.len(), 1, "one that is starting is none yet");
        assert_eq!(found.folders[0].record, None);
        assert_eq!(found.folders[0].half_written, Vec::<PathBuf>::new());
    }
}
