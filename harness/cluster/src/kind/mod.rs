//! The kind backend: nodes as containers, booted as the `kind` program boots them.
//!
//! The only door to testcontainers and to Docker. [`backend`] ties the steps together, [`node`] owns what a
//! cluster leaves on the machine and removes it, [`boot`] turns a started container into a cluster. Clusters that
//! outlive their run are written down by [`moored`] and taken over by [`adopt`]. Nothing here knows of charts or
//! cells.

mod adopt;
mod backend;
mod belongings;
mod boot;
mod dns;
mod docker;
mod exercise;
mod ground;
mod image;
mod kubeadm;
mod moored;
mod node;
mod owner;
mod peer;
mod prepare;
mod registry;
mod steps;

pub use backend::{After, KindBackend, Mooring};
pub use belongings::{Belonging, BelongingKind, belongings};
pub use ground::take_down;
pub use moored::{Moored, MooredRegistry, Moorings, Why, is_name};
pub use owner::Owner;
pub use peer::cluster_dns;
pub use registry::RegistrySpec;
