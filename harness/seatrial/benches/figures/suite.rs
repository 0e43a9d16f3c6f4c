//! The suite `prod-readiness` on a cold cluster, beside the same helm commands one after the other on a cluster that
//! stands already.

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
    let script = sequence::run(setting, SUITE).await?;
    println!("  the same helm commands, one after the other: {script:.1} s");
    let mut figures = vec![
        Figure::new(format!("{SUITE}, cold cluster"), "s", vec![wall]).at_most(150.0),
        Figure::new("  of which boot", "s", vec![boot.as_secs_f64()]),
        Figure::new("helm commands in turn, standing cluster", "s", vec![script]),
        Figure::new("suite of the commands, boot included", "%", vec![100.0 * wall / script]),
        Figure::new(
            "suite of the commands, boot not counted",
            "%",
            vec![100.0 * (wall - boot.as_secs_f64()) / script],
        )
        .at_most(50.0),
        Figure::new("harness's own processor time", "s", vec![cold.own]),
        Figure::new("harness's own share of the wall time", "%", vec![100.0 * cold.own / wall]).at_most(5.0),
        Figure::new("harness's memory", "MiB", vec![cold.peak]),
    ];
    let wall = on_a_standing_cluster(setting).await?;
    figures.push(Figure::new(format!("{SUITE}, standing cluster"), "s", vec![wall]).at_most(90.0));
    Ok(figures)
}

/// Seconds of the suite on a cluster that `cluster up` left, which is taken down whatever happens.
async fn on_a_standing_cluster(setting: &Setting) -> anyhow::Result<f64> {
    let call = async |words: &[&str]| {
        let mut command = seatrial(words);
        command.arg("--root").arg(&setting.root);
        process::run(&mut command, DEADLINE).await?.well(&format!("seatrial {}", words.join(" ")))
    };
    call(&["cluster", "up", "--suite", SUITE, "--name", STANDING]).await?;
    let reused = run(setting, &["--reuse"]).await;
    call(&["cluster", "down", STANDING]).await?;
    Ok(reused?.0.wall.as_secs_f64())
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
