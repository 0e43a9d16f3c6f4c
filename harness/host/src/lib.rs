//! Running programs, waiting, signals, atomic files.
//!
//! The harness's only door to child processes and to files that must never be half written. It knows
//! nothing of Helm, clusters or checks.

mod capture;
mod command;
mod file;
mod interrupt;
mod machine;
mod outcome;
mod process;
mod shell;
mod wait;

pub use command::{Command, CommandError, OutputStream};
pub use file::{UnsafeName, append_line, evidence_path, write_atomic};
pub use interrupt::{Interrupt, Interrupts};
pub use machine::Machine;
pub use outcome::{Ended, Outcome};
pub use wait::{Probe, Unready, Wait, wait_until};
