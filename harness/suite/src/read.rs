//! A file of ours as its types, with every mismatch told: text, tree, schema, types.

use std::fs;
use std::path::Path;

use seatrial_document::{Dialect, Document, Node, Problem, Problems, Shape, parse_one};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::prune::prune;

/// What a file says.
pub(crate) struct Parsed<T> {
    /// As its types, as far as it fits them.
    pub(crate) file: T,
    /// The tree that it was read from.
    pub(crate) root: Node,
    /// The same before anything was cut out of it.
    pub(crate) whole: Node,
}

/// Reads a file, which is called `what` where it cannot be.
pub(crate) fn read<T: DeserializeOwned>(
    file: &Path,
    what: &str,
    schema: &Value,
    problems: &mut Problems,
) -> Option<Parsed<T>> {
    let shown = file.display().to_string();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            problems.push(Problem::new(&shown, format!("{what} cannot be read: {error}")));
            return None;
        }
    };
    problems.source(&shown, &text);
    let document = match parse_one(&text, Dialect::Core) {
        Ok(document) => document,
        Err(error) => {
            problems.push(error.in_file(&shown));
            return None;
        }
    };
    duplicates(&document, &shown, problems);
    let shape = match Shape::new(schema) {
        Ok(shape) => shape,
        Err(error) => {
            problems.push(Problem::new(&shown, error));
            return None;
        }
    };
    let whole = document.root;
    let errors = shape.check(&whole, &text);
    let root = prune(whole.clone(), &errors);
    for error in errors {
        problems.push(error.in_file(&shown));
    }
    match serde_json::from_value(root.to_json()) {
        Ok(file) => Some(Parsed { file, root, whole }),
        Err(error) => {
            // A root that is no map has been told; what is left are numbers that no type here holds.
            if root.as_map().is_some() {
                problems.push(Problem::new(&shown, format!("{what} cannot be read: {error}")));
            }
            None
        }
    }
}

fn duplicates(document: &Document, shown: &str, problems: &mut Problems) {
    for duplicate in document.duplicates() {
        let message = format!("`{}` stands twice in this map", duplicate.key);
        let help = format!("it stands on line {} already; keep one of the two", duplicate.first.line());
        problems.push(Problem::new(shown, message).at(duplicate.again).help(help));
    }
}
