//! Running the program on this project or on a copy of it, one run at a time.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Two clusters at once are more than a small machine carries.
static MACHINE: Mutex<()> = Mutex::new(());

pub fn machine() -> MutexGuard<'static, ()> {
    MACHINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The project's own folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A run whose reports go to a folder of its own.
pub struct Run {
    pub output: Output,
    reports: tempfile::TempDir,
}

pub fn seatrial(root: &Path, reports: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
    command.arg("--root").arg(root).args(args).arg("--reports").arg(reports);
    command
}

pub fn run(root: &Path, args: &[&str]) -> Run {
    let reports = tempfile::tempdir().unwrap();
    let output = seatrial(root, reports.path(), args).output().unwrap();
    Run { output, reports }
}

impl Run {
    pub fn said(&self) -> String {
        format!(
            "{}\n{}",
            String::from_utf8_lossy(&self.output.stdout),
            String::from_utf8_lossy(&self.output.stderr)
        )
    }

    pub fn file(&self, name: &str) -> String {
        let path = self.reports.path().join("latest").join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.said()))
    }

    pub fn record(&self) -> serde_json::Value {
        serde_json::from_str(&self.file("run.json")).unwrap()
    }

    /// One check of the cell of a profile.
    pub fn check(&self, profile: &str, check: &str) -> serde_json::Value {
        let record = self.record();
        let cells = record["cells"].as_array().unwrap();
        let cell = cells.iter().find(|cell| cell["cell"]["profile"] == profile).expect("the cell ended");
        let checks = cell["checks"].as_array().unwrap();
        checks.iter().find(|one| one["check"] == check).expect("the check was asked").clone()
    }

    /// Nothing of the run is left in Docker.
    pub fn left_nothing(&self) {
        nothing_is_left(self.record()["run"].as_str().unwrap());
    }
}

/// No container, volume or network carries the run's label.
pub fn nothing_is_left(run: &str) {
    let filter = format!("label=dev.seatrial.run={run}");
    for what in [&["ps", "--all", "--quiet"][..], &["volume", "ls", "--quiet"], &["network", "ls", "--quiet"]]
    {
        let left = Command::new("docker").args(what).args(["--filter", &filter]).output().unwrap();
        assert!(left.status.success());
        assert_eq!(String::from_utf8_lossy(&left.stdout), "", "docker {what:?}");
    }
}

/// A copy of the project in which `edit` may break the chart and the suites.
pub fn copy(edit: impl FnOnce(&Path)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["charts", "suites"] {
        let from = root().join(name);
        let copied = Command::new("cp").arg("-r").arg(&from).arg(folder.path()).status().unwrap();
        assert!(copied.success());
    }
    for name in ["images", "policies"] {
        std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    edit(folder.path());
    folder
}

/// Replaces a text that must be there.
pub fn replace(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} does not contain {from}", file.display());
    std::fs::write(file, text.replace(from, to)).unwrap();
}
