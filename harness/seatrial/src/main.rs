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

/// Rules are asked by an interpreter that does little but make small values and let go of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    seatrial_document::silence_caught_panics();
    fake_helm::answer().unwrap_or_else(|| commands::main(cli::parse()))
}
