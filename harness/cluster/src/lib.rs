//! Clusters: the kind backend, clusters that exist, watching, readiness.
//!
//! The door to kube: installing, waiting, logs, leftovers, evidence, namespaces; in `existing`, the rules for
//! clusters that others use; and, in `kind`, the door to testcontainers. Implements [`seatrial_ports::Backend`] and [`seatrial_ports::Cluster`]. It knows
//! nothing of checks and verdicts: it answers what happened, as the ports say it.

mod again;
mod apply;
mod certain;
mod cluster;
mod crashes;
mod diagnosis;
mod evidence;
mod existing;
mod explain;
mod failure;
mod follow;
mod hooks;
mod install;
mod install_hooks;
mod inventory;
mod kind;
mod kubeconfig;
mod leftovers;
mod live_pods;
mod logs;
mod muster;
mod namespace;
mod observe;
mod pod_security;
mod pods;
mod probe;
mod readiness;
mod require;
mod room;
mod runs;
mod secrets;
mod settle;
mod sweep;
mod test_run;
mod trouble;
mod uninstall;
mod unpulled;
mod view;
mod wait;
mod workloads;

pub use existing::{ExistingBackend, Kubeconfigs, OpenApi, Terms};
pub use kind::{
    After, Belonging, BelongingKind, KindBackend, Moored, MooredRegistry, Mooring, Moorings, Owner,
    RegistrySpec, Why, belongings, cluster_dns, is_name, take_down,
};
