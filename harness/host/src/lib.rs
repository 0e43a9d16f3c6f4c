//! Running programs, waiting, signals, leases, atomic files.
//!
//! The harness's only door to child processes and to files that must never be half written. It knows
//! nothing of Helm, clusters or checks.

mod capture;
mod command;
mod file;
mod interrupt;
pub mod lease;
mod machine;
mod marked;
mod outcome;
mod process;
mod shell;
mod wait;

pub use command::{Command, CommandError, OutputStream};
pub use file::{UnsafeName, append_line, evidence_path, write_atomic};
pub use interrupt::{Interrupt, Interrupts};
pub use lease::{Holder, Lease};
pub use machine::Machine;
pub use marked::{LEASE_VARIABLE, Marked, RUN_VARIABLE, marked};
pub use outcome::{Ended, Outcome};
pub use shell::quote;
pub use wait::{Probe, Unready, Wait, wait_until};
