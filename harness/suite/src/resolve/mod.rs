//! Names to what they name, paths to what is there.

mod charts;
mod clusters;
mod context;
mod pods;
mod policies;
mod profile;
mod requirements;
pub(crate) mod waivers;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use seatrial_document::{Map, Node, Problems};
use seatrial_model::CheckKind;
use seatrial_model::suite::{Limits, Suite};

use crate::at::At;
use crate::file::{DurationText, LimitsFile, SuiteFile};
use crate::known::Known;
use crate::paths::absolute;
pub(crate) use context::Context;

/// The suite that a file describes. `root` is the tree that `parsed` was read from, `whole` the same before
/// anything was cut out of it. Where something is missing the answer is none; problems say what.
pub(crate) fn resolve(
    parsed: &SuiteFile,
    root: &Node,
    whole: &Node,
    file: &Path,
    known: &Known,
    problems: &mut Problems,
) -> Option<Suite> {
    let at = At::root(root);
    let mut context = Context::new(file, known, parsed.wait.unwrap_or_default(), problems);
    context.packs = names(whole.get("policies").and_then(|policies| policies.get("packs")));
    let requirements = requirements::resolve(&mut context, parsed, at.field("requirements"), whole);
    let clusters = clusters::resolve(&mut context, parsed, at.field("clusters"), &requirements);
    let charts = charts::resolve(&mut context, parsed, at.field("charts"), &requirements);
    let policy = policies::resolve(&mut context, parsed.policies.as_ref(), at.field("policies"));
    let checks = checks(&mut context, parsed, at.field("checks"), whole);
    let limits = limits(&mut context, parsed.limits.as_ref(), at.field("limits"));
    let waivers = waivers::of_suite(&mut context, parsed, at.field("waivers"), &charts, file);
    Some(Suite {
        name: file.file_stem()?.to_string_lossy().into_owned(),
        file: absolute(file),
        description: parsed.description.clone().unwrap_or_default(),
        clusters,
        contexts: parsed.contexts.clone().unwrap_or_default(),
        charts,
        checks,
        policy,
        limits,
        waivers,
    })
}

/// The keys of a map, if it is one.
fn names(node: Option<&Node>) -> BTreeSet<&str> {
    node.and_then(Node::as_map).into_iter().flat_map(Map::keys).collect()
}

/// All checks by default; `policy` and `audit` only where there is a pack to evaluate.
fn checks(context: &mut Context<'_>, parsed: &SuiteFile, at: At<'_>, whole: &Node) -> BTreeSet<CheckKind> {
    let packs = !context.packs.is_empty();
    let Some(named) = &parsed.checks else {
        return CheckKind::ALL.into_iter().filter(|check| packs || !check.evaluates_packs()).collect();
    };
    let checks: BTreeSet<CheckKind> = named.iter().copied().collect();
    // A word that was not understood may have been the one that is missed.
    let understood = whole.get("checks").and_then(Node::as_seq).is_some_and(|all| all.len() == named.len());
    for (index, check) in named.iter().enumerate() {
        let after_install = matches!(check, CheckKind::Test | CheckKind::Audit | CheckKind::Uninstall);
        if after_install && understood && !checks.contains(&CheckKind::Install) {
            let message = format!("the check `{check}` needs an installed chart");
            context.tell(at.item(index), message, Some("add `install`".into()));
        }
        if check.evaluates_packs() && !packs {
            let help = "name a pack under `policies: packs:`".into();
            context.tell(at.item(index), format!("the check `{check}` has nothing to evaluate"), Some(help));
        }
    }
    checks
}

fn limits(context: &mut Context<'_>, parsed: Option<&LimitsFile>, at: At<'_>) -> Limits {
    let default = Limits::default();
    let Some(file) = parsed else { return default };
    let mut read = |key: &str, text: &Option<DurationText>, default: Duration| {
        context.duration(text.as_ref(), at.field(key)).unwrap_or(default)
    };
    Limits {
        boot: read("boot", &file.boot, default.boot),
        install: read("install", &file.install, default.install),
        test: read("test", &file.test, default.test),
        uninstall: read("uninstall", &file.uninstall, default.uninstall),
    }
}
