//! Codes that checks give their own findings, and which of them a waiver or a baseline can let pass.

use crate::check::CheckKind;

/// What a check calls a finding of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Its name; no rule has it.
    pub name: &'static str,
    /// The check.
    pub check: CheckKind,
    /// Whether it can be let pass. Where it cannot, there is nothing left to judge or to install.
    pub can_pass: bool,
}

const fn code_of(check: CheckKind, name: &'static str) -> Code {
    Code { name, check, can_pass: true }
}

const fn final_of(check: CheckKind, name: &'static str) -> Code {
    Code { name, check, can_pass: false }
}

/// Every code.
pub const CODES: [Code; 25] = [
    code_of(CheckKind::Lint, "helm-lint"),
    final_of(CheckKind::Render, "render-refused"),
    final_of(CheckKind::Render, "empty-render"),
    final_of(CheckKind::Render, "not-yaml"),
    final_of(CheckKind::Render, "not-an-object"),
    code_of(CheckKind::Render, "duplicate-key"),
    code_of(CheckKind::Render, "overlay-trespass"),
    code_of(CheckKind::Render, "overlay-key-idle"),
    code_of(CheckKind::Render, "ignored-document"),
    final_of(CheckKind::Render, "values-schema"),
    code_of(CheckKind::Schema, "unknown-field"),
    code_of(CheckKind::Schema, "wrong-type"),
    code_of(CheckKind::Schema, "missing-field"),
    code_of(CheckKind::Schema, "bad-enum"),
    code_of(CheckKind::Schema, "bad-value"),
    code_of(CheckKind::Schema, "no-such-version"),
    code_of(CheckKind::Schema, "no-such-kind"),
    code_of(CheckKind::Schema, "schema-of-another-version"),
    code_of(CheckKind::Schema, "not-judged"),
    code_of(CheckKind::Policy, "pod-not-judged"),
    code_of(CheckKind::Install, "manifest-differs"),
    code_of(CheckKind::Test, "no-test-hooks"),
    code_of(CheckKind::Test, "ended-after-ready"),
    code_of(CheckKind::Audit, "pod-not-seen"),
    code_of(CheckKind::Uninstall, "leftover"),
];

/// The code of that name.
pub fn code(name: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.name == name)
}

/// Whether findings of a rule or code can be let pass at all.
pub fn can_pass(rule: &str) -> bool {
    code(rule).is_none_or(|code| code.can_pass)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }

    /// What a check names and is not listed here would be an unknown rule to every waiver.
    #[test]
    fn every_code_that_a_check_writes_is_listed() {
        let mut files = Vec::new();
        for own in ["engine", "manifest"] {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(own).join("src"), &mut files);
        }
        let written = regex::Regex::new(r#"(?:of_check\(\s*|code: )"([a-z-]+)""#).unwrap();
        let (mut seen, mut all) = (BTreeSet::new(), String::new());
        for file in files.iter().filter(|file| !file.to_string_lossy().ends_with("_tests.rs")) {
            let text = std::fs::read_to_string(file).unwrap();
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            seen.extend(written.captures_iter(shipped).map(|found| found[1].to_owned()));
            all += shipped;
        }
        assert!(seen.len() > 5, "codes are written in another way by now: {seen:?}");
        let unlisted: Vec<&String> = seen.iter().filter(|name| code(name).is_none()).collect();
        assert_eq!(unlisted, Vec::<&String>::new());
        let gone: Vec<&str> =
            CODES.iter().map(|code| code.name).filter(|name| !all.contains(&format!("{name:?}"))).collect();
        assert_eq!(gone, Vec::<&str>::new());
    }

    #[test]
    fn what_leaves_nothing_to_judge_cannot_pass_and_rules_can() {
        assert!(!can_pass("render-refused") && can_pass("leftover") && can_pass("cpu-limit"));
    }
}
