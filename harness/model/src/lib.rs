//! The vocabulary of seatrial as plain data.
//!
//! Everything here is a value: no I/O, no clock, no async. The words are those of the project's
//! vocabulary (suite, profile, cell, check, finding, verdict, record …); other crates use them and add
//! behaviour. [`judge`] is the only place where levels and outcomes are folded to a verdict.

pub mod attempt;
pub mod baseline;
pub mod cell;
pub mod check;
pub mod deviation;
pub mod event;
pub mod finding;
pub mod judge;
pub mod names;
pub mod object;
pub mod pod_path;
pub mod record;
pub mod secret;
pub mod selection;
pub mod suite;
pub mod time;
pub mod trouble;
pub mod verdict;
pub mod version;
pub mod vetted;
pub mod waiver;

pub use baseline::Baseline;
pub use cell::CellId;
pub use check::CheckKind;
pub use finding::{Basis, Enforcement, Finding, Location, Severity};
pub use object::ObjectRef;
pub use pod_path::PodPath;
pub use record::Record;
pub use secret::{Clean, Redactor};
pub use trouble::Trouble;
pub use verdict::Verdict;
pub use version::{HelmMajor, KubernetesVersion};
pub use waiver::Waiver;
