//! Charts under test.

use std::collections::BTreeMap;

use seatrial_chart::Chart;
use seatrial_model::suite::{ChartSpec, Profile};

use super::context::Context;
use super::profile;
use super::requirements::Requirements;
use crate::at::At;
use crate::file::{ChartFile, SuiteFile};
use crate::paths::absolute;

pub(crate) fn resolve(
    context: &mut Context<'_>,
    parsed: &SuiteFile,
    at: At<'_>,
    requirements: &Requirements,
) -> Vec<ChartSpec> {
    let mut charts = Vec::new();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let mut cells: BTreeMap<String, String> = BTreeMap::new();
    for (index, file) in parsed.charts.iter().flatten().enumerate() {
        let here = at.item(index);
        let Some(chart) = one(context, file, here, requirements) else { continue };
        if let Some(first) = names.insert(chart.name.clone(), here.span.line()) {
            let message = format!("two charts are named `{}`", chart.name);
            let help = format!("the other one stands on line {first}; list all profiles under one of them");
            context.tell(here.field("chart"), message, Some(help));
        } else {
            for profile in &chart.profiles {
                same_namespace(context, &mut cells, &chart.name, &profile.name, here);
            }
        }
        charts.push(chart);
    }
    charts
}

/// A cell's namespace is made of both names: `app` with `prod-small` and `app-prod` with `small` share one.
fn same_namespace(
    context: &mut Context<'_>,
    cells: &mut BTreeMap<String, String>,
    chart: &str,
    profile: &str,
    at: At<'_>,
) {
    let cell = format!("{chart}/{profile}");
    let other = cells.insert(format!("{chart}-{profile}"), cell.clone());
    // Two profiles of one name are a problem of their own.
    if let Some(other) = other.filter(|other| *other != cell) {
        let message = format!("the cells {other} and {cell} would share the namespace {chart}-{profile}");
        context.tell(at.field("chart"), message, Some("give one of the profiles another name".into()));
    }
}

fn one(
    context: &mut Context<'_>,
    file: &ChartFile,
    at: At<'_>,
    requirements: &Requirements,
) -> Option<ChartSpec> {
    let folder = context.chart_folder(file.chart.as_deref()?, at.field("chart"));
    let chart = folder.and_then(|folder| match Chart::load(&folder) {
        Ok(chart) => Some(chart),
        Err(problems) => {
            context.problems.absorb(problems);
            None
        }
    });
    if let Some(chart) = chart.as_ref().filter(|chart| chart.library) {
        let message = format!("`{}` is a library chart, which cannot be installed", chart.name);
        context.tell(at.field("chart"), message, Some("name a chart that uses it".into()));
    }
    let profiles: Vec<Profile> = match (&file.profiles, &chart) {
        (Some(entries), chart) => {
            profile::listed(context, chart.as_ref(), entries, at.field("profiles"), requirements)
        }
        (None, Some(chart)) => chart
            .profiles
            .iter()
            .map(|found| profile::plain(context, &found.name, chart, &found.values))
            .collect(),
        (None, None) => Vec::new(),
    };
    chart.map(|chart| ChartSpec { name: chart.name, path: absolute(&chart.dir), profiles })
}
