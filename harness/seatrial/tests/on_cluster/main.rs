//! The program on real clusters, as `make suite` runs it. Needs what `seatrial setup --for test` provides.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod audit;
mod contract;
mod existing;
mod faults;
mod interrupt;
mod moorings;
#[path = "../../../manifest/tests/schema/mutations.rs"]
mod mutations;
mod project;
mod sabotage;
mod schema;
mod stranger;
mod suite;
