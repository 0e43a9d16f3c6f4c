//! Policy packs and rules.

use std::collections::{BTreeMap, BTreeSet};

use seatrial_model::Enforcement;
use seatrial_model::suite::PolicySpec;

use super::context::Context;
use super::pods;
use crate::at::At;
use crate::file::{PackSetting, PoliciesFile};
use crate::paths::absolute;

/// `named` are the packs that the file names, understood or not.
pub(crate) fn resolve(
    context: &mut Context<'_>,
    parsed: Option<&PoliciesFile>,
    at: At<'_>,
    named: &BTreeSet<&str>,
) -> PolicySpec {
    let folder = absolute(&context.known.policies_folder);
    let Some(file) = parsed else { return PolicySpec { folder, ..PolicySpec::default() } };
    let mut packs = BTreeMap::new();
    let known = context.known;
    for (pack, setting) in file.packs.iter().flatten() {
        if !known.packs.contains(pack) {
            let here = at.field("packs").key(pack);
            context.unknown(here, "policy pack", pack, known.packs.iter().map(String::as_str));
        }
        packs.insert(pack.clone(), enforcement(*setting));
    }
    for rule in file.rules.iter().flatten().map(|(rule, _)| rule) {
        rule_in_use(context, rule, at.field("rules").key(rule), named);
    }
    for rule in file.parameters.iter().flatten().map(|(rule, _)| rule) {
        rule_in_use(context, rule, at.field("parameters").key(rule), named);
    }
    PolicySpec {
        folder,
        packs,
        rules: file.rules.clone().unwrap_or_default(),
        parameters: file.parameters.clone().unwrap_or_default(),
        pod_paths: pods::resolve(
            context,
            file.pod_paths.as_deref().unwrap_or_default(),
            at.field("podPaths"),
        ),
    }
}

/// A rule must be there, and of a pack that the suite uses: settings that change nothing are mistakes.
fn rule_in_use(context: &mut Context<'_>, rule: &str, at: At<'_>, named: &BTreeSet<&str>) {
    if let Some(pack) = known_rule(context, rule, at)
        && !named.iter().any(|named| context.known.brings(named, &pack))
    {
        let message = format!("rule `{rule}` is of the pack `{pack}`, which this suite does not use");
        context.tell(at, message, Some(format!("add `{pack}: default` under `policies: packs:`")));
    }
}

/// The pack of a rule that must be there.
pub(crate) fn known_rule(context: &mut Context<'_>, rule: &str, at: At<'_>) -> Option<String> {
    let known = context.known;
    let pack = known.rules.get(rule).cloned();
    if pack.is_none() {
        context.unknown(at, "rule", rule, known.rules.keys().map(String::as_str));
    }
    pack
}

fn enforcement(setting: PackSetting) -> Option<Enforcement> {
    match setting {
        PackSetting::Enforce => Some(Enforcement::Enforce),
        PackSetting::Audit => Some(Enforcement::Audit),
        PackSetting::Off => Some(Enforcement::Off),
        PackSetting::Default => None,
    }
}
