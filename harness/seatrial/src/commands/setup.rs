//! `setup`: prepares what a suite or the tests need.

use std::io::IsTerminal;
use std::path::Path;

use anyhow::Context;

use seatrial_setup::{Lines, Needs};

use super::{Stop, load};
use crate::cli::{NeedArgs, SetupArgs};
use crate::project::Project;

pub(crate) async fn command(project: &Project, args: &SetupArgs) -> Result<u8, Stop> {
    let needs = needs(project, &args.need)?;
    let mut lines = Lines::new(std::io::stderr(), std::io::stderr().is_terminal());
    let summary = match seatrial_setup::run(&project.root, &needs, &mut lines).await {
        Err(trouble) if seatrial_setup::is_interruption(&trouble) => {
            anstream::eprintln!("{trouble}");
            return Ok(130);
        }
        answer => answer?,
    };
    anstream::eprintln!("{summary}");
    if let Some(file) = &args.env_file {
        write_environment(project, &needs, file).await?;
    }
    Ok(0)
}

/// What a purpose needs.
pub(crate) fn needs(project: &Project, args: &NeedArgs) -> Result<Needs, Stop> {
    let every_version = match args.purpose.as_str() {
        "test" => Some(Needs::test()),
        "bench" => Some(Needs::bench()),
        _ => None,
    };
    if let Some(needs) = every_version {
        if args.kubernetes.is_some() || args.helm.is_some() {
            return Err(Stop::Usage(format!(
                "error: --kubernetes and --helm do not go with `--for {}`, which needs every version",
                args.purpose
            )));
        }
        return Ok(needs);
    }
    let library = load::library(project)?;
    let suite = load::suite(project, &args.purpose, &library)?;
    let suite = load::with_versions(suite, args.kubernetes.as_ref(), args.helm)?;
    let built = suite.clusters.iter().filter(|cluster| cluster.image.is_none());
    Ok(Needs::suite(
        built.map(|cluster| cluster.kubernetes.clone()),
        suite.clusters.iter().map(|cluster| cluster.helm),
    ))
}

/// `NAME=value` lines that a shell or make can read.
async fn write_environment(project: &Project, needs: &Needs, file: &Path) -> Result<(), Stop> {
    let located = seatrial_setup::locate(&project.root, needs)
        .await
        .map_err(|rows| anyhow::anyhow!("{} items are missing right after set-up", rows.len()))?;
    let lines: String =
        located.environment().iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    std::fs::write(file, lines).with_context(|| format!("write {}", file.display()))?;
    Ok(())
}
