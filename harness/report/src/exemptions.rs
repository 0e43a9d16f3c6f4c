//! Waivers and the baseline in words, the same in every report: what they let pass, and what is wrong with them.

use seatrial_model::baseline::{BaselineRecord, Entry};
use seatrial_model::waiver::{Matched, WaiverRecord, WaiverState};
use seatrial_model::{Finding, Record};

use crate::line::{counted, line};

/// Entries of the baseline that are listed one by one.
const ENTRIES: usize = 20;

/// A waiver or the baseline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// `waiver: cpu-limit for chart app`, or `baseline FILE`.
    pub(crate) name: String,
    /// All there is to say.
    pub(crate) lines: Vec<String>,
}

/// Each waiver and the baseline, with the run's findings about it.
pub(crate) fn told(record: &Record) -> Vec<Told> {
    let mut left: Vec<&Finding> = record.findings.iter().collect();
    let mut all = Vec::new();
    for own in &record.waivers {
        let mut lines = vec![about(own), fate(own)];
        lines.extend(matches(own));
        lines.extend(take(&mut left, &own.waiver.location.to_string()));
        all.push(Told { name: format!("waiver: {}", name(own)), lines });
    }
    if let Some(own) = &record.baseline {
        let mut lines = vec![passed(own)];
        lines.extend(gone(own));
        lines.extend(take(&mut left, &own.file));
        all.push(Told { name: line(&format!("baseline {}", own.file)), lines });
    }
    if !left.is_empty() {
        let lines = left.iter().flat_map(|finding| crate::finding::lines(finding)).collect();
        all.push(Told { name: "the run".to_owned(), lines });
    }
    all
}

/// Lines of the findings at a place, which are taken out.
fn take(left: &mut Vec<&Finding>, place: &str) -> Vec<String> {
    let here = |finding: &Finding| finding.location.as_ref().is_some_and(|own| own.to_string() == place);
    let (own, others): (Vec<&Finding>, Vec<&Finding>) =
        std::mem::take(left).into_iter().partition(|finding| here(finding));
    *left = others;
    own.into_iter().flat_map(crate::finding::lines).collect()
}

/// `cpu-limit for chart app, profile dev`.
pub(crate) fn name(own: &WaiverRecord) -> String {
    line(&format!("{} for {}", own.waiver.rule, own.waiver.scope))
}

/// `until 2026-12-31, platform: the vendor's image (suites/waivers.yaml:12)`.
pub(crate) fn about(own: &WaiverRecord) -> String {
    let waiver = &own.waiver;
    line(&format!("until {}, {}: {} ({})", waiver.expires, waiver.owner, waiver.reason, waiver.location))
}

/// What became of it.
pub(crate) fn fate(own: &WaiverRecord) -> String {
    let findings = counted(own.matched.iter().map(|matched| matched.findings).sum(), "finding");
    match own.state {
        WaiverState::Used => format!("lets {findings} pass"),
        WaiverState::Unused => "not needed".to_owned(),
        WaiverState::Open if own.waiver.elsewhere.is_empty() => {
            "let nothing pass; not all of its scope was judged".to_owned()
        }
        WaiverState::Open => {
            line(&format!("let nothing pass; more of its scope is in {}", own.waiver.elsewhere.join(", ")))
        }
        WaiverState::Elsewhere => "for nothing that this suite tries".to_owned(),
        WaiverState::Expired if own.matched.is_empty() => "expired".to_owned(),
        WaiverState::Expired => format!("expired; {findings} judged without it"),
        WaiverState::UnknownRule => "no rule has that name".to_owned(),
    }
}

/// `app/dev@1.36+helm4: Deployment/web, container proxy (2 findings)`, one for each.
pub(crate) fn matches(own: &WaiverRecord) -> Vec<String> {
    let one = |matched: &Matched| {
        let object = matched.object.as_ref().map(ToString::to_string);
        let container = matched.container.as_ref().map(|container| format!("container {container}"));
        let on: Vec<String> = object.into_iter().chain(container).collect();
        let on = if on.is_empty() { String::new() } else { format!(": {}", on.join(", ")) };
        let many =
            if matched.findings == 1 { String::new() } else { format!(" ({} findings)", matched.findings) };
        line(&format!("{}{on}{many}", matched.cell))
    };
    own.matched.iter().map(one).collect()
}

/// `lets 3 findings pass; 5 entries`.
pub(crate) fn passed(own: &BaselineRecord) -> String {
    let entries = if own.entries == 1 { "1 entry".to_owned() } else { format!("{} entries", own.entries) };
    let idle = match own.idle {
        0 => String::new(),
        number => format!(", {number} of them for nothing that this suite asks"),
    };
    format!("lets {} pass; {entries}{idle}", counted(own.passed, "finding"))
}

/// What is gone of it.
pub(crate) fn gone(own: &BaselineRecord) -> Vec<String> {
    let word = if own.removed { "gone, and removed" } else { "gone" };
    let one = |entry: &Entry| {
        let many = if entry.count == 1 { String::new() } else { format!(" ({} times)", entry.count) };
        line(&format!("{word}: {}{many}", entry.identity))
    };
    let mut lines: Vec<String> = own.vanished.iter().take(ENTRIES).map(one).collect();
    if let Some(more) = own.vanished.len().checked_sub(ENTRIES).filter(|more| *more > 0) {
        lines.push(format!("{word}: {more} more"));
    }
    lines
}
