//! The last run's record, and what of it was not good.

use std::collections::BTreeSet;
use std::path::Path;

use seatrial_engine::Earlier;
use seatrial_model::suite::Suite;
use seatrial_model::{CellId, Record};

use super::Stop;

/// The cells of the last run of this suite that were not good or did not end.
pub(crate) fn bad_cells(reports: &Path, suite: &Suite) -> Result<Earlier, Stop> {
    let record = read(reports)?;
    let run = &record.run;
    if record.suite != suite.name {
        return Err(nothing(&format!("the last run, {run}, was of the suite `{}`", record.suite)));
    }
    let bad = record.cells.iter().filter(|cell| !cell.verdict.is_good()).map(|cell| &cell.cell);
    let bad: BTreeSet<CellId> = bad.chain(&record.unfinished).cloned().collect();
    if bad.is_empty() {
        let part =
            record.selection.as_ref().map(|part| format!(" ({})", part.sentence())).unwrap_or_default();
        return Err(nothing(&format!("every cell of the last run, {run}{part}, was good")));
    }
    let known = |cell: &&CellId| {
        let profiles =
            suite.charts.iter().filter(|chart| chart.name == cell.chart).flat_map(|chart| &chart.profiles);
        let cluster =
            suite.clusters.iter().any(|own| own.kubernetes == cell.kubernetes && own.helm == cell.helm);
        cluster && profiles.into_iter().any(|profile| profile.name == cell.profile)
    };
    if !bad.iter().any(|cell| known(&cell)) {
        let names: Vec<_> = bad.iter().map(ToString::to_string).collect();
        let text = format!(
            "the suite has none of the cells that were bad in the last run, {run}: {}",
            names.join(", ")
        );
        return Err(nothing(&text));
    }
    Ok(Earlier { run: run.clone(), cells: bad })
}

fn read(reports: &Path) -> Result<Record, Stop> {
    let file = reports.join("latest/run.json");
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(nothing(&match std::fs::read_link(reports.join("latest")) {
                Ok(run) => format!("the last run, {}, left no run.json: it did not end", run.display()),
                Err(_) => format!("there is no last run in {}", reports.display()),
            }));
        }
        Err(error) => return Err(nothing(&format!("{} cannot be read: {error}", file.display()))),
    };
    seatrial_report::read(&text).map_err(|error| nothing(&format!("{}: {error}", file.display())))
}

fn nothing(why: &str) -> Stop {
    Stop::Usage(format!("error: --failed selects nothing: {why}"))
}
