//! Whether files name each other rightly: ids, tests beside their rules, packs, includes and overrides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use seatrial_document::advice;

use crate::layout::{PACK, Place};
use crate::load_error::LoadError;
use crate::module::{self, Module};
use crate::pack::{self, PackMeta};
use crate::rule::RuleMeta;

/// Everything that is wrong. What `places` hold counts as being there, also where it could not be read: that has been
/// told already.
pub(crate) fn mistakes(
    folder: &Path,
    places: &[Place],
    modules: &[Module],
    packs: &[PackMeta],
    rules: &[RuleMeta],
) -> Vec<LoadError> {
    let mut errors = duplicates(rules);
    errors.extend(nameless_packs(folder, places));
    errors.extend(lonely_tests(modules, places));
    let names: BTreeSet<_> = places.iter().filter_map(Place::pack).collect();
    let bringing: BTreeSet<_> = places.iter().filter_map(Place::rule).map(|(pack, _)| pack).collect();
    let ids: BTreeSet<_> = places.iter().filter_map(Place::rule).map(|(_, id)| id).collect();
    for module in modules {
        if let Some(pack) = packs.iter().find(|pack| pack.file == module.file) {
            let wrong = pack::mistakes(pack, packs, &names).into_iter();
            errors.extend(wrong.map(|message| module.error_at_key("includes", message)));
            if pack.includes.is_empty() && !bringing.contains(pack.name.as_str()) {
                errors.push(module.error(None, "the pack holds no rule and includes no other pack"));
            }
        }
        if let Some(rule) = rules.iter().find(|rule| rule.file == module.file) {
            let wrong = rule.overrides.iter().filter_map(|other| wrong_override(rule, other, &ids));
            errors.extend(wrong.map(|message| module.error_at_key("overrides", message)));
        }
    }
    errors
}

fn duplicates(rules: &[RuleMeta]) -> Vec<LoadError> {
    let mut first = BTreeMap::new();
    let mut errors = Vec::new();
    for rule in rules {
        if let Some(other) = first.insert(&rule.id, &rule.file) {
            errors.push(LoadError::new(&rule.file, None, format!("rule `{}` is also in {other}", rule.id)));
        }
    }
    errors
}

/// Folders with rules or tests in them and no file that says what the pack is.
fn nameless_packs(folder: &Path, places: &[Place]) -> Vec<LoadError> {
    let mut packs: BTreeSet<_> = places.iter().filter_map(Place::pack).collect();
    packs.retain(|name| !places.contains(&Place::Pack { pack: (*name).to_owned() }));
    let told = packs.into_iter().map(|name| {
        let file = folder.join(name).join(format!("{PACK}.rego"));
        let message = format!("is missing; it says what the pack is: {}", module::pack_example(name));
        LoadError::new(&file.display().to_string(), None, message)
    });
    told.collect()
}

/// Test files of a pack that test nothing.
fn lonely_tests(modules: &[Module], places: &[Place]) -> Vec<LoadError> {
    let lonely = modules.iter().filter_map(|module| {
        let Place::Test { pack, stem } = &module.place else { return None };
        let rule = Place::Rule { pack: pack.clone(), stem: stem.clone() };
        if !places.contains(&rule) {
            return Some(module.error(None, format!("stands beside no rule `{stem}.rego`")));
        }
        module.tests().next().is_none().then(|| module.error(None, "holds no rule `test_…`"))
    });
    lonely.collect()
}

fn wrong_override(rule: &RuleMeta, other: &str, ids: &BTreeSet<&str>) -> Option<String> {
    if other == rule.id {
        return Some(format!("rule `{other}` overrides itself; name another rule or leave it out"));
    }
    let unknown = !ids.contains(other);
    unknown.then(|| {
        let hint = advice(other, ids.iter().copied()).map_or_else(String::new, |hint| format!("; {hint}"));
        format!("overrides `{other}`, but there is no such rule{hint}")
    })
}
