//! Cold boots: ours beside the real `kind create cluster`, in turn, on the same image, until DNS answers.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use seatrial_cluster::{KindBackend, cluster_dns};
use seatrial_ports::{Backend, Cancel, Watch};
use tokio::process::Command;

use crate::figure::Figure;
use crate::process;
use crate::setting::{Setting, helm, plain_cluster, run_id, told};

const DEADLINE: Duration = Duration::from_mins(5);

pub(crate) async fn measure(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let (mut ours, mut kinds, mut created) = (Vec::new(), Vec::new(), Vec::new());
    let mut steps: BTreeMap<(usize, String), Vec<f64>> = BTreeMap::new();
    for number in 1..=setting.runs {
        // In turn the first: it may find the image's files on the disk only, and the other in memory.
        let ((total, its), (until_return, until_dns)) = if number % 2 == 1 {
            let theirs = kinds_boot(&setting.root).await?;
            (our_boot().await?, theirs)
        } else {
            (our_boot().await?, kinds_boot(&setting.root).await?)
        };
        for (place, (step, seconds)) in its.into_iter().enumerate() {
            steps.entry((place, step)).or_default().push(seconds);
        }
        println!(
            "  {number}: seatrial {total:.1} s, kind {until_dns:.1} s ({until_return:.1} s without DNS)"
        );
        ours.push(total);
        kinds.push(until_dns);
        created.push(until_return);
    }
    let ratios = ours.iter().zip(&kinds).map(|(ours, kinds)| 100.0 * ours / kinds).collect();
    let mut figures = vec![
        Figure::new("seatrial, until DNS answers", "s", ours).at_most(12.0),
        Figure::new("kind, until DNS answers", "s", kinds),
        Figure::new("seatrial of kind, pair by pair", "%", ratios).at_most(60.0),
        Figure::new("kind create cluster alone", "s", created),
    ];
    figures.extend(
        steps
            .into_iter()
            .map(|((_, step), samples)| Figure::new(format!("  seatrial: {step}"), "s", samples)),
    );
    Ok(figures)
}

/// Seconds in all and by step.
async fn our_boot() -> anyhow::Result<(f64, Vec<(String, f64)>)> {
    let folder = tempfile::tempdir()?;
    let backend = KindBackend::new(&run_id("boot"), folder.path(), helm()?, None);
    let spec = plain_cluster()?;
    let since = Instant::now();
    let booted = backend.provision(&spec, DEADLINE, &Watch::default(), &Cancel::default()).await?;
    let total = since.elapsed().as_secs_f64();
    booted.cluster.teardown().await?;
    backend.finish().await?;
    let steps = booted.facts.steps.into_iter();
    Ok((total, steps.map(|step| (step.step, Duration::from(step.duration).as_secs_f64())).collect()))
}

/// Seconds until the program returns, and until DNS answers. Removes the cluster whatever happened.
async fn kinds_boot(root: &Path) -> anyhow::Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let name = "seatrial-bench";
    let program = told("SEATRIAL_KIND")?;
    let call = |words: &[&str]| {
        let mut command = Command::new(&program);
        command.args(words).args(["--name", name]).arg("--kubeconfig").arg(folder.path().join("kubeconfig"));
        command
    };
    // What a measurement that was killed left.
    process::run(&mut call(&["delete", "cluster"]), DEADLINE).await?.well("kind delete cluster")?;
    let config = root.join("images/node/kind.yaml");
    let mut create = call(&["create", "cluster", "--image", &told("SEATRIAL_NODE_1_36")?]);
    let since = Instant::now();
    let created = process::run(create.arg("--config").arg(config), DEADLINE).await;
    let until_return = since.elapsed().as_secs_f64();
    let answered = cluster_dns(&format!("{name}-control-plane"), DEADLINE).await;
    let until_dns = since.elapsed().as_secs_f64();
    process::run(&mut call(&["delete", "cluster"]), DEADLINE).await?.well("kind delete cluster")?;
    created?.well("kind create cluster")?;
    answered.context("after kind create cluster")?;
    Ok((until_return, until_dns))
}
