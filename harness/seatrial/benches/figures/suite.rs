//! The suite `prod-readiness` on a cold cluster; and on a cluster that stands, beside the same helm commands one after
//! the other there.

use std::time::Duration;

use anyhow::Context;
use seatrial_model::Record;
use tokio::process::Command;

use crate::figure::Figure;
use crate::process::{self, Measured};
use crate::sequence;
use crate::setting::Setting;

const SUITE: &str = "prod-readiness";
/// The standing cluster's name.
const STANDING: &str = "bench";
const DEADLINE: Duration = Duration::from_mins(20);

pub(crate) async fn measure(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let (cold, record) = run(setting, &[]).await?;
    let wall = cold.wall.as_secs_f64();
    println!("  suite on a cold cluster: {wall:.1} s");
    let boot: Duration = record
        .clusters
        .iter()
        .flat_map(|cluster| &cluster.steps)
        .map(|step| Duration::from(step.duration))
        .sum();
    let standing = on_a_standing_cluster(setting).await?;
    let Standing { first, script, second } = standing;
    println!(
        "  on a standing cluster: {first:.1} s, the same helm commands in turn {script:.1} s, again {second:.1} s"
    );
    Ok(vec![
        Figure::new(format!("{SUITE}, cold cluster"), "s", vec![wall]).at_most(150.0),
        Figure::new("  of which boot", "s", vec![boot.as_secs_f64()]),
        Figure::new("harness's own processor time", "s", vec![cold.own]),
        Figure::new("harness's own share of the wall time", "%", vec![100.0 * cold.own / wall]).at_most(5.0),
        Figure::new("harness's memory", "MiB", vec![cold.peak]),
        Figure::new("standing cluster, first run", "s", vec![first]).at_most(90.0),
        Figure::new("standing cluster, helm commands in turn", "s", vec![script]),
        Figure::new("standing cluster, second run", "s", vec![second]).at_most(90.0),
        Figure::new("suite of the commands, same cluster", "%", vec![100.0 * second / script]).at_most(50.0),
    ])
}

/// Seconds on one cluster that `cluster up` left: the suite, a script's commands, the suite again. Images are there for
/// both of the last two.
struct Standing {
    first: f64,
    script: f64,
    second: f64,
}

/// The cluster is taken down whatever happens.
async fn on_a_standing_cluster(setting: &Setting) -> anyhow::Result<Standing> {
    let call = async |words: &[&str]| {
        let mut command = seatrial(words);
        command.arg("--root").arg(&setting.root);
        process::run(&mut command, DEADLINE).await?.well(&format!("seatrial {}", words.join(" ")))
    };
    call(&["cluster", "up", "--suite", SUITE, "--name", STANDING]).await?;
    let measured = async {
        let first = run(setting, &["--reuse"]).await?.0.wall.as_secs_f64();
        let state = seatrial_setup::state_folder().map_err(|trouble| anyhow::anyhow!("{trouble}"))?;
        let kubeconfig = state.join("clusters").join(STANDING).join("kubeconfig");
        let script = sequence::run(setting, SUITE, &kubeconfig).await?;
        let second = run(setting, &["--reuse"]).await?.0.wall.as_secs_f64();
        anyhow::Ok(Standing { first, script, second })
    };
    let measured = measured.await;
    call(&["cluster", "down", STANDING]).await?;
    measured
}

fn seatrial(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
    command.args(words);
    command
}

async fn run(setting: &Setting, more: &[&str]) -> anyhow::Result<(Measured, Record)> {
    let reports = tempfile::tempdir()?;
    let mut command = seatrial(&["suite", SUITE]);
    command.args(more).arg("--root").arg(&setting.root).arg("--reports").arg(reports.path());
    let measured = process::run(&mut command, DEADLINE).await?.well("the suite")?;
    let text = std::fs::read_to_string(reports.path().join("latest/run.json")).context("read the record")?;
    Ok((measured, serde_json::from_str(&text).context("read the record")?))
}
