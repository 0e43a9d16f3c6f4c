//! A program to run: argv, environment, deadline, bounded capture. Never a shell string.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use seatrial_model::{Clean, Redactor, Trouble};
use tokio::io::AsyncWriteExt;

use crate::capture::{self, Capture};
use crate::outcome::{Ended, Outcome};
use crate::process::Process;
use crate::shell::quote;

/// Bytes kept of each stream unless the caller says otherwise.
const DEFAULT_CAP: usize = 8 * 1024 * 1024;
/// Between TERM and KILL unless the caller says otherwise.
const DEFAULT_GRACE: Duration = Duration::from_secs(5);
/// How long a stream may stay open after the program ended: something it left behind holds it.
const DRAIN: Duration = Duration::from_secs(1);

type OnLine = Arc<dyn Fn(OutputStream, &str) + Send + Sync>;

/// Which stream a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum OutputStream {
    Stdout,
    Stderr,
}

/// A program with all that it needs to run once or many times.
#[derive(Clone)]
pub struct Command {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    scrubbed: Vec<String>,
    folder: Option<PathBuf>,
    stdin: Option<Vec<u8>>,
    deadline: Duration,
    grace: Duration,
    cap: usize,
    on_line: Option<OnLine>,
}

impl Command {
    /// A program (looked up in `PATH` unless it has a slash) that may run for at most `deadline`.
    /// Standard input is empty.
    pub fn new(program: impl Into<PathBuf>, deadline: Duration) -> Self {
        Self {
            program: program.into(),
            args: Vec::new(),
            env: Vec::new(),
            scrubbed: Vec::new(),
            folder: None,
            stdin: None,
            deadline,
            grace: DEFAULT_GRACE,
            cap: DEFAULT_CAP,
            on_line: None,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Keeps inherited variables whose name starts with `prefix` from the program; those set by
    /// [`Command::env`] stay.
    #[must_use]
    pub fn scrub(mut self, prefix: impl Into<String>) -> Self {
        self.scrubbed.push(prefix.into());
        self
    }

    /// Runs in `folder`.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Writes `bytes` to standard input and closes it.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Time between TERM and KILL, 5 s unless set.
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Bytes kept of each stream, 8 MiB unless set.
    #[must_use]
    pub fn cap(mut self, cap: usize) -> Self {
        self.cap = cap;
        self
    }

    /// Hands each line of output to `tell` as it comes. Lines are raw.
    #[must_use]
    pub fn on_line(mut self, tell: impl Fn(OutputStream, &str) + Send + Sync + 'static) -> Self {
        self.on_line = Some(Arc::new(tell));
        self
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The argv as a person can paste it into a shell, secrets masked.
    pub fn display(&self, redactor: &Redactor) -> Clean {
        let words = std::iter::once(self.program.as_os_str())
            .chain(self.args.iter().map(OsString::as_os_str))
            // Cleaned before it is quoted: quoting would pull a secret apart.
            .map(|word| quote(redactor.clean(&word.to_string_lossy()).as_str()))
            .collect::<Vec<_>>();
        redactor.clean(&words.join(" "))
    }

    /// Runs it until it ends, its deadline passes or `cancel` completes. Dropping the future kills the
    /// program's whole process group.
    pub async fn run(&self, cancel: impl Future<Output = ()>) -> Result<Outcome, CommandError> {
        let started = Instant::now();
        let mut process = Process::spawn(self.prepared()).map_err(|error| self.not_started(error))?;
        let (stdin, stdout, stderr) = {
            let child = process.child();
            (child.stdin().take(), child.stdout().take(), child.stderr().take())
        };
        let (out, err) = (Mutex::new(Capture::new(self.cap)), Mutex::new(Capture::new(self.cap)));
        let tell = |stream| self.on_line.as_deref().map(|on_line| move |line: &str| on_line(stream, line));
        let (tell_out, tell_err) = (tell(OutputStream::Stdout), tell(OutputStream::Stderr));
        let pipes = async {
            tokio::join!(
                capture::read(stdout, &out, tell_out.as_ref().map(|tell| tell as _)),
                capture::read(stderr, &err, tell_err.as_ref().map(|tell| tell as _)),
                feed(stdin, self.stdin.as_deref()),
            );
        };
        let end = async {
            let (ended, status) = tokio::select! {
                status = process.wait() => (Ended::Exited, status),
                () = tokio::time::sleep(self.deadline) => (Ended::TimedOut, process.stop(self.grace).await),
                () = cancel => (Ended::Cancelled, process.stop(self.grace).await),
            };
            status.map(|status| (ended, status))
        };
        let (ended, status) = drained(end, pipes).await.map_err(|error| self.failed(error))?;
        let unlocked = |capture: Mutex<Capture>| capture.into_inner().unwrap_or_else(PoisonError::into_inner);
        let (mut stdout, mut stderr) = (unlocked(out), unlocked(err));
        let outcome = Outcome {
            status,
            stdout_dropped: stdout.dropped(),
            stdout: stdout.take(),
            stderr: stderr.take(),
            duration: started.elapsed(),
            ended,
        };
        // No arguments: they may hold secrets.
        tracing::debug!(program = %self.program.display(), took = ?outcome.duration, "{outcome}");
        Ok(outcome)
    }

    fn prepared(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if self.scrubbed.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command
            .stdin(if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn not_started(&self, error: io::Error) -> CommandError {
        let folder_is_there = self.folder.as_ref().is_none_or(|folder| folder.is_dir());
        if error.kind() == io::ErrorKind::NotFound && folder_is_there {
            CommandError::Missing { program: self.program.clone() }
        } else {
            self.failed(error)
        }
    }

    fn failed(&self, error: io::Error) -> CommandError {
        CommandError::Failed { program: self.program.clone(), error }
    }
}

impl fmt::Debug for Command {
    /// The program alone: arguments may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("program", &self.program).finish_non_exhaustive()
    }
}

/// Drives `end` and `pipes` together; the pipes get a moment after the end, as nobody may hold them for ever.
async fn drained<T>(end: impl Future<Output = T>, pipes: impl Future<Output = ()>) -> T {
    let mut pipes = std::pin::pin!(pipes);
    let mut end = std::pin::pin!(end);
    tokio::select! {
        result = &mut end => {
            let _ = tokio::time::timeout(DRAIN, pipes).await;
            result
        }
        () = &mut pipes => end.await,
    }
}

/// Writes standard input. A program that does not read it all is free to do so.
async fn feed(pipe: Option<tokio::process::ChildStdin>, bytes: Option<&[u8]>) {
    if let (Some(mut pipe), Some(bytes)) = (pipe, bytes) {
        let _ = pipe.write_all(bytes).await;
        let _ = pipe.shutdown().await;
    }
}

/// A program that could not be run at all.
#[derive(Debug)]
pub enum CommandError {
    /// There is no such program.
    Missing {
        /// As it was asked for.
        program: PathBuf,
    },
    /// It could not be started or waited for.
    Failed {
        /// As it was asked for.
        program: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl CommandError {
    /// As trouble of the operation `what`.
    pub fn trouble(&self, what: impl Into<String>) -> Trouble {
        Trouble::new(what, Redactor::default().clean(&self.to_string()))
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { program } => write!(f, "the program `{}` is not there", program.display()),
            Self::Failed { program, error } => write!(f, "run `{}`: {error}", program.display()),
        }
    }
}

impl std::error::Error for CommandError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Missing { .. } => None,
            Self::Failed { error, .. } => Some(error),
        }
    }
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
