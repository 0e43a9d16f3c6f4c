//! The kind backend: nodes as containers, booted as the `kind` program boots them.
//!
//! The only door to testcontainers and to Docker. [`backend`] ties the steps together, [`node`] owns what a
//! cluster leaves on the machine and removes it, [`boot`] turns a started container into a cluster. Nothing
//! here knows of charts or cells.

mod backend;
mod boot;
mod dns;
mod docker;
mod exercise;
mod image;
mod kubeadm;
mod node;
mod prepare;
mod registry;
mod steps;

pub use backend::KindBackend;
pub use registry::RegistrySpec;
