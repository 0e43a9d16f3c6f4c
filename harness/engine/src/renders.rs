//! The renders of a cell: the profile's own, and the one that is installed.

use seatrial_manifest::diff::{self, ObjectDiff};
use seatrial_manifest::{Manifest, crd};
use seatrial_model::suite::{ClusterSpec, RequirementSource};
use seatrial_model::{KubernetesVersion, Redactor, Trouble};
use seatrial_ports::{Cancel, RenderAnswer, RenderRequest, Renderer, Stack};

use crate::plan::PlannedCell;

/// A render that succeeded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rendered {
    /// As Helm wrote it; may hold secrets.
    pub(crate) text: String,
    /// Decoded.
    pub(crate) manifest: Manifest,
}

impl Rendered {
    pub(crate) fn new(text: String) -> Self {
        let manifest = Manifest::decode(&text);
        Self { text, manifest }
    }
}

/// The request for a cell's render. `with_overlay` gives what is installed.
pub(crate) fn request(
    cell: &PlannedCell,
    kubernetes: &KubernetesVersion,
    redactor: &Redactor,
    with_overlay: bool,
) -> RenderRequest {
    RenderRequest {
        chart: cell.chart.path.clone(),
        stack: stack(cell, with_overlay),
        release: cell.id.release(),
        namespace: cell.namespace.clone(),
        kubernetes: kubernetes.clone(),
        api_versions: api_versions(&cell.cluster, &cell.api_versions),
        helm: cell.id.helm,
        redactor: redactor.clone(),
    }
}

/// The values of a cell. An overlay is a values file after all others; `--set` entries still win over it, as
/// they do in Helm.
pub(crate) fn stack(cell: &PlannedCell, with_overlay: bool) -> Stack {
    let mut values = cell.profile.values.clone();
    if with_overlay {
        values.extend(cell.profile.overlay.iter().map(|overlay| overlay.file.clone()));
    }
    Stack { values, set: cell.profile.set.clone() }
}

/// API versions that the cluster serves, and those that its requirements bring.
pub(crate) fn api_versions(cluster: &ClusterSpec, served: &[String]) -> Vec<String> {
    let files = cluster.requirements.iter().flat_map(|requirement| match &requirement.source {
        RequirementSource::Manifests(files) => files.as_slice(),
        RequirementSource::Chart { .. } => &[],
    });
    let mut found: Vec<String> = files
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .flat_map(|text| crd::api_versions(&Manifest::decode(&text)))
        .chain(served.iter().cloned())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Paths that differ between two renders of the same values: random passwords, certificates, dates.
pub(crate) async fn unstable(
    renderer: &dyn Renderer,
    request: &RenderRequest,
    first: &Rendered,
    cancel: &Cancel,
) -> Result<Vec<ObjectDiff>, Trouble> {
    match renderer.render(request, cancel).await? {
        RenderAnswer::Rendered(text) if text == first.text => Ok(Vec::new()),
        RenderAnswer::Rendered(text) => Ok(diff::manifests(&first.manifest, &Manifest::decode(&text))),
        RenderAnswer::Refused(refusal) => Err(Trouble::new("render the same values twice", refusal.message)),
    }
}
