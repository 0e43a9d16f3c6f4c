//! What became of waivers and of the baseline when all was judged: what they let pass, and which of them nobody needs.

use crate::baseline::{self, BaselineInUse, BaselineRecord, Counts, Entry};
use crate::finding::{Basis, Finding, Location};
use crate::record::{CellRecord, Record};
use crate::secret::Redactor;
use crate::waiver::{Matched, Waiver, WaiverRecord, WaiverState};

use super::Exemptions;

/// Whether a rule was asked of a render.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// It was.
    Judged,
    /// Nobody wanted it to be: the rule is off there, or no check asks it.
    NotAsked,
    /// It should have been, and was not or not to the end.
    Untold,
}

/// A chart with a profile that should be looked at, and what was found.
pub struct Look<'a> {
    /// The chart; empty where manifests are judged.
    pub chart: &'a str,
    /// The profile; empty where manifests are judged.
    pub profile: &'a str,
    /// The cell as it is displayed, or what stands for it.
    pub cell: String,
    /// What was found, check by check, judged.
    pub findings: Vec<&'a [Finding]>,
    /// Whether a rule or code was asked.
    pub told: Box<dyn Fn(&str) -> Told + 'a>,
}

/// What accounts are made of.
pub struct Question<'a> {
    /// What let findings pass.
    pub exemptions: &'a Exemptions,
    /// Everything that the suite tries, looked at or not.
    pub looks: &'a [Look<'a>],
    /// Whether nothing was left out on purpose.
    pub whole: bool,
    /// For a name that no rule and no check has, what to write instead, empty where nothing is near.
    pub unknown: &'a dyn Fn(&str) -> Option<String>,
}

/// What became of waivers and the baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// One for each waiver, in their order.
    pub waivers: Vec<WaiverRecord>,
    /// The baseline, where one is given.
    pub baseline: Option<BaselineRecord>,
    /// What is wrong with them. Nothing of it fails a run.
    pub findings: Vec<Finding>,
}

/// Looks at each waiver and at each entry of the baseline.
pub fn accounts(question: &Question<'_>) -> Accounts {
    let mut accounts = Accounts::default();
    for waiver in &question.exemptions.waivers {
        let record = of_waiver(question, waiver);
        accounts.findings.extend(finding(question, &record));
        accounts.waivers.push(record);
    }
    if let Some(own) = &question.exemptions.baseline {
        let record = of_baseline(question, own);
        accounts.findings.extend(vanished(&record));
        accounts.baseline = Some(record);
    }
    accounts
}

/// Counts again what the cells of a record tell, for one whose run did not come to its end.
pub fn refill(record: &mut Record) {
    let cells = &record.cells;
    for own in &mut record.waivers {
        own.matched = cells.iter().flat_map(|cell| of_cell(&own.waiver, cell)).collect();
        if own.state == WaiverState::Open && !own.matched.is_empty() {
            own.state = WaiverState::Used;
        }
    }
    if let Some(own) = &mut record.baseline {
        let findings = cells.iter().flat_map(|cell| &cell.checks).flat_map(|check| &check.findings);
        own.passed = findings.filter(|finding| finding.baseline).count();
    }
}

fn of_cell(waiver: &Waiver, cell: &CellRecord) -> Vec<Matched> {
    let (chart, profile) = (&cell.cell.chart, &cell.cell.profile);
    let findings = cell.checks.iter().flat_map(|check| &check.findings);
    matched(&cell.cell.to_string(), findings.filter(|finding| waiver.covers(chart, profile, finding)))
}

/// Findings of one cell by object and container, in the order in which they come first.
fn matched<'a>(cell: &str, findings: impl Iterator<Item = &'a Finding>) -> Vec<Matched> {
    let mut all: Vec<Matched> = Vec::new();
    for finding in findings {
        let same = |one: &&mut Matched| one.object == finding.object && one.container == finding.container;
        if let Some(known) = all.iter_mut().find(same) {
            known.findings += 1;
        } else {
            all.push(Matched {
                cell: cell.to_owned(),
                object: finding.object.clone(),
                container: finding.container.clone(),
                findings: 1,
            });
        }
    }
    all
}

fn of_waiver(question: &Question<'_>, waiver: &Waiver) -> WaiverRecord {
    let covered = |look: &Look<'_>| {
        let findings = look.findings.iter().copied().flatten();
        matched(&look.cell, findings.filter(|finding| waiver.covers(look.chart, look.profile, finding)))
    };
    let matched: Vec<Matched> = in_scope(question, waiver).flat_map(covered).collect();
    let state = if (question.unknown)(&waiver.rule).is_some() {
        WaiverState::UnknownRule
    } else if in_scope(question, waiver).next().is_none() {
        WaiverState::Elsewhere
    } else if waiver.is_expired(question.exemptions.today) {
        WaiverState::Expired
    } else if !matched.is_empty() {
        WaiverState::Used
    } else if is_decided(question, waiver) {
        WaiverState::Unused
    } else {
        WaiverState::Open
    };
    WaiverRecord { waiver: waiver.clone(), state, matched }
}

/// Whether all of a waiver's scope was judged, so that what it did not match is nowhere.
fn is_decided(question: &Question<'_>, waiver: &Waiver) -> bool {
    let told = |wanted| in_scope(question, waiver).any(|look| (look.told)(&waiver.rule) == wanted);
    question.whole
        && waiver.elsewhere.is_empty()
        && !told(Told::Untold)
        // What is written for all suites may be needed by one that asks the rule.
        && (!waiver.shared || told(Told::Judged))
}

fn in_scope<'a>(question: &'a Question<'a>, waiver: &'a Waiver) -> impl Iterator<Item = &'a Look<'a>> {
    question.looks.iter().filter(|look| waiver.scope.has(look.chart, look.profile))
}

/// What is wrong with a waiver.
fn finding(question: &Question<'_>, record: &WaiverRecord) -> Option<Finding> {
    let waiver = &record.waiver;
    let what = format!("the waiver of `{}` for {}", waiver.rule, waiver.scope);
    let (code, text) = match record.state {
        WaiverState::Used | WaiverState::Open | WaiverState::Elsewhere => return None,
        WaiverState::UnknownRule => {
            let help = (question.unknown)(&waiver.rule).filter(|help| !help.is_empty());
            let help = help.map(|help| format!("; {help}")).unwrap_or_default();
            (
                "waiver-unknown-rule",
                format!("{what} waives nothing: no rule and no check has that name{help}"),
            )
        }
        WaiverState::Expired => {
            let count: usize = record.matched.iter().map(|matched| matched.findings).sum();
            let rest = match count {
                0 if is_decided(question, waiver) => "nothing needs it any more; remove it".to_owned(),
                0 => format!("remove it, or let {} renew it", waiver.owner),
                1 => format!(
                    "it covers a finding, judged without it; mend that, or let {} renew it",
                    waiver.owner
                ),
                count => {
                    format!(
                        "it covers {count} findings, judged without it; mend those, or let {} renew it",
                        waiver.owner
                    )
                }
            };
            ("waiver-expired", format!("{what} expired after {} and waives nothing: {rest}", waiver.expires))
        }
        WaiverState::Unused => {
            let judged = in_scope(question, waiver).any(|look| (look.told)(&waiver.rule) == Told::Judged);
            let why = if judged {
                "all of its scope was judged, and it matched nothing; remove it"
            } else {
                "nothing in its scope is asked that rule; remove it, or ask for the rule"
            };
            ("waiver-unused", format!("{what} is not needed: {why}"))
        }
    };
    Some(of_run(code, &text, waiver.location.clone()))
}

fn of_run(code: &str, text: &str, location: Location) -> Finding {
    Finding { location: Some(location), ..Finding::of_check(code, Redactor::default().clean(text)).audited() }
}

fn of_baseline(question: &Question<'_>, own: &BaselineInUse) -> BaselineRecord {
    let mut present = Counts::new();
    let mut passed = 0;
    for look in question.looks {
        for findings in &look.findings {
            baseline::most(&mut present, &baseline::count(look.chart, look.profile, *findings));
            passed += findings.iter().filter(|finding| finding.baseline).count();
        }
    }
    let mut record = BaselineRecord {
        file: own.file.clone(),
        entries: own.baseline.counts.len(),
        passed,
        ..BaselineRecord::default()
    };
    for Entry { identity, count } in own.baseline.entries() {
        let looks = question.looks.iter();
        let looks = looks.filter(|look| look.chart == identity.chart && look.profile == identity.profile);
        let told: Vec<Told> = looks.map(|look| (look.told)(&identity.rule)).collect();
        if told.contains(&Told::Untold) {
            continue;
        }
        if !told.contains(&Told::Judged) {
            record.idle += 1;
            continue;
        }
        let gone = count.saturating_sub(present.get(&identity).copied().unwrap_or_default());
        if gone > 0 {
            record.vanished.push(Entry { identity, count: gone });
        }
    }
    record.removed = own.update && !record.vanished.is_empty();
    record
}

fn vanished(record: &BaselineRecord) -> Option<Finding> {
    let first = record.vanished.first().filter(|_| !record.removed)?;
    let what = match record.vanished.len() {
        1 => format!("an entry of the baseline is gone ({})", first.identity),
        number => format!("{number} entries of the baseline are gone (the first: {})", first.identity),
    };
    let text =
        format!("{what}; remove what is gone with --update-baseline, so that it cannot come back unseen");
    let location = Location { file: record.file.clone(), line: None, basis: Basis::File };
    Some(of_run("baseline-vanished", &text, location))
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
