//! The seatrial program: command line in, exit code out.

use std::process::ExitCode;

mod cli;
mod commands;
mod litter;
mod logging;
mod past;
mod progress;
mod project;
mod reports;
mod state;

fn main() -> ExitCode {
    commands::main(cli::parse())
}
