//! What became of waivers and of the baseline in a run: which cells say something about them, and what.

use std::path::Path;

use seatrial_document::advice;
use seatrial_model::baseline::BaselineInUse;
use seatrial_model::judge::{self, Accounts, CODES, Exemptions, Look, Question, Told};
use seatrial_model::record::{CellRecord, CheckRecord};
use seatrial_model::suite::{Profile, Suite};
use seatrial_model::{CellId, CheckKind, Enforcement, Finding, Verdict, Waiver, time};
use seatrial_policy::PolicyLibrary;

use crate::plan::Plan;

/// What lets findings of a plan's cells pass on the day on which it starts.
pub(crate) fn exemptions(plan: &Plan, baseline: Option<BaselineInUse>, now: time::Instant) -> Exemptions {
    let root = plan.cells.first().map(|cell| cell.root.as_ref());
    let waivers = plan.suite.waivers.iter().map(|waiver| shown(waiver, root)).collect();
    Exemptions { waivers, baseline, today: time::day(now) }
}

/// The same waiver, whose file is relative to the project where it lies in it.
fn shown(waiver: &Waiver, root: Option<&Path>) -> Waiver {
    let mut waiver = waiver.clone();
    if let Some(inside) = root.and_then(|root| Path::new(&waiver.location.file).strip_prefix(root).ok()) {
        waiver.location.file = inside.display().to_string();
    }
    waiver
}

/// The accounts of a run as far as it came.
pub(crate) fn of(
    exemptions: &Exemptions,
    plan: &Plan,
    library: &PolicyLibrary,
    cells: &[CellRecord],
) -> Accounts {
    let whole = every_cell(&plan.suite);
    // With other versions every cell is another one than those that the suite means.
    let same = plan.selection.as_ref().is_none_or(|part| part.kubernetes.is_none() && part.helm.is_none());
    let looks: Vec<Look<'_>> = whole
        .iter()
        .map(|(id, profile)| {
            let cell = cells.iter().find(|cell| cell.cell == *id);
            let checks = cell.map(|cell| &cell.checks[..]).unwrap_or_default();
            let suite = &plan.suite;
            Look {
                chart: &id.chart,
                profile: &id.profile,
                cell: id.to_string(),
                findings: checks.iter().map(|check| &check.findings[..]).collect::<Vec<&[Finding]>>(),
                told: Box::new(
                    move |rule: &str| if same { told(suite, profile, cell, rule) } else { Told::Untold },
                ),
            }
        })
        .collect();
    let names = library.rules().iter().map(|rule| rule.id.as_str());
    let names: Vec<&str> = names.chain(CODES.iter().map(|code| code.name)).collect();
    let unknown = |rule: &str| {
        let known = names.contains(&rule);
        (!known).then(|| advice(rule, names.iter().copied()).unwrap_or_default())
    };
    judge::accounts(&Question {
        exemptions,
        looks: &looks,
        whole: plan.selection.is_none(),
        unknown: &unknown,
    })
}

/// All cells of a suite, chosen or not.
fn every_cell(suite: &Suite) -> Vec<(CellId, &Profile)> {
    let profiles = suite.charts.iter().flat_map(|chart| chart.profiles.iter().map(move |own| (chart, own)));
    profiles
        .flat_map(|(chart, profile)| {
            suite.clusters.iter().map(move |cluster| {
                let id = CellId {
                    chart: chart.name.clone(),
                    profile: profile.name.clone(),
                    kubernetes: cluster.kubernetes.clone(),
                    helm: cluster.helm,
                };
                (id, profile)
            })
        })
        .collect()
}

/// Whether a cell was asked a rule or code by every check that asks it.
fn told(suite: &Suite, profile: &Profile, cell: Option<&CellRecord>, rule: &str) -> Told {
    let code = judge::code(rule);
    let asks = |check: &CheckKind| {
        let by_it = code.map_or_else(|| check.evaluates_packs(), |code| code.check == *check);
        by_it && suite.checks.contains(check) && judge::applies(profile, *check)
    };
    let mut told = Told::NotAsked;
    for check in CheckKind::ALL.into_iter().filter(asks) {
        let Some(cell) = cell else { return Told::Untold };
        let Some(record) = cell.checks.iter().find(|record| record.check == check) else {
            return Told::Untold;
        };
        let asked = code.is_some() || record.cases.iter().any(|case| case.name == rule);
        match record.verdict {
            Verdict::Errored | Verdict::Skipped => return Told::Untold,
            Verdict::Failed if code.is_some() && !came_to_its_end(record) => return Told::Untold,
            Verdict::Passed | Verdict::Warned | Verdict::Failed if asked => told = Told::Judged,
            Verdict::Passed | Verdict::Warned | Verdict::Failed | Verdict::NotApplicable => {}
        }
    }
    told
}

/// Whether a check that failed had said all by then: it failed for what it found, and could go on after that.
fn came_to_its_end(check: &CheckRecord) -> bool {
    let enforced = check.findings.iter().any(|finding| finding.effect() == Enforcement::Enforce);
    enforced && check.findings.iter().all(|finding| judge::can_pass(&finding.rule))
}
