//! What the objects of one render have to do with each other: who selects whose Pods, what names what, and whether it
//! is there. Facts only; rules judge them.
//!
//! The JSON of [`Release::links`] is documented in `policies/README.md`.

mod references;
mod release;
mod selector;
mod targets;

pub use release::Release;
