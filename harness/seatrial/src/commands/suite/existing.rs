//! `--context`: the same cells on a cluster that exists, where the suite allows it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatrial_cluster::{ExistingBackend, Kubeconfigs, Terms};
use seatrial_engine::{Plan, Ports};
use seatrial_model::suite::{ClusterSpec, Suite};
use seatrial_model::{KubernetesVersion, Redactor};

use super::super::{Stop, load};
use super::drivers;
use crate::cli::SuiteArgs;
use crate::project::Project;
use crate::state::RunFolder;

/// So many cells at once, where the flags say so: a namespace that is named holds one, and what this machine carries
/// says nothing of a cluster elsewhere.
pub(crate) fn turns(args: &SuiteArgs, processors: usize) -> Option<usize> {
    let flags = &args.existing;
    match (&flags.namespace, &flags.context) {
        (Some(_), _) => Some(1),
        (None, Some(_)) => args.jobs.is_none().then_some(processors + 1),
        (None, None) => None,
    }
}

/// Plan and ports on the cluster of a context. Everything that the run needs is looked at before it starts.
pub(crate) async fn prepare(
    project: &Project,
    suite: Suite,
    args: &SuiteArgs,
    context: &str,
    run: &RunFolder,
    reports: &Path,
) -> Result<(Plan, Ports), Stop> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let variable = std::env::var_os("KUBECONFIG");
    let given = args.existing.kubeconfig.as_deref();
    let kubeconfigs = Kubeconfigs::read(given, variable.as_deref(), home.as_deref());
    let kubeconfigs = kubeconfigs.map_err(|why| Stop::Usage(format!("error: {why}")))?;
    let shown = kubeconfigs.shown();
    let allowed = allowed(&suite, context, &kubeconfigs.contexts(), &shown);
    // Names of contexts come from outside.
    allowed.map_err(|text| Stop::Usage(Redactor::default().clean(&text).to_string()))?;
    let mut suite = load::on_versions(suite, args.choice.kubernetes.as_ref(), args.choice.helm);
    let spec = only(&suite).map_err(Stop::Usage)?.clone();
    // Nothing is booted: the image of a node says nothing here.
    suite.clusters = vec![ClusterSpec { image: None, ..spec.clone() }];
    let plan = load::plan(project, suite, &args.choice, reports)?;
    if plan.clusters().is_empty() {
        let text = "error: nothing that is selected needs a cluster; leave --context out";
        return Err(Stop::Usage(text.to_owned()));
    }
    let helm = drivers::helm(project, &plan, run).await?;
    let terms = Terms {
        context: context.to_owned(),
        namespace: args.existing.namespace.clone(),
        cluster_scoped: args.existing.allow_cluster_scoped,
    };
    let backend = ExistingBackend::connect(run.owner().run(), kubeconfigs, terms, helm.clone()).await?;
    same_minor(&spec, backend.version(), context).map_err(Stop::Usage)?;
    let definitions = backend.definitions().await;
    let plan = plan.on_existing(&backend.api_versions(), definitions, |cell| backend.namespace(cell));
    let live = plan.cells.iter().filter(|cell| cell.is_live());
    let namespaces: BTreeSet<String> = live.map(|cell| cell.namespace.clone()).collect();
    backend.preflight(&namespaces).await?;
    Ok((plan, Ports { renderer: Arc::new(helm), backend: Arc::new(backend) }))
}

/// The context must be spelled out, allowed by the suite, and there.
fn allowed(suite: &Suite, context: &str, known: &[&str], files: &str) -> Result<(), String> {
    let file = suite.file.display();
    let near = |names: &[&str]| {
        seatrial_document::nearest(context, names.iter().copied())
            .map(|name| format!("; did you mean `{name}`?"))
            .unwrap_or_default()
    };
    let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let contexts: Vec<&str> = suite.contexts.iter().map(String::as_str).collect();
    if contexts.contains(&context) && known.contains(&context) {
        return Ok(());
    }
    let (mut lines, name) = (Vec::new(), &suite.name);
    if contexts.contains(&context) {
        lines.push(format!("error: no context `{context}` in {files}{}", near(known)));
    } else {
        lines
            .push(format!("error: suite `{name}` does not allow the context `{context}`{}", near(&contexts)));
        let write = format!("write `contexts: [{context}]` in {file} if its charts may be tried there");
        lines.push(if known.contains(&context) {
            format!("  {write}")
        } else {
            format!("  nor is it in {files}{}", near(known))
        });
    }
    lines.push(format!("  the suite allows: {}", list(&contexts)));
    lines.push(format!("  the kubeconfig has: {}", list(known)));
    Err(lines.join("\n"))
}

/// A context is one cluster, and so must the suite's be.
fn only(suite: &Suite) -> Result<&ClusterSpec, String> {
    if let [only] = suite.clusters.as_slice() {
        return Ok(only);
    }
    let each = suite.clusters.iter();
    let each: Vec<String> =
        each.map(|one| format!("Kubernetes {} with Helm {}", one.kubernetes, one.helm)).collect();
    Err(format!(
        "error: suite `{}` has {} clusters, and --context is one\n  it has: {}\n  choose with --kubernetes and --helm",
        suite.name,
        suite.clusters.len(),
        each.join("; ")
    ))
}

/// What a suite says of one minor version is not said of another.
fn same_minor(spec: &ClusterSpec, runs: &KubernetesVersion, context: &str) -> Result<(), String> {
    let asked = &spec.kubernetes;
    if asked.minor_text() == runs.minor_text() {
        return Ok(());
    }
    Err(format!(
        "error: the context `{context}` runs Kubernetes {runs}, and {asked} is asked for\n  --kubernetes {} tries it there",
        runs.minor_text()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_model::HelmMajor;
    use std::collections::BTreeMap;

    fn suite(contexts: &[&str], clusters: &[(&str, HelmMajor)]) -> Suite {
        let cluster = |(kubernetes, helm): &(&str, HelmMajor)| ClusterSpec {
            name: format!("k8s-{kubernetes}-helm{helm}"),
            kubernetes: kubernetes.parse().unwrap(),
            helm: *helm,
            image: None,
            node_labels: BTreeMap::new(),
            extended_resources: BTreeMap::new(),
            requirements: Vec::new(),
        };
        Suite {
            name: "trial".to_owned(),
            file: PathBuf::from("suites/trial.yaml"),
            description: String::new(),
            clusters: clusters.iter().map(cluster).collect(),
            contexts: contexts.iter().map(|name| (*name).to_owned()).collect(),
            charts: Vec::new(),
            checks: BTreeSet::new(),
            policy: seatrial_model::suite::PolicySpec::default(),
            limits: seatrial_model::suite::Limits::default(),
            waivers: Vec::new(),
        }
    }

    #[rstest]
    #[case(&["staging-eu"], "staging-eu", &["staging-eu", "prod"], None)]
    #[case(&["staging-eu"], "staging", &["staging-eu"], Some("does not allow the context `staging`; did you mean `staging-eu`?"))]
    #[case(&["staging-eu"], "prod", &["staging-eu", "prod"], Some("write `contexts: [prod]` in suites/trial.yaml"))]
    #[case(&["staging-eu"], "prdo", &["prod"], Some("nor is it in config; did you mean `prod`?"))]
    #[case(&["staging-eu"], "staging-eu", &["staging-us"], Some("no context `staging-eu` in config; did you mean `staging-us`?"))]
    #[case(&[], "prod", &["prod"], Some("the suite allows: none"))]
    fn only_a_context_that_the_suite_and_the_kubeconfig_name_is_used(
        #[case] contexts: &[&str],
        #[case] asked: &str,
        #[case] known: &[&str],
        #[case] refused: Option<&str>,
    ) {
        let answer = allowed(&suite(contexts, &[]), asked, known, "config");
        match refused {
            None => answer.unwrap(),
            Some(text) => assert!(answer.as_ref().unwrap_err().contains(text), "{answer:?}"),
        }
    }

    #[test]
    fn a_suite_of_two_clusters_must_be_narrowed_down() {
        let both = suite(&[], &[("1.36", HelmMajor::V4), ("1.35", HelmMajor::V3)]);
        let said = only(&both).unwrap_err();
        assert!(
            said.contains("Kubernetes 1.35 with Helm 3") && said.contains("--kubernetes and --helm"),
            "{said}"
        );
        let asked = "1.34".parse().unwrap();
        let one = load::on_versions(both, Some(&asked), Some(HelmMajor::V4));
        assert_eq!(only(&one).unwrap().kubernetes, asked);
    }

    #[test]
    fn another_minor_version_is_refused_and_another_patch_is_not() {
        let spec = suite(&[], &[("1.36", HelmMajor::V4)]).clusters.remove(0);
        same_minor(&spec, &"1.36.9".parse().unwrap(), "lab").unwrap();
        let said = same_minor(&spec, &"1.34.2".parse().unwrap(), "lab").unwrap_err();
        assert!(said.contains("runs Kubernetes 1.34.2") && said.contains("--kubernetes 1.34"), "{said}");
    }
}
