//! What is kept for this user between runs: a folder for each run that lives, `runs/<run>/`, and one for each
//! cluster that outlives its run, `clusters/<name>/`.

use std::path::{Path, PathBuf};

use anyhow::Context;

use seatrial_cluster::{Moorings, Owner};
use seatrial_helm::Marks;
use seatrial_host::{LEASE_VARIABLE, Lease, RUN_VARIABLE, lease};
use seatrial_model::Trouble;

/// The file in a run's folder that says where its reports are.
pub(crate) const REPORTS: &str = "reports";

/// The user's state folder.
#[derive(Debug, Clone)]
pub(crate) struct State(PathBuf);

impl State {
    /// `SEATRIAL_CACHE`, or where caches are.
    pub(crate) fn find() -> Result<Self, Trouble> {
        seatrial_setup::state_folder().map(Self)
    }

    #[cfg(test)]
    pub(crate) fn at(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Folders of runs.
    pub(crate) fn runs(&self) -> PathBuf {
        self.0.join("runs")
    }

    /// Clusters that outlive their runs.
    pub(crate) fn moorings(&self) -> Moorings {
        Moorings::new(self.0.join("clusters"))
    }

    /// A folder for a new run, which lives as long as this is held.
    pub(crate) fn begin(&self, run: &str) -> anyhow::Result<RunFolder> {
        let folder = self.runs().join(run);
        let lease = Lease::found(&folder, run)?;
        Ok(RunFolder { run: run.to_owned(), folder, lease })
    }
}

/// The folder of a run that lives; removed with the value.
#[derive(Debug)]
pub(crate) struct RunFolder {
    run: String,
    folder: PathBuf,
    lease: Lease,
}

impl RunFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Where its clusters' kubeconfigs are kept.
    pub(crate) fn kubeconfigs(&self) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join("kubeconfigs");
        std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
        Ok(folder)
    }

    /// What its containers and volumes say of it.
    pub(crate) fn owner(&self) -> Owner {
        Owner::new(self.run.clone(), self.lease.path(), lease::host())
    }

    /// What its programs say of it.
    pub(crate) fn marks(&self) -> Marks {
        let lease = self.lease.path().display().to_string();
        Marks::from([(RUN_VARIABLE.to_owned(), self.run.clone()), (LEASE_VARIABLE.to_owned(), lease)])
    }

    /// Says where its reports are, so that another can finish them.
    pub(crate) fn reports_are_in(&self, folder: &Path) -> anyhow::Result<()> {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        seatrial_host::write_atomic(&self.folder.join(REPORTS), folder.as_os_str().as_encoded_bytes())
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // The lease is held until after this. What stays is found by `clean`.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runs_folder_is_there_as_long_as_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::at(folder.path());
        let run = state.begin("r1").unwrap();
        let kubeconfigs = run.kubeconfigs().unwrap();
        run.reports_are_in(folder.path()).unwrap();
        assert!(kubeconfigs.starts_with(state.runs().join("r1")));
        assert_eq!(run.marks()[RUN_VARIABLE], "r1");
        assert!(state.begin("r1").is_err(), "an id is a run's own");
        drop(run);
        assert_eq!(std::fs::read_dir(state.runs()).unwrap().count(), 0);
    }
}
