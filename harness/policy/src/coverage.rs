//! Which lines of rules their tests reach.

use std::collections::BTreeSet;

use regorus::coverage::Report;

use crate::module::Module;

/// The lines of one file that can be reached, split by whether a test did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCoverage {
    /// The file, as [`RuleMeta::file`](crate::RuleMeta::file) names it.
    pub file: String,
    /// 1-based lines that were evaluated.
    pub covered: BTreeSet<u32>,
    /// 1-based lines that were never evaluated.
    pub missed: BTreeSet<u32>,
}

/// One entry for each file of rules or of what they share, in the order of files. A file that no test touched is not in the
/// report: all its rules are missed then.
pub(crate) fn of(modules: &[Module], report: &Report) -> Vec<FileCoverage> {
    let judged = modules.iter().filter(|module| module.is_judging());
    let of_file = |module: &Module| match report.files.iter().find(|file| file.path == module.file) {
        Some(file) => FileCoverage {
            file: module.file.clone(),
            covered: file.covered.clone(),
            missed: file.not_covered.clone(),
        },
        None => FileCoverage {
            file: module.file.clone(),
            covered: BTreeSet::new(),
            missed: module.parsed.rules.iter().map(|rule| rule.line).collect(),
        },
    };
    judged.map(of_file).collect()
}
