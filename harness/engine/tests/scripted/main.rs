//! Whole runs on the scripted backend.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod interrupt;
mod keep;
mod recover;
mod run;
mod schedule;
mod trial;
