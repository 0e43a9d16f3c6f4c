//! The seatrial program: command line in, exit code out.

use std::process::ExitCode;

mod baseline;
mod cli;
mod commands;
mod fake_helm;
mod litter;
mod logging;
mod past;
mod progress;
mod project;
mod reports;
mod state;

fn main() -> ExitCode {
    seatrial_document::silence_caught_panics();
    fake_helm::answer().unwrap_or_else(|| commands::main(cli::parse()))
}
