//! What a cluster that others use is told before anything is created in it.

use std::collections::BTreeMap;

use seatrial_model::ObjectRef;

/// What a cell, or a requirement of the whole cluster, is about to create.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intent {
    /// The cell's namespace, or the requirement's home.
    pub namespace: String,
    /// Releases that will be made in it: the cell's and those of its requirements.
    pub releases: Vec<String>,
    /// Every object, hooks and the definitions of `crds/` included.
    pub objects: Vec<Intended>,
    /// Node labels that its Pods select by.
    pub node_labels: BTreeMap<String, String>,
    /// Extended resources that its Pods request together.
    pub extended_resources: BTreeMap<String, i64>,
}

/// One object that will be created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intended {
    /// The object, with the namespace that is written in it.
    pub object: ObjectRef,
    /// Who brings it: `the chart`, `the requirement minio`.
    pub of: String,
    /// Whether one that is there already is left as it is, as Helm does with what lies in `crds/`.
    pub yields: bool,
    /// The kind that a `CustomResourceDefinition` defines.
    pub defines: Option<Definition>,
}

/// A kind that a `CustomResourceDefinition` brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definition {
    /// Its API group.
    pub group: String,
    /// Its name.
    pub kind: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}
