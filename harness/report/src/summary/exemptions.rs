//! Waivers and the baseline.

use seatrial_model::waiver::WaiverRecord;
use seatrial_model::{Finding, Record};

use super::failures::of_finding;
use crate::exemptions;
use crate::markdown::{code, text};

/// Places listed for one waiver, since a step summary has a bound.
const MATCHES: usize = 20;

pub(super) fn section(record: &Record) -> String {
    let parts = [findings(record), waivers(record), baseline(record)];
    let shown: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if shown.is_empty() { String::new() } else { format!("### Waivers and baseline\n\n{}", shown.join("\n")) }
}

/// What is wrong with them.
fn findings(record: &Record) -> String {
    let one = |found: &Finding| format!("- ⚠️ **{}**: {}\n", text(&found.rule), of_finding(found));
    record.findings.iter().map(one).collect()
}

fn waivers(record: &Record) -> String {
    if record.waivers.is_empty() {
        return String::new();
    }
    let rows: String = record.waivers.iter().map(row).collect();
    let head = "| rule | for | until | owner | reason | what became of it |\n|:--|:--|:--|:--|:--|:--|\n";
    format!("{head}{rows}")
}

fn row(own: &WaiverRecord) -> String {
    let waiver = &own.waiver;
    let matches = exemptions::matches(own);
    let mut places: String = matches.iter().take(MATCHES).map(|one| format!("<br>{}", code(one))).collect();
    if let Some(more) = matches.len().checked_sub(MATCHES).filter(|more| *more > 0) {
        places += &format!("<br>and {more} more");
    }
    format!(
        "| {} | {} | {} | {} | {} ({}) | {}{places} |\n",
        code(&waiver.rule),
        text(&waiver.scope.to_string()),
        waiver.expires,
        text(&waiver.owner),
        text(&waiver.reason),
        code(&waiver.location.to_string()),
        text(&exemptions::fate(own)),
    )
}

fn baseline(record: &Record) -> String {
    let Some(own) = &record.baseline else { return String::new() };
    let gone: String = exemptions::gone(own).iter().map(|one| format!("- {}\n", text(one))).collect();
    let gap = if gone.is_empty() { "" } else { "\n" };
    format!("Baseline {}: {}.\n{gap}{gone}", code(&own.file), text(&exemptions::passed(own)))
}
