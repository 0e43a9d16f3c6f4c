//! Where helm is, and the isolated surroundings it runs in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_host::Command;
use seatrial_model::{HelmMajor, Redactor, Trouble};
use tempfile::TempDir;

/// The helm program of each major version, as set-up found or provided it.
pub type Programs = BTreeMap<HelmMajor, PathBuf>;

/// What marks everything that a run starts, `SEATRIAL_RUN` and its value.
pub type Marks = BTreeMap<String, String>;

/// Folders of one run's own; removed with the value.
#[derive(Debug)]
pub(crate) struct Environment {
    programs: Programs,
    marks: Marks,
    home: TempDir,
}

impl Environment {
    pub(crate) fn new(programs: Programs, folder: &Path, marks: Marks) -> Result<Self, Trouble> {
        let made = tempfile::Builder::new().prefix("seatrial-helm-").tempdir_in(folder).and_then(|home| {
            std::fs::write(home.path().join("kubeconfig"), "")?;
            Ok(home)
        });
        let home = made.map_err(|error| {
            Trouble::new("make a temporary folder for helm", Redactor::default().clean(&error.to_string()))
        })?;
        Ok(Self { programs, marks, home })
    }

    /// The run's own folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// A helm command without arguments. It sees no cluster unless `--kubeconfig` names one.
    pub(crate) fn command(&self, helm: HelmMajor, deadline: Duration) -> Result<Command, Trouble> {
        let program = self.programs.get(&helm).ok_or_else(|| {
            Trouble::new(format!("run Helm {helm}"), seatrial_model::Clean::own("it is not set up"))
                .hint("`seatrial doctor` says how to get it")
        })?;
        let home = self.home();
        let command = Command::new(program, deadline);
        let command = self.marks.iter().fold(command, |command, (name, value)| command.env(name, value));
        Ok(command
            .scrub("HELM_")
            // Both the user's choice of a cluster and the in-cluster configuration.
            .scrub("KUBE")
            .env("HELM_CACHE_HOME", home.join("cache"))
            .env("HELM_CONFIG_HOME", home.join("config"))
            .env("HELM_DATA_HOME", home.join("data"))
            .env("KUBECONFIG", home.join("kubeconfig"))
            .env("NO_COLOR", "1"))
    }
}
