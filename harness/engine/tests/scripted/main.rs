//! Whole runs on the scripted backend.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod audit;
mod exemptions;
mod existing;
mod fail_fast;
mod interrupt;
mod keep;
mod pause;
mod pod_paths;
mod recover;
mod retries;
mod run;
mod schedule;
mod schema;
mod selection;
mod trial;
