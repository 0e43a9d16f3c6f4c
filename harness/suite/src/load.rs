//! A suite file, from its path to a suite or to all its problems.

use std::path::Path;

use seatrial_document::Problems;
use seatrial_model::suite::Suite;

use crate::file::SuiteFile;
use crate::known::Known;
use crate::read::{Parsed, read};
use crate::resolve::resolve;
use crate::schema::schema;
use crate::waivers;

/// Loads a suite. Problems are of the suite's file, of the waivers beside it and of its charts' `Chart.yaml`; they
/// name files as `file` does, relative when it is.
pub fn load(file: &Path, known: &Known) -> Result<Suite, Problems> {
    let mut problems = Problems::default();
    let suite = alone(file, known, &mut problems);
    let shared = waivers::shared(file, known, &mut problems);
    match suite {
        Some(mut suite) if problems.is_empty() => {
            let shared = waivers::with_elsewhere(shared, &suite, |other| {
                let mut problems = Problems::default();
                alone(other, known, &mut problems).filter(|_| problems.is_empty())
            });
            suite.waivers.extend(shared);
            Ok(suite)
        }
        _ => Err(problems),
    }
}

/// The suite without the waivers that are for all suites.
fn alone(file: &Path, known: &Known, problems: &mut Problems) -> Option<Suite> {
    let Parsed { file: parsed, root, whole } = read::<SuiteFile>(file, "the suite", &schema(), problems)?;
    resolve(&parsed, &root, &whole, file, known, problems)
}
