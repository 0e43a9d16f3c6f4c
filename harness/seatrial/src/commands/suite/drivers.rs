//! The real drivers: helm as set-up knows it, and the kind backend.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use seatrial_cluster::{KindBackend, Mooring, RegistrySpec};
use seatrial_engine::{Plan, Ports};
use seatrial_helm::Helm;
use seatrial_model::{HelmMajor, Redactor, Trouble};
use seatrial_setup::{Located, Needs, Row, State};

use super::super::Stop;
use crate::project::Project;
use crate::state::RunFolder;

/// What cannot be done without helm.
const WHAT: &str = "render charts";

/// Ports on helm and Docker. What is missing is named, all of it, before anything runs.
pub(crate) async fn real(
    project: &Project,
    plan: &Plan,
    run: &RunFolder,
    mooring: Mooring,
) -> Result<Ports, Stop> {
    let located = seatrial_setup::locate(&project.root, &needs(plan)).await;
    let located = located.map_err(|rows| missing("start the run", &rows))?;
    let registry = registry(&located);
    let helm = Helm::within(located.helm, run.path(), run.marks())?;
    let backend = KindBackend::new(run.owner(), run.kubeconfigs()?, helm.clone(), registry);
    let backend = backend.moored(mooring);
    Ok(Ports { renderer: Arc::new(helm), backend: Arc::new(backend) })
}

/// The registry with the images that charts run; none for a project that builds none.
pub(crate) fn registry(located: &Located) -> Option<RegistrySpec> {
    (!located.registry_image.is_empty()).then(|| RegistrySpec {
        image: located.registry_image.clone(),
        volume: located.registry_volume.clone(),
        serves: located.served.clone(),
    })
}

/// Helm alone, which needs no Docker.
pub(crate) async fn helm(project: &Project, plan: &Plan, run: &RunFolder) -> Result<Helm, Stop> {
    let majors = plan.cells.iter().map(|cell| cell.id.helm);
    Ok(Helm::within(programs(&project.root, majors).await?, run.path(), run.marks())?)
}

/// The programs that render, where set-up finds them.
pub(crate) async fn programs(
    root: &Path,
    majors: impl IntoIterator<Item = HelmMajor>,
) -> Result<BTreeMap<HelmMajor, PathBuf>, Stop> {
    let needs = Needs::suite([], majors);
    let rows = seatrial_setup::doctor(root, &needs).await?;
    let mut programs = BTreeMap::new();
    for major in needs.helm {
        let name = format!("helm {major}");
        match rows.iter().find(|row| row.name == name) {
            Some(Row { state: State::Found { location, .. }, .. }) => {
                programs.insert(major, PathBuf::from(location));
            }
            Some(row) => return Err(missing(WHAT, std::slice::from_ref(row))),
            None => return Err(missing(WHAT, &rows)),
        }
    }
    Ok(programs)
}

fn needs(plan: &Plan) -> Needs {
    let clusters = plan.clusters();
    let built = clusters.iter().filter(|cluster| cluster.image.is_none());
    let helm = plan.cells.iter().map(|cell| cell.id.helm);
    Needs::suite(built.map(|cluster| cluster.kubernetes.clone()), helm)
}

/// What is missing for an operation, all of it.
pub(crate) fn missing(what: &str, rows: &[Row]) -> Stop {
    // Without an engine nothing else can be looked for.
    let engine = rows.iter().find(|row| row.name == "docker engine" && !row.state.is_found());
    let rows = engine.map_or(rows, std::slice::from_ref);
    let list: String =
        rows.iter().filter(|row| !row.state.is_found()).map(|row| format!("\n{row}")).collect();
    let why = Redactor::default().clean(&format!("this is not there:{list}\n"));
    Trouble::new(what, why)
        .hint("`seatrial setup --for SUITE`, with the same --kubernetes and --helm, provides what it can; `seatrial doctor` \
               shows the whole list")
        .into()
}
