//! The way from an object's root to where the judge stands. Turned into a [`Path`] only for an error.

use seatrial_document::{Path, Step};

/// One step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At<'a> {
    Key(&'a str),
    Index(usize),
}

/// The whole way, and one key more where `key` names one.
pub(crate) fn path(way: &[At<'_>], key: Option<&str>) -> Path {
    let steps = way.iter().map(|at| match at {
        At::Key(key) => Step::Key((*key).to_owned()),
        At::Index(index) => Step::Index(*index),
    });
    steps.chain(key.map(|key| Step::Key(key.to_owned()))).collect()
}

/// The same with every item of a list alike, for advice: `spec.containers[*]`.
pub(crate) fn pattern(way: &[At<'_>]) -> String {
    let mut text = String::new();
    for at in way {
        match at {
            At::Key(key) => push(&mut text, key),
            At::Index(_) => text.push_str("[*]"),
        }
    }
    text
}

/// Adds a field to a pattern.
pub(crate) fn push(text: &mut String, field: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(field);
}
