//! One Rego file, and whether what it declares fits its place.

use std::collections::BTreeMap;

use crate::layout::{Entry, Place};
use crate::load_error::LoadError;
use crate::metadata;
use crate::rego::{self, Declared, Parsed};
use crate::rule::RuleMeta;

/// Every package of ours is below this one.
const ROOT: &str = "seatrial";
/// The rule that a suite evaluates.
pub(crate) const ENTRY: &str = "deny";
/// What the names of tests start with, as for `opa test`.
const TEST: &str = "test_";

/// A file that parses.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) place: Place,
    pub(crate) parsed: Parsed,
}

impl Module {
    /// Reads and parses a file.
    pub(crate) fn read(entry: Entry) -> Result<Self, LoadError> {
        let Entry { path, file, place } = entry;
        let text = std::fs::read_to_string(&path)
            .map_err(|error| LoadError::new(&file, None, format!("cannot be read: {error}")))?;
        match rego::parse(&file, &text) {
            Ok(parsed) => Ok(Self { file, text, place, parsed }),
            Err(failure) => Err(LoadError::new(&file, failure.line, failure.message).quoting(&text)),
        }
    }

    /// Name and text, as an interpreter takes them.
    pub(crate) fn source(&self) -> (&str, &str) {
        (&self.file, &self.text)
    }

    pub(crate) fn is_test(&self) -> bool {
        matches!(self.place, Place::Test { .. } | Place::LibraryTest)
    }

    /// A mistake in this file.
    pub(crate) fn error(&self, line: impl Into<Option<u32>>, message: impl Into<String>) -> LoadError {
        LoadError::new(&self.file, line, message).quoting(&self.text)
    }

    /// Paths of the tests that a test file declares, `data.<package>.<test>`, with their lines.
    pub(crate) fn tests(&self) -> impl Iterator<Item = Declared> {
        let package = &self.parsed.package.name;
        let tests = self.parsed.rules.iter().filter(|rule| self.is_test() && rule.name.starts_with(TEST));
        tests.map(move |rule| Declared { name: format!("data.{package}.{}", rule.name), line: rule.line })
    }

    /// The rule that a rule's file holds, or everything that is wrong with the file; `None` for other files.
    pub(crate) fn rule(&self) -> Result<Option<RuleMeta>, Vec<LoadError>> {
        let mut errors = self.misplaced();
        let Place::Rule { pack, stem } = &self.place else {
            return if errors.is_empty() { Ok(None) } else { Err(errors) };
        };
        if !self.parsed.rules.iter().any(|rule| rule.name == ENTRY) {
            errors.push(
                self.error(None, format!("declares no `{ENTRY}`; write `{ENTRY} contains … if {{ … }}`")),
            );
        }
        let metadata = match metadata::of_package(&self.text) {
            Ok(metadata) => metadata,
            Err(mistakes) => {
                errors.extend(mistakes.into_iter().map(|(line, message)| self.error(line, message)));
                return Err(errors);
            }
        };
        if metadata.id != *stem || !is_kebab(stem) {
            let message = format!("id `{}` must be the file's name, `{stem}`, in kebab-case", metadata.id);
            errors.push(self.error(None, message));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Some(RuleMeta {
            id: metadata.id,
            pack: pack.clone(),
            title: metadata.title,
            description: metadata.description,
            severity: metadata.severity,
            enforcement: metadata.enforcement,
            live: metadata.live,
            standard: metadata.standard,
            remediation: metadata.remediation,
            parameters: metadata.parameters,
            file: self.file.clone(),
            package: self.parsed.package.name.clone(),
        }))
    }

    /// Declarations that do not belong into this kind of file.
    fn misplaced(&self) -> Vec<LoadError> {
        let package = &self.parsed.package;
        let wrong = match &self.place {
            Place::Rule { pack, stem } => {
                let expected = format!("{ROOT}.{}.{}", snake(pack), snake(stem));
                (package.name != expected).then(|| format!("package must be `{expected}`"))
            }
            Place::Library => (!package.name.starts_with(&format!("{ROOT}.lib.")))
                .then(|| format!("package of what rules share must be below `{ROOT}.lib`")),
            Place::Test { .. } | Place::LibraryTest => (!package.name.ends_with("_test"))
                .then(|| "package of a test file must end in `_test`".to_owned()),
        };
        let mut errors: Vec<_> = wrong.map(|message| self.error(package.line, message)).into_iter().collect();
        errors.extend(self.unrunnable_tests());
        errors
    }

    /// Tests that no run would tell apart or reach.
    fn unrunnable_tests(&self) -> Vec<LoadError> {
        let mut seen = BTreeMap::new();
        let mut errors = Vec::new();
        for rule in &self.parsed.rules {
            let test = rule.name.starts_with(TEST);
            if test && !self.is_test() {
                errors.push(self.error(rule.line, "is never run: tests live in files named `…_test.rego`"));
            } else if rule.name.starts_with("todo_test_") {
                errors
                    .push(self.error(rule.line, "a test marked todo asserts nothing; write it or remove it"));
            } else if test && let Some(first) = seen.insert(&rule.name, rule.line) {
                let message =
                    format!("`{}` has a body on line {first} already, which would hide this one", rule.name);
                errors.push(self.error(rule.line, message));
            }
        }
        errors
    }
}

/// A kebab-case name as a part of a package.
fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
