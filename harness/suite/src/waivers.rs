//! The file of waivers for all suites of a folder.

use std::path::Path;

use seatrial_document::Problems;
use seatrial_model::CellId;
use seatrial_model::Waiver;
use seatrial_model::suite::{Suite, WaitMode};

use crate::at::At;
use crate::file::WaiversFile;
use crate::find::list;
use crate::known::Known;
use crate::read::read;
use crate::resolve::{Context, waivers};
use crate::schema::waivers_schema;

/// Its name, beside the suites.
const FILE: &str = "waivers.yaml";

/// Those beside a suite; none where there is no such file.
pub(crate) fn shared(suite: &Path, known: &Known, problems: &mut Problems) -> Vec<Waiver> {
    let file = suite.with_file_name(FILE);
    if !file.exists() {
        return Vec::new();
    }
    let Some(parsed) = read::<WaiversFile>(&file, "the file of waivers", &waivers_schema(), problems) else {
        return Vec::new();
    };
    let mut context = Context::new(&file, known, WaitMode::default(), problems);
    let at = At::root(&parsed.root).field("waivers");
    waivers::resolve(&mut context, parsed.file.waivers.as_deref(), at, &file, true)
}

/// The same, each with the other suites of the folder that have cells in its scope which this one has not. One that
/// cannot be loaded may have any.
pub(crate) fn with_elsewhere(
    mut waivers: Vec<Waiver>,
    suite: &Suite,
    load: impl Fn(&Path) -> Option<Suite>,
) -> Vec<Waiver> {
    if waivers.is_empty() {
        return waivers;
    }
    let folder = suite.file.parent().unwrap_or(Path::new(""));
    let names = list(folder).unwrap_or_default();
    let own: Vec<CellId> = cells(suite).collect();
    for name in names.into_iter().filter(|name| *name != suite.name) {
        let other = load(&folder.join(format!("{name}.yaml")));
        for waiver in &mut waivers {
            let beyond = |cell: CellId| waiver.scope.has(&cell.chart, &cell.profile) && !own.contains(&cell);
            if other.as_ref().is_none_or(|other| cells(other).any(beyond)) {
                waiver.elsewhere.push(name.clone());
            }
        }
    }
    waivers
}

fn cells(suite: &Suite) -> impl Iterator<Item = CellId> + '_ {
    let profiles = suite.charts.iter().flat_map(|chart| chart.profiles.iter().map(move |own| (chart, own)));
    profiles.flat_map(|(chart, profile)| {
        suite.clusters.iter().map(move |cluster| CellId {
            chart: chart.name.clone(),
            profile: profile.name.clone(),
            kubernetes: cluster.kubernetes.clone(),
            helm: cluster.helm,
        })
    })
}
