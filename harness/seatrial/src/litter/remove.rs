//! Removing litter, and finishing records of killed runs. Every lease is asked again, and held meanwhile.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use seatrial_cluster::{Moorings, take_down};
use seatrial_host::{Lease, lease};

use super::find::RunTrace;
use super::sort::Litter;
use crate::reports;

/// For a program between TERM and KILL, and after.
const GRACE: Duration = Duration::from_secs(5);

/// Removes what one run left, in its order. `told` hears of each thing how that ended; one that cannot be removed
/// does not keep the others.
pub(crate) async fn remove(
    litter: &[Litter],
    moorings: &Moorings,
    mut told: impl FnMut(&Litter, anyhow::Result<()>),
) {
    let folder = litter.iter().find_map(|one| match one {
        Litter::Folder(trace) => Some(trace),
        _ => None,
    });
    // Nobody else cleans the same meanwhile. A run whose folder is gone has no lease any more.
    let held = match folder {
        None => Ok(None),
        Some(trace) => hold(trace).await.map(Some),
    };
    for one in litter {
        let removed = match &held {
            Ok(_) => single(one, moorings, folder).await,
            Err(error) => Err(anyhow::anyhow!("{error:#}")),
        };
        told(one, removed);
    }
}

async fn hold(trace: &RunTrace) -> anyhow::Result<Option<Lease>> {
    if !trace.lease.exists() {
        return Ok(None);
    }
    match Lease::take(&trace.lease, "clean").await? {
        Some(lease) => Ok(Some(lease)),
        None => bail!("somebody holds {}", trace.lease.display()),
    }
}

async fn single(one: &Litter, moorings: &Moorings, folder: Option<&RunTrace>) -> anyhow::Result<()> {
    // The lease of the folder is held by ourselves now.
    let free = |lease: &Path, host: &str| {
        folder.is_some_and(|trace| trace.lease == lease) || lease::holder(lease, host).is_gone()
    };
    match one {
        Litter::Program(program) => {
            ensure!(free(&program.lease, &lease::host()), "its run lives");
            ensure!(program.stop(GRACE).await, "it does not end");
            Ok(())
        }
        Litter::Docker(one) => {
            let free = one.lease.as_deref().zip(one.host.as_deref()).is_some_and(|(at, host)| free(at, host));
            ensure!(free, "its run lives");
            one.remove().await.map_err(anyhow::Error::from)
        }
        Litter::Record(folder) => reports::recover(folder).map(drop),
        Litter::HalfWritten(file) => gone(std::fs::remove_file(file), file),
        Litter::Mooring(name) => match take_down(moorings, name).await? {
            None => Ok(()),
            Some(user) => bail!("it is used by {user}"),
        },
        Litter::Folder(trace) => gone(std::fs::remove_dir_all(&trace.folder), &trace.folder),
    }
}

fn gone(removed: std::io::Result<()>, path: &Path) -> anyhow::Result<()> {
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Finishes the record of a killed run and removes nothing. Whether there was one to finish.
pub(crate) async fn take_up(litter: &[Litter]) -> anyhow::Result<bool> {
    let folder = litter.iter().find_map(|one| match one {
        Litter::Folder(trace) => Some(trace),
        _ => None,
    });
    let Some((trace, record)) = folder.and_then(|trace| Some((trace, trace.record.as_ref()?))) else {
        return Ok(false);
    };
    let _held = hold(trace).await?;
    reports::recover(record)
}

#[cfg(test)]
mod tests {
    use super::super::{find, sort};
    use super::*;
    use crate::state::State;

    /// A state folder with one dead run, which has a half-written report, and its litter.
    async fn dead(folder: &Path) -> (State, Vec<Litter>) {
        let state = State::at(folder);
        let reports = folder.join("reports/r1");
        std::fs::create_dir_all(&reports).unwrap();
        std::fs::write(reports.join(".writing-x"), "half").unwrap();
        std::fs::write(reports.join("harness.log"), "log").unwrap();
        let run = state.begin("r1").unwrap();
        run.reports_are_in(&reports).unwrap();
        // As after `kill -9`: the lease is free, the folder is there.
        let copy = folder.join("copy");
        std::fs::rename(state.runs().join("r1"), &copy).unwrap();
        drop(run);
        std::fs::rename(&copy, state.runs().join("r1")).unwrap();
        let (found, _) = find(&state, false).await;
        let sorted = sort(&found, lease::holder, &lease::host());
        let litter = sorted.litter.get("r1").cloned().expect("nobody holds it");
        (state, litter)
    }

    #[tokio::test]
    async fn exactly_what_is_listed_goes() {
        let folder = tempfile::tempdir().unwrap();
        let (state, litter) = dead(folder.path()).await;
        assert_eq!(litter.len(), 2, "{litter:?}");
        let mut ended = Vec::new();
        remove(&litter, &state.moorings(), |_, removed| ended.push(removed.is_ok())).await;
        assert_eq!(ended, [true, true]);
        assert!(!state.runs().join("r1").exists());
        assert!(!folder.path().join("reports/r1/.writing-x").exists());
        assert!(folder.path().join("reports/r1/harness.log").exists());
    }

    #[tokio::test]
    async fn a_lease_that_is_held_again_keeps_everything() {
        let folder = tempfile::tempdir().unwrap();
        let (state, litter) = dead(folder.path()).await;
        let _again = Lease::take(&state.runs().join("r1/lease"), "x").await.unwrap().unwrap();
        let mut ended = Vec::new();
        remove(&litter, &state.moorings(), |_, removed| ended.push(removed.is_ok())).await;
        assert_eq!(ended, [false, false]);
        assert!(folder.path().join("reports/r1/.writing-x").exists());
    }
}
