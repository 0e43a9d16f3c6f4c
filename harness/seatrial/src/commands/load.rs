//! Loading what most commands start from: the policy library and a suite.

use std::collections::BTreeSet;
use std::sync::Arc;

use seatrial_engine::{Plan, Selection};
use seatrial_model::suite::Suite;
use seatrial_model::{HelmMajor, KubernetesVersion};
use seatrial_policy::PolicyLibrary;
use seatrial_suite::Known;

use super::Stop;
use crate::cli::Choice;
use crate::project::Project;

/// Every rule of the project.
pub(crate) fn library(project: &Project) -> Result<Arc<PolicyLibrary>, Stop> {
    PolicyLibrary::load(&project.policies()).map(Arc::new).map_err(|errors| Stop::Usage(errors.to_string()))
}

/// A suite by name or file, with every problem of it in one go.
pub(crate) fn suite(project: &Project, name: &str, library: &PolicyLibrary) -> Result<Suite, Stop> {
    let file = seatrial_suite::find(&project.suites(), name)
        .map_err(|error| Stop::Usage(format!("error: {error}")))?;
    let known = Known {
        rules: library.rules().iter().map(|rule| (rule.id.clone(), rule.pack.clone())).collect(),
        packs: library.rules().iter().map(|rule| rule.pack.clone()).collect(),
        kubernetes: seatrial_setup::known_versions(),
        policies_folder: project.policies(),
    };
    seatrial_suite::load(&file, &known).map_err(|problems| Stop::Usage(problems.to_string()))
}

/// The same suite with other versions for all its clusters. Clusters that become the same are one.
pub(crate) fn with_versions(
    mut suite: Suite,
    kubernetes: Option<&KubernetesVersion>,
    helm: Option<HelmMajor>,
) -> Suite {
    if kubernetes.is_none() && helm.is_none() {
        return suite;
    }
    let mut seen = BTreeSet::new();
    for cluster in &mut suite.clusters {
        cluster.kubernetes = kubernetes.unwrap_or(&cluster.kubernetes).clone();
        cluster.helm = helm.unwrap_or(cluster.helm);
        cluster.name = format!("k8s-{}-helm{}", cluster.kubernetes, cluster.helm);
    }
    suite.clusters.retain(|cluster| seen.insert((cluster.kubernetes.clone(), cluster.helm)));
    suite
}

/// The plan of a choice.
pub(crate) fn plan(project: &Project, suite: Suite, choice: &Choice) -> Result<Plan, Stop> {
    let unknown = |what: &str, asked: &[String], known: &BTreeSet<&str>| {
        let missing = asked.iter().find(|name| !known.contains(name.as_str()))?;
        let near = seatrial_document::nearest(missing, known.iter().copied())
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        let list: Vec<_> = known.iter().copied().collect();
        Some(Stop::Usage(format!(
            "error: suite `{}` has no {what} `{missing}`{near}\n  it has: {}",
            suite.name,
            list.join(", ")
        )))
    };
    let charts: BTreeSet<&str> = suite.charts.iter().map(|chart| chart.name.as_str()).collect();
    let profiles: BTreeSet<&str> =
        suite.charts.iter().flat_map(|chart| &chart.profiles).map(|profile| profile.name.as_str()).collect();
    if let Some(stop) = unknown("chart", &choice.chart, &charts) {
        return Err(stop);
    }
    if let Some(stop) = unknown("profile", &choice.profile, &profiles) {
        return Err(stop);
    }
    let selection = Selection {
        charts: choice.chart.iter().cloned().collect(),
        profiles: choice.profile.iter().cloned().collect(),
    };
    seatrial_engine::plan(&Arc::new(suite), &selection, &project.root)
        .map_err(|error| Stop::Usage(format!("error: {error}")))
}
