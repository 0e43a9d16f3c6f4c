//! The program on real clusters, as `make suite` runs it. Needs what `seatrial setup --for test` provides.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod audit;
mod charts;
mod contract;
mod existing;
mod faults;
mod interrupt;
#[path = "../../../engine/tests/witness/pods.rs"]
mod made_up;
mod mending;
mod moorings;
#[path = "../../../manifest/tests/schema/mutations.rs"]
mod mutations;
mod pod_security;
mod project;
mod sabotage;
mod schema;
#[path = "../../../engine/tests/witness/search.rs"]
mod search;
mod stranger;
mod suite;
