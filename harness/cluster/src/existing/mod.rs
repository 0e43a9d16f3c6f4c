//! Clusters that exist: reached by a context of a kubeconfig file, used by others, and left as they were.
//!
//! The rules: nothing outside of namespaces that the run created (or of the one that its user names for it) is
//! changed; what a release would create elsewhere is refused before anything is installed; nodes are only looked
//! at; every deletion is of something that this run is known to have made. What `kubeconfig` files hold reaches no
//! message. Everything else is as on a cluster of one's own.

mod admission;
mod ask;
mod backend;
mod cluster;
mod contexts;
mod forbidden;
mod kept;
mod ledger;
mod names;
mod nodes;
mod openapi;
mod own;
mod refusal;
mod requirements;
mod rights;
mod scopes;
mod sweep;

pub use backend::{ExistingBackend, Terms};
pub use contexts::Kubeconfigs;
pub use openapi::OpenApi;

pub(crate) use contexts::of_login;
