//! What this project says of Pods, YAML and quantities, beside what Kubernetes' own code says of them; and the rules
//! in the engine that they were written for. Behind the feature `witness`: the programs come from set-up.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod documents;
mod opa;
mod pods;
mod program;
mod pss;
mod quantities;
mod search;
mod yaml;
