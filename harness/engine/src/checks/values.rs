//! What a `values.schema.json` has against a key of the values, and where that key is written.

use std::path::{Path, PathBuf};

use seatrial_chart::KeyPath;
use seatrial_document::{Dialect, Node, parse_one};
use seatrial_model::{Basis, Finding, Location, Redactor};
use seatrial_ports::{Stack, ValueProblem};

use crate::plan::PlannedCell;

/// The finding of one key.
pub(crate) fn finding(
    cell: &PlannedCell,
    problem: &ValueProblem,
    stack: &Stack,
    redactor: &Redactor,
) -> Finding {
    let key = whole(cell, problem);
    let (shown, given) = (KeyPath(key.clone()).to_string(), set_by(&key, &stack.set));
    let what = if shown.is_empty() { "the values".to_owned() } else { format!("`{shown}`") };
    let by = given.map(|entry| format!(", set by `{entry}`")).unwrap_or_default();
    let message =
        format!("refused by the values.schema.json of {}: {what}: {}{by}", problem.chart, problem.message);
    let finding = Finding::of_check("values-schema", redactor.clean(&message));
    let finding = if shown.is_empty() { finding } else { finding.at(shown) };
    let location = given.is_none().then(|| written(cell, &key, stack));
    Finding { location, ..finding }
}

/// The key from the root of the chart under test: a subchart's values stand under its name.
fn whole(cell: &PlannedCell, problem: &ValueProblem) -> Vec<String> {
    let own = problem.chart.is_empty() || problem.chart == cell.chart.name;
    let above = (!own).then(|| problem.chart.clone());
    above.into_iter().chain(problem.key.iter().cloned()).collect()
}

/// The `set` entry that gives the key: entries win over files.
fn set_by<'a>(key: &[String], set: &'a [String]) -> Option<&'a str> {
    let shown = KeyPath(key.to_vec()).to_string();
    let gives = |entry: &&String| {
        entry.split_once('=').is_some_and(|(name, _)| name == shown || shown.starts_with(&format!("{name}.")))
    };
    set.iter().rev().find(gives).filter(|_| !shown.is_empty()).and_then(|entry| entry.split('=').next())
}

/// Where the key is written: in the last values file that has it, else in the one that has most of the way to it.
fn written(cell: &PlannedCell, key: &[String], stack: &Stack) -> Location {
    let defaults = cell.chart.path.join("values.yaml");
    let files = stack.values.iter().rev().map(PathBuf::as_path).chain([defaults.as_path()]);
    let best = files.filter_map(|file| Some((file, line(file, key)?))).reduce(|best, other| {
        let (steps, others) = (best.1.0, other.1.0);
        if others > steps { other } else { best }
    });
    match best {
        Some((file, (steps, line))) if steps > 0 => {
            let basis = if steps == key.len() { Basis::Exact } else { Basis::Inferred };
            Location { file: cell.shown(file), line: Some(line), basis }
        }
        _ => {
            let schema = cell.chart.path.join("values.schema.json");
            Location { file: cell.shown(&schema), line: None, basis: Basis::File }
        }
    }
}

/// How many steps of the key a file has, and the line of the last one.
fn line(file: &Path, key: &[String]) -> Option<(usize, u32)> {
    let text = std::fs::read_to_string(file).ok()?;
    let root = parse_one(&text, Dialect::Helm).ok()?.root;
    let (mut node, mut found): (&Node, _) = (&root, (0, root.line()));
    for step in key {
        let below = match (node.as_map(), node.as_seq()) {
            (Some(map), _) => map.entry(step).map(|entry| (&entry.value, entry.key_span.line())),
            (_, Some(items)) => {
                step.parse().ok().and_then(|index: usize| items.get(index)).map(|item| (item, item.line()))
            }
            _ => None,
        };
        let Some((value, line)) = below else { break };
        found = (found.0 + 1, line);
        node = value;
    }
    Some(found)
}
