//! The renders of a cell: the profile's own, and the one that is installed.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use seatrial_manifest::diff::{self, ObjectDiff};
use seatrial_manifest::{Manifest, crd};
use seatrial_model::suite::{ClusterSpec, Requirement, RequirementSource};
use seatrial_model::{HelmMajor, KubernetesVersion, Redactor, Trouble};
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

/// What is needed to render requirements.
pub(crate) struct Renders {
    pub(crate) renderer: Arc<dyn Renderer>,
    pub(crate) kubernetes: KubernetesVersion,
    pub(crate) api_versions: Vec<String>,
    pub(crate) cancel: Cancel,
}

impl Renders {
    /// What a requirement would create in a namespace: its chart's render, or its manifests as they are.
    pub(crate) async fn requirement(
        &self,
        requirement: &Requirement,
        helm: HelmMajor,
        namespace: &str,
        redactor: &Redactor,
    ) -> Result<String, Trouble> {
        let what = format!("read what the requirement {} would create", requirement.name);
        let (path, values) = match &requirement.source {
            RequirementSource::Chart { path, values } => (path, values),
            RequirementSource::Manifests(files) => {
                return read(files)
                    .map_err(|error| Trouble::new(what, redactor.clean(&format!("{error:#}"))));
            }
        };
        let request = RenderRequest {
            chart: path.clone(),
            stack: Stack { values: values.clone(), set: Vec::new() },
            release: requirement.name.clone(),
            namespace: namespace.to_owned(),
            kubernetes: self.kubernetes.clone(),
            api_versions: self.api_versions.clone(),
            helm,
            redactor: redactor.clone(),
        };
        match self.renderer.render(&request, &self.cancel).await? {
            RenderAnswer::Rendered(text) => Ok(text),
            RenderAnswer::Refused(refusal) => Err(Trouble::new(what, refusal.message)),
        }
    }
}

fn read(files: &[PathBuf]) -> anyhow::Result<String> {
    let read =
        |file: &PathBuf| std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()));
    Ok(files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?.join("\n---\n"))
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
