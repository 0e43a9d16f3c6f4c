//! `cluster up`: boots what a suite's clusters are made of, and leaves them standing.

use std::sync::Arc;

use anyhow::Context;

use seatrial_cluster::{After, KindBackend, Mooring, is_name};
use seatrial_helm::Helm;
use seatrial_host::Interrupts;
use seatrial_model::suite::{ClusterSpec, Limits};
use seatrial_model::time::Instant;
use seatrial_model::{HelmMajor, Trouble};
use seatrial_ports::{Backend, Cancel, Kept, Watch};
use seatrial_setup::Needs;

use super::super::suite::drivers;
use super::super::{Stop, load};
use crate::cli::UpArgs;
use crate::project::Project;
use crate::reports;
use crate::state::State;

pub(crate) async fn command(project: &Project, args: &UpArgs) -> Result<u8, Stop> {
    let (specs, limits) = specs(project, args)?;
    let state = State::find()?;
    if let Some(name) = &args.name {
        named(name, specs.len(), &state)?;
    }
    let mut signals = Interrupts::listen().context("listen for signals")?;
    let run = state.begin(&reports::run_id(Instant::now()))?;
    let preparing = prepare(project, &specs, args, &state, &run);
    let backend = tokio::select! {
        backend = preparing => backend?,
        _ = signals.next() => return Ok(130),
    };
    let mut answer = Ok(());
    let cancel = Cancel::default();
    for spec in specs {
        let watch = Watch::new({
            let name = spec.name.clone();
            move |step| anstream::eprintln!("{name}: {step}")
        });
        let mut standing = std::pin::pin!(stand(&backend, &spec, &limits, &watch, &cancel));
        let stood = loop {
            tokio::select! {
                stood = &mut standing => break stood,
                // What was started is removed before the boot answers; later signals change nothing.
                _ = signals.next() => cancel.cancel(),
            }
        };
        match stood {
            Ok(kept) => said(&kept),
            Err(trouble) => {
                answer = Err(trouble);
                break;
            }
        }
    }
    let finished = backend.finish().await;
    if cancel.is_cancelled() {
        anstream::eprintln!("interrupted");
        return Ok(130);
    }
    answer.and(finished)?;
    Ok(0)
}

/// Boots one, and lets go of it.
async fn stand(
    backend: &KindBackend,
    spec: &ClusterSpec,
    limits: &Limits,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<Kept, Trouble> {
    let booted = backend.provision(spec, limits.boot, watch, cancel).await?;
    booted.cluster.keep(&[]).await
}

fn said(kept: &Kept) {
    anstream::println!("{} stands: KUBECONFIG={}", kept.name, kept.kubeconfig.display());
    anstream::println!("  `seatrial suite NAME --reuse` uses it, `{}` removes it", kept.removal);
}

fn named(name: &str, clusters: usize, state: &State) -> Result<(), Stop> {
    let wrong = |text: String| Err(Stop::Usage(format!("error: {text}")));
    if clusters > 1 {
        return wrong(format!("the suite has {clusters} clusters; leave --name out"));
    }
    if !is_name(name) {
        return wrong(format!("`{name}` is no name; write letters, digits, `.`, `-` and `_`"));
    }
    if state.moorings().of(name).exists() {
        return wrong(format!("there is a cluster `{name}` already; `seatrial cluster list` shows it"));
    }
    Ok(())
}

fn specs(project: &Project, args: &UpArgs) -> Result<(Vec<ClusterSpec>, Limits), Stop> {
    if let Some(suite) = &args.suite {
        let library = load::library(project)?;
        let suite = load::suite(project, suite, &library)?;
        let suite = load::with_versions(suite, args.kubernetes.as_ref(), None)?;
        return Ok((suite.clusters, suite.limits));
    }
    let known = seatrial_setup::known_versions();
    let asked = args.kubernetes.clone().or_else(|| known.first().cloned());
    let Some(kubernetes) =
        asked.filter(|asked| known.iter().any(|one| one.minor_text() == asked.minor_text()))
    else {
        let known: Vec<_> = known.iter().map(ToString::to_string).collect();
        return Err(Stop::Usage(format!(
            "error: unknown Kubernetes version\n  write {}",
            known.join(" or ")
        )));
    };
    let spec = ClusterSpec {
        name: format!("k8s-{kubernetes}"),
        kubernetes,
        helm: HelmMajor::V4,
        image: None,
        node_labels: std::collections::BTreeMap::new(),
        extended_resources: std::collections::BTreeMap::new(),
        requirements: Vec::new(),
    };
    Ok((vec![spec], Limits::default()))
}

async fn prepare(
    project: &Project,
    specs: &[ClusterSpec],
    args: &UpArgs,
    state: &State,
    run: &crate::state::RunFolder,
) -> Result<Arc<KindBackend>, Stop> {
    let built = specs.iter().filter(|spec| spec.image.is_none());
    let needs = Needs::suite(built.map(|spec| spec.kubernetes.clone()), []);
    let located = seatrial_setup::locate(&project.root, &needs).await;
    let located = located.map_err(|rows| drivers::missing("boot a cluster", &rows))?;
    let registry = drivers::registry(&located);
    let helm = Helm::within(located.helm, run.path(), run.marks())?;
    let mooring =
        Mooring { moorings: state.moorings(), since: Instant::now(), after: After::Stand(args.name.clone()) };
    let backend = KindBackend::new(run.owner(), run.kubeconfigs()?, helm, registry).moored(mooring);
    Ok(Arc::new(backend))
}
