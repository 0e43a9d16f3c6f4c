//! Waivers: a day that is one, a rule that can be waived, each said once, names that the suite has.

use std::collections::BTreeMap;
use std::path::Path;

use seatrial_document::advice;
use seatrial_model::suite::ChartSpec;
use seatrial_model::time::Date;
use seatrial_model::waiver::Scope;
use seatrial_model::{Basis, Location, Waiver, judge};

use super::context::Context;
use crate::at::At;
use crate::file::{ScopeFile, SuiteFile, WaiverFile};
use crate::paths::absolute;

/// The waivers of a list in `file`.
pub(crate) fn resolve(
    context: &mut Context<'_>,
    parsed: Option<&[WaiverFile]>,
    at: At<'_>,
    file: &Path,
    shared: bool,
) -> Vec<Waiver> {
    let mut waivers: Vec<Waiver> = Vec::new();
    let mut seen: BTreeMap<(String, Scope), u32> = BTreeMap::new();
    for (index, written) in parsed.unwrap_or_default().iter().enumerate() {
        let here = at.item(index);
        let Some(waiver) = one(context, written, here, file, shared) else { continue };
        let line = here.field("rule").span.line();
        if let Some(first) = seen.insert((waiver.rule.clone(), waiver.scope.clone()), line) {
            let message = format!("`{}` is waived twice for {}", waiver.rule, waiver.scope);
            context.tell(here.field("rule"), message, Some(format!("the other one stands on line {first}")));
        }
        waivers.push(waiver);
    }
    waivers
}

/// The suite's own, whose charts and profiles must be the suite's.
pub(crate) fn of_suite(
    context: &mut Context<'_>,
    parsed: &SuiteFile,
    at: At<'_>,
    charts: &[ChartSpec],
    file: &Path,
) -> Vec<Waiver> {
    for (index, waiver) in parsed.waivers.iter().flatten().enumerate() {
        if let Some(scope) = &waiver.scope {
            names(context, parsed, scope, at.item(index).field("scope"), charts);
        }
    }
    resolve(context, parsed.waivers.as_deref(), at, file, false)
}

fn one(
    context: &mut Context<'_>,
    written: &WaiverFile,
    at: At<'_>,
    file: &Path,
    shared: bool,
) -> Option<Waiver> {
    if let Some(rule) = written.rule.as_deref().filter(|rule| !judge::can_pass(rule)) {
        let help = "it leaves nothing to judge: mend the chart, or expect the profile to be rejected";
        context.tell(at.field("rule"), format!("`{rule}` cannot be waived"), Some(help.into()));
    }
    let expires = written.expires.as_deref().and_then(|text| {
        let day = text.parse::<Date>().ok();
        if day.is_none() {
            let help = "write a day such as 2027-01-31".into();
            context.tell(at.field("expires"), format!("`{text}` is not in the calendar"), Some(help));
        }
        day
    });
    let scope = written.scope.clone().map_or_else(Scope::default, |scope| Scope {
        chart: scope.chart,
        profile: scope.profile,
        object: scope.object,
        container: scope.container,
    });
    let rule = written.rule.clone()?;
    let line = Some(at.field("rule").span.line());
    Some(Waiver {
        rule,
        scope,
        owner: written.owner.clone()?,
        reason: written.reason.clone()?,
        expires: expires?,
        location: Location { file: absolute(file).display().to_string(), line, basis: Basis::Exact },
        shared,
        elsewhere: Vec::new(),
    })
}

/// A chart or profile that the suite has not would be waived for nobody. What could not be resolved has been told,
/// and may be the one that is meant.
fn names(context: &mut Context<'_>, parsed: &SuiteFile, scope: &ScopeFile, at: At<'_>, charts: &[ChartSpec]) {
    let listed = parsed.charts.as_deref().unwrap_or_default();
    if charts.len() != listed.len() {
        return;
    }
    let chart = scope.chart.as_deref();
    if let Some(chart) = chart.filter(|chart| !charts.iter().any(|own| own.name == *chart)) {
        let help = advice(chart, charts.iter().map(|own| own.name.as_str()));
        context.tell(at.field("chart"), format!("the suite has no chart `{chart}`"), help);
        return;
    }
    let own = charts.iter().zip(listed).filter(|(own, _)| chart.is_none_or(|chart| chart == own.name));
    let whole = |(own, file): (&ChartSpec, &crate::file::ChartFile)| {
        file.profiles.as_ref().is_none_or(|entries| entries.len() == own.profiles.len())
    };
    if !own.clone().all(whole) {
        return;
    }
    let names: Vec<&str> =
        own.flat_map(|(own, _)| &own.profiles).map(|profile| profile.name.as_str()).collect();
    if let Some(profile) = scope.profile.as_deref().filter(|profile| !names.contains(profile)) {
        let of = chart.map_or("the suite".to_owned(), |chart| format!("chart `{chart}`"));
        let help = advice(profile, names);
        context.tell(at.field("profile"), format!("{of} has no profile `{profile}`"), help);
    }
}
