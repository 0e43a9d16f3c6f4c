//! `schema`: every object of the profile's own render against the OpenAPI schema of the cell's Kubernetes version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_manifest::schema::{CustomSchemas, Judged, Schemas};
use seatrial_manifest::{Manifest, Object};
use seatrial_model::suite::{Requirement, RequirementSource};
use seatrial_model::{Finding, KubernetesVersion, PodPath, Redactor, Trouble};

use super::Conclusion;
use crate::blocking::Pool;
use crate::conformity;
use crate::locate::Templates;
use crate::plan::PlannedCell;

/// For all objects of one cell.
const DEADLINE: Duration = Duration::from_mins(1);

pub(crate) async fn check(
    cell: &PlannedCell,
    manifest: &Manifest,
    kubernetes: &KubernetesVersion,
    pods: Vec<PodPath>,
    redactor: &Redactor,
    pool: &Pool,
) -> Result<Conclusion, Trouble> {
    let job = Job {
        cell: cell.clone(),
        manifest: manifest.clone(),
        kubernetes: kubernetes.clone(),
        pods,
        redactor: redactor.clone(),
        templates: Templates::of(&cell.chart.path, &cell.root),
    };
    pool.run("compare the render with the schema", DEADLINE, move || job.run()).await
}

struct Job {
    cell: PlannedCell,
    manifest: Manifest,
    kubernetes: KubernetesVersion,
    /// Where custom kinds hold Pods.
    pods: Vec<PodPath>,
    redactor: Redactor,
    templates: Templates,
}

impl Job {
    fn run(self) -> Conclusion {
        let schemas = Schemas::nearest(&self.kubernetes);
        let custom = self.custom();
        let mut findings = Vec::new();
        let mut not_judged: BTreeMap<String, usize> = BTreeMap::new();
        let helm = Some(self.cell.id.helm);
        let place = |object: &Object, path: Option<&str>| self.templates.place(object, path);
        for object in &self.manifest.objects {
            match schemas.judge(object, &custom) {
                Judged::Errors(errors) => findings.extend(errors.iter().map(|error| {
                    conformity::finding(object, error, helm, &self.pods, &self.redactor, place)
                })),
                Judged::NotJudged { .. } => {
                    let reference = &object.reference;
                    let kind = format!("{} of {}", reference.kind, reference.api_version);
                    *not_judged.entry(kind).or_default() += 1;
                }
            }
        }
        findings.extend(conformity::other_version(&self.kubernetes, schemas.version(), &self.redactor));
        findings.extend(self.untold(&not_judged));
        Conclusion::of_findings(findings)
    }

    /// Definitions that stand before the chart is installed, then the chart's own.
    fn custom(&self) -> CustomSchemas {
        let mut custom = CustomSchemas::default();
        self.cell.definitions.iter().for_each(|definition| custom.define(definition));
        let requirements = self.cell.cluster.requirements.iter().chain(&self.cell.profile.requirements);
        for file in requirements.flat_map(definitions) {
            // What cannot be read defines nothing: its kinds are told as not judged.
            if let Ok(text) = std::fs::read_to_string(&file) {
                custom.add(&Manifest::decode(&text).objects);
            }
        }
        custom.add(&self.manifest.objects);
        custom
    }

    /// Kinds without a schema are told of, never counted as good.
    fn untold(&self, kinds: &BTreeMap<String, usize>) -> Option<Finding> {
        if kinds.is_empty() {
            return None;
        }
        let kinds: Vec<String> = kinds
            .iter()
            .map(|(kind, number)| if *number == 1 { kind.clone() } else { format!("{number} × {kind}") })
            .collect();
        let message = format!(
            "not judged, because there is no schema of it: {}; put the CustomResourceDefinition into the chart's crds/ \
             or into a requirement of the suite",
            kinds.join(", ")
        );
        Some(Finding::of_check("not-judged", self.redactor.clean(&message)).audited())
    }
}

/// Files of a requirement that may hold definitions.
fn definitions(requirement: &Requirement) -> Vec<PathBuf> {
    match &requirement.source {
        RequirementSource::Manifests(files) => files.clone(),
        RequirementSource::Chart { path, .. } => files_below(&path.join("crds"), 4),
    }
}

fn files_below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(depth.checked_sub(1).map(|depth| files_below(&path, depth)).unwrap_or_default());
        } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            found.push(path);
        }
    }
    found.sort();
    found
}
