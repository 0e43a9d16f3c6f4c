//! Policy packs and rules.

use std::collections::BTreeMap;

use seatrial_model::Enforcement;
use seatrial_model::suite::PolicySpec;

use super::context::Context;
use super::pods;
use crate::at::At;
use crate::file::{PackSetting, PoliciesFile};
use crate::paths::absolute;

/// What the file says of them for the whole suite.
pub(crate) fn resolve(context: &mut Context<'_>, parsed: Option<&PoliciesFile>, at: At<'_>) -> PolicySpec {
    let folder = absolute(&context.known.policies_folder);
    let Some(file) = parsed else { return PolicySpec { folder, ..PolicySpec::default() } };
    for pack in file.packs.iter().flatten().map(|(pack, _)| pack) {
        known_pack(context, pack, at.field("packs").key(pack));
    }
    for rule in file.rules.iter().flatten().map(|(rule, _)| rule) {
        rule_in_use(context, rule, at.field("rules").key(rule));
    }
    for rule in file.parameters.iter().flatten().map(|(rule, _)| rule) {
        rule_in_use(context, rule, at.field("parameters").key(rule));
    }
    PolicySpec {
        folder,
        packs: settings(file.packs.as_ref()),
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
fn rule_in_use(context: &mut Context<'_>, rule: &str, at: At<'_>) {
    if let Some(pack) = known_rule(context, rule, at)
        && !is_used(context, &pack)
    {
        let message = format!("rule `{rule}` is of the pack `{pack}`, which this suite does not use");
        context.tell(at, message, Some(format!("add `{pack}: default` under `policies: packs:`")));
    }
}

/// A pack that a profile names must be one that the suite uses, itself or by another one.
pub(crate) fn pack_in_use(context: &mut Context<'_>, pack: &str, at: At<'_>) {
    if !known_pack(context, pack, at) || is_used(context, pack) {
        return;
    }
    let help =
        format!("add it under `policies: packs:`; `{pack}: off` there leaves it to this profile alone");
    context.tell(at, format!("this suite does not use the pack `{pack}`"), Some(help));
}

/// Whether the suite names a pack, or one that includes it. A word that is no pack's name may be meant for it.
fn is_used(context: &Context<'_>, pack: &str) -> bool {
    let known = context.known;
    context.packs.iter().any(|named| known.brings(named, pack) || !known.packs.contains(*named))
}

fn known_pack(context: &mut Context<'_>, pack: &str, at: At<'_>) -> bool {
    let known = context.known;
    let there = known.packs.contains(pack);
    if !there {
        context.unknown(at, "policy pack", pack, known.packs.iter().map(String::as_str));
    }
    there
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

/// Settings of packs; none where a rule's own default is left.
pub(crate) fn settings(
    packs: Option<&BTreeMap<String, PackSetting>>,
) -> BTreeMap<String, Option<Enforcement>> {
    packs.into_iter().flatten().map(|(pack, setting)| (pack.clone(), enforcement(*setting))).collect()
}

fn enforcement(setting: PackSetting) -> Option<Enforcement> {
    match setting {
        PackSetting::Enforce => Some(Enforcement::Enforce),
        PackSetting::Audit => Some(Enforcement::Audit),
        PackSetting::Off => Some(Enforcement::Off),
        PackSetting::Default => None,
    }
}
