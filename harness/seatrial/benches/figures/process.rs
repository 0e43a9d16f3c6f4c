//! A child process measured from outside: wall time, its own processor time, its largest memory.

use std::io::{Read, Seek};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::process::Command;

/// Between two looks at `/proc`.
const LOOK: Duration = Duration::from_millis(20);
/// Clock ticks in a second, the same on every Linux that people run.
const TICKS: f64 = 100.0;

/// How a process was.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// User and system time in seconds; that of its children is not in it.
    pub(crate) own: f64,
    /// MiB.
    pub(crate) peak: f64,
    pub(crate) code: Option<i32>,
    /// Both streams.
    pub(crate) said: String,
}

impl Measured {
    /// An error where it did not exit with 0.
    pub(crate) fn well(self, what: &str) -> anyhow::Result<Self> {
        match self.code {
            Some(0) => Ok(self),
            code => bail!("{what}: exit code {code:?}:\n{}", self.said),
        }
    }
}

/// Runs to the end, which is `deadline` at the latest.
pub(crate) async fn run(command: &mut Command, deadline: Duration) -> anyhow::Result<Measured> {
    let mut said = tempfile::tempfile()?;
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let (out, err) = (said.try_clone()?, said.try_clone()?);
    command.stdin(Stdio::null()).stdout(out).stderr(err).kill_on_drop(true);
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("start {name}"))?;
    let id = child.id().unwrap_or_default();
    let mut measured = Measured::default();
    let status = loop {
        if let Some(own) = own_time(id) {
            measured.own = own;
        }
        measured.peak = peak(id).unwrap_or(0.0).max(measured.peak);
        if let Ok(status) = tokio::time::timeout(LOOK, child.wait()).await {
            break status?;
        }
        if started.elapsed() > deadline {
            bail!("{name} did not end within {} s", deadline.as_secs());
        }
    };
    measured.wall = started.elapsed();
    measured.code = status.code();
    let mut bytes = Vec::new();
    said.rewind()?;
    said.read_to_end(&mut bytes)?;
    measured.said = String::from_utf8_lossy(&bytes).into_owned();
    Ok(measured)
}

/// Fields 14 and 15 of `/proc/<id>/stat`, counted after the name, which may hold anything.
fn own_time(id: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// The high-water mark, in MiB.
fn peak(id: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}
