//! Kubernetes objects as a chart renders them.
//!
//! [`Manifest::decode`] turns Helm's output into objects with their template and line; the other modules
//! look at objects: Pods in them ([`pod`]), quantities ([`quantity`]), what a cell needs from a node
//! ([`demand`]), what it exercises ([`exercise`]),
//! what others would feel of it ([`footprint`]), and how two renders differ ([`diff`]). Knows no cluster,
//! no Helm process and no policy engine; [`input`] builds the JSON that rules judge, [`live_pod`] that of Pods that run,
//! and [`dry_run`] a Pod to ask the API server about.

pub mod crd;
pub mod demand;
pub mod diff;
pub mod dry_run;
pub mod exercise;
pub mod footprint;
pub mod input;
pub mod live_pod;
mod manifest;
pub mod pod;
pub mod quantity;

pub use manifest::{DecodeProblem, Hook, Manifest, Object};
