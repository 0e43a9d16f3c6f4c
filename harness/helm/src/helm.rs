//! The programs, their surroundings, and one call with all the ways in which it can end.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use seatrial_host::{Command, CommandError, Ended};
use seatrial_model::{Clean, HelmMajor, Redactor, Trouble};
use seatrial_ports::Cancel;

use crate::environment::{Environment, Marks, Programs};
use crate::said;
use crate::stage::Stages;

/// For calls that only read.
pub(crate) const QUICK: Duration = Duration::from_mins(1);
/// A rendered manifest or a release's status may be large; one that is cut is trouble.
const CAP: usize = 64 * 1024 * 1024;

/// Helm in one run: the programs by major version and what charts were prepared for them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Helm(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    environment: Environment,
    stages: Stages,
}

/// How a call ended that could be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// Exit status 0, with standard output.
    Done(String),
    /// Exit status 1.
    Refused {
        /// The error, without log lines.
        message: String,
        /// Standard output.
        output: String,
    },
    /// Stopped at the deadline, with what it said last.
    Late(Clean),
}

impl Helm {
    /// Helm with these programs, in a temporary folder of its own.
    pub fn new(programs: Programs) -> Result<Self, Trouble> {
        Self::within(programs, &std::env::temp_dir(), Marks::new())
    }

    /// Helm with these programs, keeping what it needs in a temporary folder in `folder`. Every process of it
    /// carries the `marks` in its environment.
    pub fn within(programs: Programs, folder: &Path, marks: Marks) -> Result<Self, Trouble> {
        let environment = Environment::new(programs, folder, marks)?;
        Ok(Self(Arc::new(Inner { environment, stages: Stages::default() })))
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.0.environment
    }

    pub(crate) fn stages(&self) -> &Stages {
        &self.0.stages
    }

    pub(crate) fn command(&self, helm: HelmMajor, deadline: Duration) -> Result<Command, Trouble> {
        Ok(self.environment().command(helm, deadline)?.cap(CAP))
    }

    /// The program's full version, `v4.1.0`; trouble when it is of another major version.
    pub async fn full_version(&self, helm: HelmMajor, cancel: &Cancel) -> Result<String, Trouble> {
        let what = format!("ask Helm {helm} for its version");
        let command = self.command(helm, QUICK)?.args(["version", "--template", "{{.Version}}"]);
        let redactor = Redactor::default();
        let version = match call(&command, &what, &redactor, cancel).await? {
            Said::Done(version) => version.trim().to_owned(),
            Said::Refused { message, .. } => return Err(Trouble::new(what, redactor.clean(&message))),
            Said::Late(last) => return Err(Trouble::new(what, last)),
        };
        if version.starts_with(&format!("v{helm}.")) {
            return Ok(version);
        }
        let program = command.program().display();
        Err(Trouble::new(what, redactor.clean(&format!("`{program}` is {version}, not Helm {helm}"))))
    }
}

/// Runs helm. Trouble is what says nothing about a chart: no such program, interrupted, crashed.
pub(crate) async fn call(
    command: &Command,
    what: &str,
    redactor: &Redactor,
    cancel: &Cancel,
) -> Result<Said, Trouble> {
    let outcome = command.run(cancel.cancelled()).await.map_err(|error| {
        let trouble = error.trouble(what);
        match error {
            CommandError::Missing { .. } => trouble.hint("`seatrial doctor` says how to get it"),
            CommandError::Failed { .. } => trouble,
        }
    })?;
    let seen = || format!("to see it: {}", command.display(redactor));
    match (outcome.ended, outcome.code()) {
        (Ended::Exited, Some(0)) if outcome.stdout_dropped > 0 => {
            let why = format!("its output is larger than {} MiB", CAP / 1024 / 1024);
            Err(Trouble::new(what, redactor.clean(&why)).hint(seen()))
        }
        (Ended::Exited, Some(0)) => Ok(Said::Done(outcome.stdout_text().into_owned())),
        (Ended::Exited, Some(1)) => Ok(Said::Refused {
            message: said::error(&outcome.stderr_text()),
            output: outcome.stdout_text().into_owned(),
        }),
        (Ended::TimedOut, _) => Ok(Said::Late(outcome.why(redactor))),
        (Ended::Cancelled, _) => Err(Trouble::new(what, Clean::own("interrupted"))),
        (Ended::Exited, _) => Err(outcome.trouble(what, redactor).hint(seen())),
    }
}
