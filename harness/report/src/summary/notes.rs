//! What a good run still has to say: audit findings, deviations, what was not exercised, time.

use std::collections::BTreeSet;

use seatrial_model::{Clean, Enforcement, Record};

use super::failures::of_finding;
use crate::markdown::{code, text};
use crate::{retried, timing};

pub(super) fn flaky(record: &Record) -> String {
    let mut out = Vec::new();
    for flaky in retried::flaky(record) {
        out.push(format!("- {} is {}\n", code(&flaky.what), flaky.good_at()));
        out.extend(
            flaky
                .attempts
                .iter()
                .enumerate()
                .map(|(index, why)| format!("  - attempt {}: {}\n", index + 1, text(why))),
        );
        out.extend(flaky.evidence.iter().map(|folder| format!("  - evidence: {}\n", code(folder))));
    }
    if out.is_empty() {
        return String::new();
    }
    let head =
        "### Flaky\n\nCould not be told at first and was tried again. Nothing that failed is tried again.";
    format!("{head}\n\n{}", out.concat())
}

pub(super) fn audit(record: &Record) -> String {
    let mut out = Vec::new();
    for cell in &record.cells {
        let findings = cell.checks.iter().flat_map(|check| &check.findings);
        for found in findings.filter(|found| found.effect() == Enforcement::Audit) {
            out.push(format!(
                "- {} **{}**: {}\n",
                code(&cell.cell.to_string()),
                text(&found.rule),
                of_finding(found)
            ));
        }
    }
    if out.is_empty() {
        return String::new();
    }
    format!("### Audit findings\n\nReported, and failing nothing.\n\n{}", out.concat())
}

pub(super) fn deviations(record: &Record) -> String {
    let mut out = Vec::new();
    for cell in &record.cells {
        for deviation in &cell.deviations {
            for change in &deviation.changes {
                let value =
                    |value: &Option<Clean>| value.as_ref().map_or("absent".to_owned(), |v| code(v.as_str()));
                out.push(format!(
                    "| {} | {} | {} | {} | {} | {} |\n",
                    code(&cell.cell.to_string()),
                    code(&deviation.object.to_string()),
                    code(&change.path),
                    value(&change.from),
                    value(&change.to),
                    text(&deviation.reason)
                ));
            }
        }
    }
    if out.is_empty() {
        return String::new();
    }
    format!(
        "### Deviations\n\nWhat was installed differs from the profile in this, so that it fits the cluster. \
         Policies judged the profile.\n\n| cell | object | path | profile | installed | reason |\n\
         |:--|:--|:--|:--|:--|:--|\n{}",
        out.concat()
    )
}

pub(super) fn not_exercised(record: &Record) -> String {
    let told: BTreeSet<String> = record
        .clusters
        .iter()
        .flat_map(|cluster| cluster.not_exercised.iter().map(|what| format!("- {}\n", text(what))))
        .collect();
    if told.is_empty() {
        return String::new();
    }
    format!("### Not exercised\n\n{}", Vec::from_iter(told).concat())
}

/// What clusters say of themselves.
pub(super) fn clusters(record: &Record) -> String {
    let told: String = record
        .clusters
        .iter()
        .flat_map(|cluster| {
            cluster.notes.iter().map(|note| format!("- {}: {}\n", text(&cluster.name), text(note.as_str())))
        })
        .collect();
    if told.is_empty() { told } else { format!("### Clusters\n\n{told}") }
}

pub(super) fn time(record: &Record) -> String {
    let rows: Vec<String> = timing::spent(record)
        .iter()
        .map(|spent| format!("| {} | {} | {} |\n", text(&spent.what), spent.took, text(&spent.steps)))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "### Where the time went\n\nSummed over cells, which run in parallel.\n\n| | took | steps |\n\
         |:--|--:|:--|\n{}",
        rows.concat()
    )
}
