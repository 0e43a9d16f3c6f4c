//! Loading what most commands start from: the policy library and a suite.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use seatrial_engine::{Plan, Selection};
use seatrial_model::suite::Suite;
use seatrial_model::{HelmMajor, KubernetesVersion};
use seatrial_policy::PolicyLibrary;
use seatrial_suite::Known;

use super::{Stop, last_run};
use crate::cli::Choice;
use crate::project::Project;

/// Every rule of the project; none where it has no folder of policies, which a suite can do without.
pub(crate) fn library(project: &Project) -> Result<Arc<PolicyLibrary>, Stop> {
    if !project.policies().exists() {
        return Ok(Arc::new(PolicyLibrary::empty()));
    }
    PolicyLibrary::load(&project.policies()).map(Arc::new).map_err(|errors| Stop::Usage(errors.to_string()))
}

/// A suite by name or file, with every problem of it in one go.
pub(crate) fn suite(project: &Project, name: &str, library: &PolicyLibrary) -> Result<Suite, Stop> {
    let file = seatrial_suite::find(&project.suites(), name)
        .map_err(|error| Stop::Usage(format!("error: {error}")))?;
    let suite = seatrial_suite::load(&file, &known(project, library)).map_err(|problems| {
        let note = without_policies(project).map(|note| format!("\nnote: {note}")).unwrap_or_default();
        Stop::Usage(format!("{problems}{note}"))
    })?;
    parameters(&suite, library)?;
    Ok(suite)
}

/// What a suite of the project may name.
pub(crate) fn known(project: &Project, library: &PolicyLibrary) -> Known {
    Known {
        rules: library.rules().iter().map(|rule| (rule.id.clone(), rule.pack.clone())).collect(),
        packs: library.packs().iter().map(|pack| pack.name.clone()).collect(),
        includes: includes(library),
        kubernetes: seatrial_setup::known_versions(),
        policies_folder: project.policies(),
    }
}

/// Pack → all that it includes.
fn includes(library: &PolicyLibrary) -> BTreeMap<String, BTreeSet<String>> {
    let included = |pack: &str| {
        let all = library.with_included(pack).into_iter().filter(|one| *one != pack);
        all.map(str::to_owned).collect()
    };
    library.packs().iter().map(|pack| (pack.name.clone(), included(&pack.name))).collect()
}

/// Why no rule is known, where the project has no folder for them.
pub(crate) fn without_policies(project: &Project) -> Option<String> {
    let folder = project.policies();
    (!folder.exists()).then(|| {
        let folder = folder.display();
        format!(
            "there is no folder {folder}, so that no rule is known; rules live in policies/<pack>/<rule>.rego"
        )
    })
}

/// Parameters that a rule does not know would be ignored without a word.
fn parameters(suite: &Suite, library: &PolicyLibrary) -> Result<(), Stop> {
    let rules = suite.policy.parameters.iter().filter_map(|(id, given)| Some((library.rule(id)?, given)));
    let mistakes: Vec<String> = rules
        .flat_map(|(rule, given)| {
            let file = suite.file.display();
            rule.parameter_mistakes(given)
                .into_iter()
                .map(move |mistake| format!("error: {file}: policies.parameters.{}: {mistake}", rule.id))
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(Stop::Usage(mistakes.join("\n"))) }
}

/// The same suite with other versions for all its clusters, which are booted.
pub(crate) fn with_versions(
    suite: Suite,
    kubernetes: Option<&KubernetesVersion>,
    helm: Option<HelmMajor>,
) -> Result<Suite, Stop> {
    if let Some(asked) = kubernetes {
        let known = seatrial_setup::known_versions();
        if !known.iter().any(|version| version.minor_text() == asked.minor_text()) {
            let known: Vec<_> = known.iter().map(ToString::to_string).collect();
            let known = known.join(" or ");
            return Err(Stop::Usage(format!("error: unknown Kubernetes version `{asked}`\n  write {known}")));
        }
        if let Some(cluster) = suite.clusters.iter().find(|cluster| cluster.image.is_some()) {
            let name = &cluster.name;
            let text = format!(
                "error: cluster `{name}` names its own image\n  drop --kubernetes, or `image` in the suite"
            );
            return Err(Stop::Usage(text));
        }
    }
    Ok(on_versions(suite, kubernetes, helm))
}

/// The same suite with other versions for all its clusters, whichever they are. Clusters that become the same are
/// one.
pub(crate) fn on_versions(
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

/// The plan of a choice. `reports` is the folder in which `latest` is the last run.
pub(crate) fn plan(project: &Project, suite: Suite, choice: &Choice, reports: &Path) -> Result<Plan, Stop> {
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
    let failed = if choice.failed { Some(last_run::bad_cells(reports, &suite)?) } else { None };
    let selection = Selection {
        charts: choice.chart.iter().cloned().collect(),
        profiles: choice.profile.iter().cloned().collect(),
        cells: choice.cell.iter().cloned().collect(),
        checks: choice.check.iter().copied().collect(),
        failed,
        versions: (choice.kubernetes.clone(), choice.helm),
    };
    seatrial_engine::plan(&Arc::new(suite), &selection, &project.root)
        .map_err(|error| Stop::Usage(format!("error: {error}")))
}
