//! Clusters to boot.

use std::collections::BTreeMap;

use seatrial_model::suite::ClusterSpec;
use seatrial_model::{HelmMajor, KubernetesVersion};

use super::context::Context;
use super::requirements::{Requirements, named};
use crate::at::At;
use crate::file::{ClusterFile, Scope, SuiteFile};

pub(crate) fn resolve(
    context: &mut Context<'_>,
    parsed: &SuiteFile,
    at: At<'_>,
    requirements: &Requirements,
) -> Vec<ClusterSpec> {
    let mut clusters: Vec<ClusterSpec> = Vec::new();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for (index, file) in parsed.clusters.iter().flatten().enumerate() {
        let here = at.item(index);
        let Some(cluster) = one(context, file, here, requirements) else { continue };
        let line = here.span.line();
        if let Some(first) = names.insert(cluster.name.clone(), line) {
            let message = format!("two clusters are named `{}`", cluster.name);
            let help = format!("the other one stands on line {first}; give one of them another `name`");
            context.tell(here.field("name"), message, Some(help));
        } else if let Some(twin) = clusters
            .iter()
            .find(|other| (&other.kubernetes, other.helm) == (&cluster.kubernetes, cluster.helm))
        {
            let message = format!(
                "clusters `{}` and `{}` have the same Kubernetes and Helm versions",
                twin.name, cluster.name
            );
            let help = "their cells could not be told apart; merge them or make two suites";
            context.tell(here.field("kubernetes"), message, Some(help.into()));
        }
        clusters.push(cluster);
    }
    clusters
}

fn one(
    context: &mut Context<'_>,
    file: &ClusterFile,
    at: At<'_>,
    requirements: &Requirements,
) -> Option<ClusterSpec> {
    let asked = file.requirements.as_deref().unwrap_or_default();
    let requirements = named(context, asked, at.field("requirements"), requirements, Scope::Cluster);
    let kubernetes = version(context, file.kubernetes.as_deref()?, at.field("kubernetes"))?;
    let helm = file.helm.unwrap_or(HelmMajor::V4);
    let name = file.name.clone().unwrap_or_else(|| format!("k8s-{kubernetes}-helm{helm}"));
    Some(ClusterSpec {
        name,
        kubernetes,
        helm,
        image: file.image.clone(),
        node_labels: file.node_labels.clone().unwrap_or_default(),
        extended_resources: file.extended_resources.clone().unwrap_or_default(),
        requirements,
    })
}

fn version(context: &mut Context<'_>, written: &str, at: At<'_>) -> Option<KubernetesVersion> {
    let known: Vec<String> = context.known.kubernetes.iter().map(KubernetesVersion::minor_text).collect();
    let version = written.parse::<KubernetesVersion>();
    match version {
        Ok(version) if known.contains(&version.minor_text()) => Some(version),
        _ => {
            let help = format!("write \"{}\"", known.join("\" or \""));
            context.tell(at, format!("unknown Kubernetes version `{written}`"), Some(help));
            None
        }
    }
}
