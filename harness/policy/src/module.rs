//! One Rego file, and whether what it declares fits its place.

use std::collections::BTreeMap;

use crate::layout::{Entry, Place};
use crate::load_error::LoadError;
use crate::metadata::{self, Mistake};
use crate::pack::PackMeta;
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
        Self::parse(file, place, text)
    }

    /// Parses a file's text.
    pub(crate) fn parse(file: String, place: Place, text: String) -> Result<Self, LoadError> {
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

    /// Whether rules are evaluated with it.
    pub(crate) fn is_judging(&self) -> bool {
        matches!(self.place, Place::Rule { .. } | Place::Library)
    }

    /// A mistake in this file.
    pub(crate) fn error(&self, line: impl Into<Option<u32>>, message: impl Into<String>) -> LoadError {
        LoadError::new(&self.file, line, message).quoting(&self.text)
    }

    /// A mistake on the line that sets `key` in the METADATA.
    pub(crate) fn error_at_key(&self, key: &str, message: impl Into<String>) -> LoadError {
        let sets = |line: &str| line.trim_start_matches(['#', ' ']).starts_with(&format!("{key}:"));
        let line = (1_u32..).zip(self.text.lines()).find(|(_, line)| sets(line)).map(|(number, _)| number);
        self.error(line, message)
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
        let metadata = match metadata::of_rule(&self.text) {
            Ok(metadata) => metadata,
            Err(mistakes) => {
                errors.extend(self.errors(mistakes));
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
            judges: metadata.judges,
            overrides: metadata.overrides,
            since: metadata.since,
            standard: metadata.standard,
            remediation: metadata.remediation,
            parameters: metadata.parameters,
            file: self.file.clone(),
            package: self.parsed.package.name.clone(),
        }))
    }

    /// What a pack's own file says of it, or everything that is wrong with the file; `None` for other files.
    pub(crate) fn pack(&self) -> Result<Option<PackMeta>, Vec<LoadError>> {
        let Place::Pack { pack } = &self.place else { return Ok(None) };
        let metadata = metadata::of_pack(&self.text).map_err(|mistakes| self.errors(mistakes))?;
        Ok(Some(PackMeta {
            name: pack.clone(),
            title: metadata.title,
            description: metadata.description,
            includes: metadata.includes,
            file: self.file.clone(),
        }))
    }

    fn errors(&self, mistakes: Vec<Mistake>) -> Vec<LoadError> {
        mistakes.into_iter().map(|(line, message)| self.error(line, message)).collect()
    }

    /// Declarations that do not belong into this kind of file.
    fn misplaced(&self) -> Vec<LoadError> {
        let package = &self.parsed.package;
        let wrong = match &self.place {
            Place::Rule { pack, stem } => {
                let expected = format!("{ROOT}.{}.{}", snake(pack), snake(stem));
                (package.name != expected).then(|| format!("package must be `{expected}`"))
            }
            Place::Pack { pack } => {
                let expected = format!("{ROOT}.{}", snake(pack));
                (package.name != expected).then(|| format!("package must be `{expected}`"))
            }
            Place::Library => (!package.name.starts_with(&format!("{ROOT}.lib.")))
                .then(|| format!("package of what rules share must be below `{ROOT}.lib`")),
            Place::Test { .. } | Place::LibraryTest => (!package.name.ends_with("_test"))
                .then(|| "package of a test file must end in `_test`".to_owned()),
        };
        let mut errors: Vec<_> = wrong.map(|message| self.error(package.line, message)).into_iter().collect();
        if let (Place::Pack { .. }, Some(rule)) = (&self.place, self.parsed.rules.first()) {
            errors.push(self.error(
                rule.line,
                "a pack's own file holds METADATA and its package alone; rules live beside it",
            ));
        }
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

/// What a pack's own file looks like at its shortest.
pub(crate) fn pack_example(pack: &str) -> String {
    format!(
        "`# METADATA`, `# title: …`, `# description: …` and `package {ROOT}.{}`, a line each",
        snake(pack)
    )
}

/// A kebab-case name as a part of a package.
fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn is_kebab(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
