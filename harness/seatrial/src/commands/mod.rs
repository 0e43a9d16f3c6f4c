//! What each command does, and how its answer becomes an exit code.

mod clean;
mod cluster;
mod doctor;
mod init;
mod last_run;
mod load;
mod plan;
mod policy;
mod schema;
mod setup;
mod suite;
mod vet;

use std::process::ExitCode;

use seatrial_model::Trouble;

use crate::cli::{Cli, Command, SchemaArgs, SchemaCommand, SchemaOf};
use crate::project::Project;

/// Why a command ended without doing its work.
pub(crate) enum Stop {
    /// Configuration or usage: exit code 2. The text is for a person, complete.
    Usage(String),
    /// Something could not be told: exit code 3.
    Trouble(Box<Trouble>),
    /// Plumbing that failed: exit code 3.
    Broken(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(Box::new(trouble))
    }
}

/// Runs a command.
pub(crate) fn main(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => ExitCode::from(code),
        Err(Stop::Usage(text)) => {
            anstream::eprintln!("{}", text.trim_end());
            ExitCode::from(2)
        }
        Err(Stop::Trouble(trouble)) => {
            anstream::eprintln!("error: {trouble}");
            ExitCode::from(3)
        }
        Err(Stop::Broken(error)) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, Stop> {
    if let Command::Schema(SchemaArgs { of, command: None }) = &cli.command {
        let schema = match of {
            SchemaOf::Suite => seatrial_suite::schema_json(),
            SchemaOf::Waivers => seatrial_suite::waivers_schema_json(),
        };
        anstream::println!("{}", schema.trim_end());
        return Ok(0);
    }
    if let Command::Init(args) = &cli.command {
        return init::command(cli.root.as_deref(), args);
    }
    let project =
        || Project::find(cli.root.as_deref()).map_err(|error| Stop::Usage(format!("error: {error:#}")));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Stop::Broken(anyhow::Error::new(error).context("start the runtime")))?;
    runtime.block_on(async {
        match cli.command {
            Command::Suite(args) => suite::command(&project()?, args).await,
            Command::Plan(args) => plan::command(&project()?, &args).await,
            Command::Setup(args) => setup::command(&project()?, &args).await,
            Command::Doctor(args) => doctor::command(&project()?, &args).await,
            Command::Cluster(command) => cluster::command(project, &command).await,
            Command::Clean(args) => clean::command(&args).await,
            Command::Vet(args) => vet::command(cli.root.as_deref(), &args).await,
            Command::Policy(command) => policy::command(&project()?, &command),
            Command::Schema(SchemaArgs { command: Some(SchemaCommand::Refresh(args)), .. }) => {
                schema::refresh(&project()?, &args).await
            }
            Command::Schema(_) | Command::Init(_) => Ok(0),
        }
    })
}
