//! What a plain script would do: each profile's helm commands, one after the other, on one standing cluster. Charts,
//! values, overlays and requirements are those of the suite.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use seatrial_engine::{Plan, PlannedCell, Selection};
use seatrial_model::suite::{Expectation, RequirementSource};
use seatrial_policy::PolicyLibrary;
use seatrial_suite::Known;
use tokio::process::Command;

use crate::process;
use crate::setting::{Setting, told};

const DEADLINE: Duration = Duration::from_mins(10);

/// Seconds that the commands took on a cluster that stands, on which the suite has run before. In namespaces of their own:
/// what helm leaves in them, such as the claims of a database, would be in the next run's way.
pub(crate) async fn run(setting: &Setting, suite: &str, kubeconfig: &Path) -> anyhow::Result<f64> {
    let copy = charts(&setting.root).await?;
    let plan = plan(copy.path(), setting, suite)?;
    let since = Instant::now();
    for cell in &plan.cells {
        let helm = Helm {
            program: told("SEATRIAL_HELM4")?,
            kubeconfig,
            namespace: format!("script-{}", cell.id.namespace()),
        };
        if cell.profile.expect == Expectation::Works {
            cell_in_turn(&helm, cell).await.with_context(|| cell.id.to_string())?;
        }
    }
    Ok(since.elapsed().as_secs_f64())
}

async fn cell_in_turn(helm: &Helm<'_>, cell: &PlannedCell) -> anyhow::Result<()> {
    let release = cell.id.release();
    let mut stands = Vec::new();
    for requirement in &cell.profile.requirements {
        if let RequirementSource::Chart { path, values } = &requirement.source {
            helm.install(&requirement.name, path, values, &[]).await?;
            stands.push(&requirement.name);
        }
    }
    let overlay = cell.profile.overlay.iter().map(|overlay| overlay.file.clone());
    let values: Vec<PathBuf> = cell.profile.values.iter().cloned().chain(overlay).collect();
    helm.install(&release, &cell.chart.path, &values, &cell.profile.set).await?;
    helm.call(&["test", &release]).await?;
    helm.call(&["uninstall", &release, "--wait"]).await?;
    for name in stands {
        helm.call(&["uninstall", name, "--wait"]).await?;
    }
    Ok(())
}

struct Helm<'a> {
    program: String,
    kubeconfig: &'a Path,
    namespace: String,
}

impl Helm<'_> {
    async fn install(
        &self,
        release: &str,
        chart: &Path,
        values: &[PathBuf],
        set: &[String],
    ) -> anyhow::Result<()> {
        let mut command = self.command(&["install", release, "--wait", "--create-namespace"]);
        command.arg(chart);
        for file in values {
            command.arg("--values").arg(file);
        }
        for entry in set {
            command.arg("--set").arg(entry);
        }
        process::run(&mut command, DEADLINE).await?.well(&format!("helm install {release}")).map(drop)
    }

    async fn call(&self, words: &[&str]) -> anyhow::Result<()> {
        let measured = process::run(&mut self.command(words), DEADLINE).await?;
        measured.well(&format!("helm {}", words.join(" "))).map(drop)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).arg("--kubeconfig").arg(self.kubeconfig).args(["--namespace", &self.namespace]);
        command
    }
}

/// Suites and charts in a copy, the charts with their dependencies in them, as somebody who uses helm has them.
pub(crate) async fn charts(root: &Path) -> anyhow::Result<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    let mut cp = Command::new("cp");
    cp.arg("-r").args(["charts", "suites"].map(|name| root.join(name))).arg(copy.path());
    process::run(&mut cp, DEADLINE).await?.well("copy the charts")?;
    for chart in std::fs::read_dir(copy.path().join("charts"))? {
        let mut build = Command::new(told("SEATRIAL_HELM4")?);
        build.args(["dependency", "build"]).arg(chart?.path());
        process::run(&mut build, DEADLINE).await?.well("helm dependency build")?;
    }
    Ok(copy)
}

/// The suite's cells, all of them.
fn plan(copy: &Path, setting: &Setting, suite: &str) -> anyhow::Result<Plan> {
    let policies = setting.root.join("policies");
    let library = PolicyLibrary::load(&policies)?;
    let known = Known {
        rules: library.rules().iter().map(|rule| (rule.id.clone(), rule.pack.clone())).collect(),
        packs: library.packs().iter().map(|pack| pack.name.clone()).collect(),
        includes: library
            .packs()
            .iter()
            .map(|pack| {
                let included = library.with_included(&pack.name).into_iter().filter(|one| *one != pack.name);
                (pack.name.clone(), included.map(str::to_owned).collect())
            })
            .collect(),
        kubernetes: seatrial_setup::known_versions(),
        policies_folder: policies,
    };
    let file = seatrial_suite::find(&copy.join("suites"), suite).map_err(anyhow::Error::msg)?;
    let suite = seatrial_suite::load(&file, &known).map_err(|problems| anyhow::anyhow!("{problems}"))?;
    seatrial_engine::plan(&Arc::new(suite), &Selection::default(), copy).map_err(anyhow::Error::msg)
}
