//! A child process measured from outside: wall time, its own processor time, its largest memory.

use std::io::{Read, Seek};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::process::Command;

/// Between two looks at `/proc`.
const LOOK: Duration = Duration::from_millis(5);
/// Clock ticks in a second, the same on every Linux that people run.
const TICKS: f64 = 100.0;

/// How a process was.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) wall: Duration,
    /// User and system time in seconds; that of its children is not in it.
    pub(crate) own: f64,
    /// User and system time in seconds up to its very end, with that of its children. Right where no other child of this
    /// process ends meanwhile.
    pub(crate) whole: f64,
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
    let before = of_children();
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
    measured.whole = of_children() - before;
    measured.code = status.code();
    let mut bytes = Vec::new();
    said.rewind()?;
    said.read_to_end(&mut bytes)?;
    measured.said = String::from_utf8_lossy(&bytes).into_owned();
    Ok(measured)
}

/// Fields 14 and 15 of `/proc/<id>/stat`.
fn own_time(id: u32) -> Option<f64> {
    times(&id.to_string(), 14)
}

/// What this process's children took that have ended: fields 16 and 17.
fn of_children() -> f64 {
    times("self", 16).unwrap_or_default()
}

/// Seconds of user and of system time, which are two fields. They are counted after the name, which may hold anything and
/// is the second.
fn times(process: &str, first: usize) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<f64>().ok();
    Some((ticks(first)? + ticks(first + 1)?) / TICKS)
}

/// The high-water mark, in MiB.
fn peak(id: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}
