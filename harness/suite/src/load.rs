//! A suite file, from its path to a suite or to all its problems.

use std::fs;
use std::path::Path;

use seatrial_document::{Dialect, Document, Problem, Problems, Shape, parse_one};
use seatrial_model::suite::Suite;

use crate::file::SuiteFile;
use crate::known::Known;
use crate::prune::prune;
use crate::resolve::resolve;
use crate::schema::schema;

/// Loads a suite. Problems are of the suite's file and of its charts' `Chart.yaml`; they name files as `file`
/// does, relative when it is.
pub fn load(file: &Path, known: &Known) -> Result<Suite, Problems> {
    let shown = file.display().to_string();
    let text = fs::read_to_string(file)
        .map_err(|error| Problem::new(&shown, format!("the suite cannot be read: {error}")))?;
    let mut problems = Problems::default();
    problems.source(&shown, &text);
    let document = match parse_one(&text, Dialect::Core) {
        Ok(document) => document,
        Err(error) => {
            problems.push(error.in_file(&shown));
            return Err(problems);
        }
    };
    duplicates(&document, &shown, &mut problems);
    let shape = Shape::new(&schema()).map_err(|error| Problem::new(&shown, error))?;
    let whole = document.root;
    let errors = shape.check(&whole, &text);
    let root = prune(whole.clone(), &errors);
    for error in errors {
        problems.push(error.in_file(&shown));
    }
    let parsed: SuiteFile = match serde_json::from_value(root.to_json()) {
        Ok(parsed) => parsed,
        Err(error) => {
            // A root that is no map has been told; what is left are numbers that no type here holds.
            if root.as_map().is_some() {
                problems.push(Problem::new(&shown, format!("the suite cannot be read: {error}")));
            }
            return Err(problems);
        }
    };
    let suite = resolve(&parsed, &root, &whole, file, known, &mut problems);
    match suite {
        Some(suite) if problems.is_empty() => Ok(suite),
        _ => Err(problems),
    }
}

fn duplicates(document: &Document, shown: &str, problems: &mut Problems) {
    for duplicate in document.duplicates() {
        let message = format!("`{}` stands twice in this map", duplicate.key);
        let help = format!("it stands on line {} already; keep one of the two", duplicate.first.line());
        problems.push(Problem::new(shown, message).at(duplicate.again).help(help));
    }
}
