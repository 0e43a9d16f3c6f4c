//! Kubernetes objects as a chart renders them.
//!
//! [`Manifest::decode`] turns Helm's output into objects with their template and line; the other modules
//! look at objects: Pods in them ([`pod`]), quantities ([`quantity`]), what a cell needs from a node
//! ([`demand`]), what it exercises ([`exercise`]),
//! what others would feel of it ([`footprint`]), what they have to do with each other ([`links`]), how two renders
//! differ ([`diff`]), and whether an API server would take them ([`schema`]). Knows no cluster,
//! no Helm process and no policy engine; [`input`] builds the JSON that rules judge, [`live_pod`] that of Pods that run,
//! and [`dry_run`] a Pod to ask the API server about.

pub mod anchor;
pub mod crd;
pub mod demand;
pub mod diff;
pub mod dry_run;
pub mod exercise;
pub mod footprint;
pub mod image;
pub mod input;
pub mod links;
pub mod live_pod;
mod manifest;
pub mod pod;
pub mod quantity;
pub mod schema;
mod split;

pub use manifest::{DecodeProblem, Hook, Manifest, Object, Place, Written};
