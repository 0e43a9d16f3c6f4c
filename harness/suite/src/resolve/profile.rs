//! One chart's profiles.

use std::collections::BTreeMap;
use std::path::PathBuf;

use seatrial_chart::Chart;
use seatrial_model::suite::{Expectation, Levels, Overlay, Profile};

use super::context::Context;
use super::policies::{known_rule, pack_in_use, settings};
use super::requirements::{Requirements, named};
use crate::at::At;
use crate::file::{Expect, OverlayFile, ProfileEntry, ProfileFile, Scope};
use crate::paths::absolute;

/// A profile that is a stack of values and nothing else. Values are relative to the chart.
pub(crate) fn plain(context: &Context<'_>, name: &str, chart: &Chart, values: &[PathBuf]) -> Profile {
    Profile {
        name: name.to_owned(),
        values: values.iter().map(|file| absolute(&chart.dir.join(file))).collect(),
        set: Vec::new(),
        production: false,
        expect: Expectation::Works,
        overlay: None,
        requirements: Vec::new(),
        exclusive: false,
        levels: Levels::default(),
        wait: context.wait,
    }
}

/// The profiles that a suite lists. Without a chart only what does not need one is looked at.
pub(crate) fn listed(
    context: &mut Context<'_>,
    chart: Option<&Chart>,
    entries: &[ProfileEntry],
    at: At<'_>,
    requirements: &Requirements,
) -> Vec<Profile> {
    let mut profiles = Vec::new();
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let here = at.item(index);
        let (name, place) = match entry {
            ProfileEntry::Name(name) => (Some(name.as_str()), here),
            ProfileEntry::Full(file) => (file.name.as_deref(), here.field("name")),
        };
        if let Some(name) = name
            && let Some(first) = names.insert(name, place.span.line())
        {
            let message = format!("two profiles of this chart are named `{name}`");
            context.tell(place, message, Some(format!("the other one stands on line {first}")));
        }
        let profile = match entry {
            ProfileEntry::Name(name) => by_name(context, chart, name, here, false),
            ProfileEntry::Full(file) => full(context, chart, file, here, requirements),
        };
        profiles.extend(profile);
    }
    profiles
}

/// The profile that the chart's files suggest under a name.
fn by_name(
    context: &mut Context<'_>,
    chart: Option<&Chart>,
    name: &str,
    at: At<'_>,
    sets: bool,
) -> Option<Profile> {
    let chart = chart?;
    if let Some(found) = chart.profile(name) {
        return Some(plain(context, name, chart, &found.values));
    }
    let names: Vec<&str> = chart.profiles.iter().map(|found| found.name.as_str()).collect();
    let near = seatrial_document::nearest(name, names.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if sets => "for the chart's own values and these `set` entries write `values: []`".to_owned(),
        None => {
            format!("the chart's files suggest `{}`; for another stack list its `values`", names.join("`, `"))
        }
    };
    context.tell(at, format!("chart `{}` has no profile `{name}`", chart.name), Some(help));
    None
}

fn full(
    context: &mut Context<'_>,
    chart: Option<&Chart>,
    file: &ProfileFile,
    at: At<'_>,
    declared: &Requirements,
) -> Option<Profile> {
    for pack in file.packs.iter().flatten().map(|(pack, _)| pack) {
        pack_in_use(context, pack, at.field("packs").key(pack));
    }
    for rule in file.rules.iter().flatten().map(|(rule, _)| rule) {
        known_rule(context, rule, at.field("rules").key(rule));
    }
    for (index, entry) in file.set.iter().flatten().enumerate() {
        if entry.split_once('=').is_none_or(|(key, _)| key.is_empty()) {
            let here = at.field("set").item(index);
            context.tell(here, format!("`{entry}` sets nothing"), Some("write `key=value`".into()));
        }
    }
    let asked = file.requirements.as_deref().unwrap_or_default();
    let requirements = named(context, asked, at.field("requirements"), declared, Scope::Cell);
    let expect = expectation(context, file.expect.as_ref(), at.field("expect"));
    let overlay = file.overlay.as_ref().and_then(|file| overlay(context, file, at.field("overlay")));
    if matches!(file.expect, Some(Expect::Rejected(_))) && file.overlay.is_some() {
        let message = "an overlay on a profile that is to be rejected";
        context.tell(at.key("overlay"), message, Some("it is never installed; remove the overlay".into()));
    }
    let name = file.name.as_deref()?;
    let sets = file.set.is_some();
    let stack = match (&file.values, chart) {
        (None, chart) => by_name(context, chart, name, at.field("name"), sets)?,
        (Some(values), Some(chart)) => {
            for (index, value) in values.iter().enumerate() {
                context.file(&chart.dir, value, at.field("values").item(index));
            }
            let values: Vec<PathBuf> = values.iter().map(PathBuf::from).collect();
            plain(context, name, chart, &values)
        }
        (Some(_), None) => return None,
    };
    Some(Profile {
        set: file.set.clone().unwrap_or_default(),
        production: file.production.unwrap_or_default(),
        expect: expect?,
        overlay,
        requirements,
        exclusive: file.exclusive.unwrap_or_default(),
        levels: Levels {
            packs: settings(file.packs.as_ref()),
            rules: file.rules.clone().unwrap_or_default(),
        },
        wait: file.wait.unwrap_or(context.wait),
        ..stack
    })
}

fn expectation(context: &mut Context<'_>, file: Option<&Expect>, at: At<'_>) -> Option<Expectation> {
    let Some(Expect::Rejected(file)) = file else { return Some(Expectation::Works) };
    let rejected = file.rejected.as_ref()?;
    let message = rejected.message.as_deref()?;
    if let Err(error) = regex::Regex::new(message) {
        // The last line says what is wrong; those before it draw the place in the expression.
        let said = error.to_string();
        let why = said.lines().last().unwrap_or_default().trim_start_matches("error: ");
        let here = at.field("rejected").field("message");
        let help = "escape what is meant literally with a backslash, in single quotes: '\\('";
        context.tell(here, format!("not a regular expression: {why}"), Some(help.into()));
    }
    Some(Expectation::Rejected { at: rejected.at?, message: message.to_owned() })
}

fn overlay(context: &mut Context<'_>, file: &OverlayFile, at: At<'_>) -> Option<Overlay> {
    let path = context.file(context.folder, file.file.as_deref()?, at.field("file"));
    let reason = file.reason.as_deref()?;
    if reason.trim().is_empty() {
        let help = "say why the profile cannot be installed as it is";
        context.tell(at.field("reason"), "an overlay without a reason", Some(help.into()));
    }
    let allow = file.allow.iter().flatten().copied().collect();
    Some(Overlay { file: absolute(&path?), reason: reason.to_owned(), allow })
}
