//! Pods as a cluster holds them.

use std::collections::BTreeSet;

use seatrial_model::ObjectRef;
use serde_json::Value;

use crate::Place;

/// Whose Pods are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodsRequest {
    /// The release, and the namespace that it lives in.
    pub place: Place,
    /// Other namespaces in which it has objects.
    pub elsewhere: BTreeSet<String>,
}

/// A Pod that runs or ran.
#[derive(Debug, Clone, PartialEq)]
pub struct LivePod {
    /// The Pod as the API server held it last: `apiVersion`, `kind`, `metadata` and `spec`.
    pub pod: Value,
    /// Who made it, its controller first, then who made that: `ReplicaSet/web-6d8f9`, `Deployment/web`. As far as
    /// could be followed; empty where nobody did.
    pub owners: Vec<ObjectRef>,
}
