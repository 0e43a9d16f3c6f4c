//! What a testsuite says about its cell besides results.

use seatrial_model::Record;
use seatrial_model::attempt::AttemptRecord;
use seatrial_model::record::CellRecord;

use crate::line::line;
use crate::retried;

/// Name and value of each property, in a fixed order. What there may be several of has a number in its name.
pub(super) fn of_cell(record: &Record, cell: &CellRecord) -> Vec<(String, String)> {
    let cluster = record.clusters.iter().find(|cluster| cluster.name == cell.cluster);
    let kubernetes =
        cluster.map_or_else(|| cell.cell.kubernetes.to_string(), |cluster| cluster.kubernetes.clone());
    let helm = cluster.and_then(|cluster| cluster.helm.clone()).unwrap_or_else(|| cell.cell.helm.to_string());
    let mut properties: Vec<(String, String)> = [
        ("run", record.run.clone()),
        ("suite", record.suite.clone()),
        ("chart", cell.cell.chart.clone()),
        ("profile", cell.cell.profile.clone()),
        ("cluster", cell.cluster.clone()),
        ("kubernetes", kubernetes),
        ("helm", helm),
        ("namespace", cell.namespace.clone()),
        ("release", cell.release.clone()),
        ("production", cell.production.to_string()),
        ("expectation", cell.expectation.clone()),
        ("verdict", cell.verdict.to_string()),
        ("duration", cell.duration.to_string()),
        ("waited", cell.waited.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), line(&value)))
    .to_vec();
    if let Some(selection) = retried::selection(record) {
        properties.push(("selection".to_owned(), selection));
    }
    if !cell.attempts.is_empty() {
        properties.push(("flaky".to_owned(), cell.is_flaky().to_string()));
        properties.push(("attempts".to_owned(), (cell.attempts.len() + 1).to_string()));
    }
    number(&mut properties, "attempt", cell.attempts.iter().map(AttemptRecord::sentence));
    let kept = cell.attempts.iter().flat_map(|attempt| attempt.evidence.iter().cloned());
    number(&mut properties, "attempt-evidence", kept);
    if let Some(first) = &cell.stopped_by {
        properties.push(("stopped-by".to_owned(), line(&first.to_string())));
    }
    let steps = cell.requirements.iter().map(|step| format!("{} ({})", step.step, step.duration));
    number(&mut properties, "requirement", steps);
    number(&mut properties, "ran-alone", cell.exclusive.iter().map(ToString::to_string));
    number(&mut properties, "deviation", deviations(cell));
    if let Some(cluster) = cluster {
        number(&mut properties, "substitution", cluster.substitutions.iter().cloned());
        number(&mut properties, "not-exercised", cluster.not_exercised.iter().cloned());
        number(&mut properties, "note", cluster.notes.iter().map(ToString::to_string));
    }
    number(&mut properties, "evidence", cell.evidence.iter().cloned());
    properties
}

/// `Deployment/api spec.replicas: 5 → 1 (overlay dev.yaml: one node)`.
fn deviations(cell: &CellRecord) -> impl Iterator<Item = String> {
    cell.deviations.iter().flat_map(|deviation| {
        deviation.changes.iter().map(move |change| {
            let value = |value: &Option<seatrial_model::Clean>| {
                value.as_ref().map_or_else(|| "absent".to_owned(), ToString::to_string)
            };
            format!(
                "{} {}: {} → {} (overlay {}: {})",
                deviation.object,
                change.path,
                value(&change.from),
                value(&change.to),
                deviation.overlay,
                deviation.reason
            )
        })
    })
}

fn number(to: &mut Vec<(String, String)>, name: &str, values: impl Iterator<Item = String>) {
    to.extend(values.enumerate().map(|(index, value)| (format!("{name}.{}", index + 1), line(&value))));
}
