//! A run that is watched while it runs, and dealt blows.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::project::{nothing_is_left, seatrial};

/// For anything that is waited for.
const PATIENCE: Duration = Duration::from_mins(4);

pub struct Live {
    child: Child,
    lines: Receiver<String>,
    seen: String,
    table: File,
    reports: tempfile::TempDir,
}

/// How it ended.
pub struct Ended {
    pub code: Option<i32>,
    /// Everything it printed.
    pub said: String,
    pub reports: tempfile::TempDir,
}

impl Live {
    pub fn start(project: &Path, args: &[&str], env: &[(&str, String)]) -> Self {
        let reports = tempfile::tempdir().unwrap();
        let table = tempfile::tempfile().unwrap();
        let mut command = seatrial(project, reports.path(), &[&["suite", "faults"], args].concat());
        command.env("COLUMNS", "160").envs(env.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdout(table.try_clone().unwrap()).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (told, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if told.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, seen: String::new(), table, reports }
    }

    /// Waits for a line with all these words.
    pub fn wait_for(&mut self, words: &[&str]) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen += &format!("{line}\n");
                    if words.iter().all(|word| line.contains(word)) {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let _ = self.child.kill();
                    panic!("{words:?} never came:\n{}", self.seen);
                }
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// The run's id, from its first line.
    pub fn run_id(&self) -> String {
        let line = self.seen.lines().find(|line| line.contains("] run ")).expect("the run said its id");
        line.split("] run ").nth(1).unwrap().split(':').next().unwrap().to_owned()
    }

    /// The run's containers of one role.
    pub fn containers(&self, role: &str) -> Vec<String> {
        let run = format!("label=dev.seatrial.run={}", self.run_id());
        let role = format!("label=dev.seatrial.role={role}");
        let args = ["ps", "--format", "{{.Names}}", "--filter", &run, "--filter", &role];
        let names = Command::new("docker").args(args).output().unwrap();
        String::from_utf8_lossy(&names.stdout).lines().map(str::to_owned).collect()
    }

    /// The record comes before evidence and teardown: CI servers kill ten seconds after a signal.
    pub fn wait_for_record(&mut self) {
        let until = Instant::now() + Duration::from_secs(8);
        let record = self.reports.path().join("latest/run.json");
        while !record.is_file() {
            assert!(Instant::now() < until, "no record in time:\n{}", self.seen);
            let more = self.lines.recv_timeout(Duration::from_millis(50));
            self.seen += &more.map(|line| format!("{line}\n")).unwrap_or_default();
        }
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.seen += &format!("{line}\n");
        }
        let Some(status) = self.child.try_wait().unwrap().or_else(|| self.child.wait().ok()) else {
            panic!("it hangs:\n{}", self.seen)
        };
        let mut table = String::new();
        self.table.rewind().unwrap();
        self.table.read_to_string(&mut table).unwrap();
        Ended { code: status.code(), said: self.seen + &table, reports: self.reports }
    }
}

impl Ended {
    pub fn file(&self, name: &str) -> String {
        let path = self.reports.path().join("latest").join(name);
        let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.said));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn record(&self) -> serde_json::Value {
        serde_json::from_str(&self.file("run.json")).unwrap()
    }

    /// The cell of a profile.
    pub fn cell(&self, profile: &str) -> serde_json::Value {
        let record = self.record();
        let cells = record["cells"].as_array().unwrap();
        let cell = cells.iter().find(|cell| cell["cell"]["profile"] == profile);
        cell.unwrap_or_else(|| panic!("the cell {profile} did not end:\n{}", self.said)).clone()
    }

    /// Nothing of the run is left in Docker.
    pub fn left_nothing(&self) {
        nothing_is_left(self.record()["run"].as_str().unwrap());
    }
}

/// One check of a cell.
pub fn check<'a>(cell: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let found = cell["checks"].as_array().unwrap().iter().find(|check| check["check"] == name);
    found.unwrap_or_else(|| panic!("{name} was not asked: {cell}"))
}
