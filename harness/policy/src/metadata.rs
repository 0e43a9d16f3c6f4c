//! The `# METADATA` block of a package: YAML in comments, in OPA's format, with the `custom` fields of ours.
//!
//! Comments do not survive parsing and regorus has no `rego.metadata`, so that the block is read from the text.

use seatrial_document::advice;
use seatrial_model::{Enforcement, Severity};
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use crate::rule::{Parameter, Standard};

/// Keys of OPA's format; only title, description and custom are read.
const KEYS: [&str; 9] = [
    "title",
    "description",
    "custom",
    "scope",
    "entrypoint",
    "related_resources",
    "authors",
    "organizations",
    "schemas",
];
const CUSTOM_KEYS: [&str; 7] =
    ["id", "severity", "enforcement", "live", "standard", "parameters", "remediation"];

/// What a rule's METADATA says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) severity: Severity,
    pub(crate) enforcement: Enforcement,
    pub(crate) live: bool,
    pub(crate) standard: Standard,
    pub(crate) remediation: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// A line and what is wrong there.
pub(crate) type Mistake = (u32, String);

/// Reads the METADATA of the package, or tells everything that is wrong with it.
pub(crate) fn of_package(text: &str) -> Result<Metadata, Vec<Mistake>> {
    let block = Block::before_package(text).ok_or_else(|| {
        vec![(1, "a rule starts with a `# METADATA` block above its package (policies/README.md)".to_owned())]
    })?;
    let root: Mapping = serde_yaml::from_str(&block.yaml).map_err(|error| {
        let line = error.location().map_or(0, |at| u32::try_from(at.line()).unwrap_or(0));
        vec![(block.line + line, format!("METADATA is no YAML mapping: {error}"))]
    })?;
    let mut reader = Reader { block: &block, mistakes: Vec::new() };
    let metadata = reader.metadata(&root);
    match (metadata, reader.mistakes) {
        (Some(metadata), mistakes) if mistakes.is_empty() => Ok(metadata),
        (_, mistakes) => Err(mistakes),
    }
}

/// The comment block, its markers taken off.
struct Block {
    /// The line of `# METADATA`.
    line: u32,
    yaml: String,
}

impl Block {
    /// The block that the `package` line follows, blank lines and further comments between them allowed.
    fn before_package(text: &str) -> Option<Self> {
        let mut found = None;
        let mut open = false;
        for (number, line) in (1..).zip(text.lines()) {
            let comment = line.trim_start().strip_prefix('#');
            match comment {
                Some(comment) if comment.trim() == "METADATA" => {
                    found = Some(Self { line: number, yaml: String::new() });
                    open = true;
                }
                Some(comment) if open => {
                    if let Some(block) = &mut found {
                        block.yaml.push_str(comment.trim_end());
                        block.yaml.push('\n');
                    }
                }
                Some(_) => {}
                None if line.trim_start().starts_with("package") => return found,
                None => open = false,
            }
        }
        None
    }

    /// The line where `key` stands, else the block's first.
    fn line_of(&self, key: &str) -> u32 {
        let at = (1..)
            .zip(self.yaml.lines())
            .find(|(_, line)| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
        self.line + at.map_or(0, |(number, _)| number)
    }
}

struct Reader<'a> {
    block: &'a Block,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    /// Goes on after a mistake, so that all are told; `None` when one left a gap.
    fn metadata(&mut self, root: &Mapping) -> Option<Metadata> {
        self.only(root, &KEYS, "METADATA");
        let title = self.text(root, "title", "METADATA");
        let description = self.text(root, "description", "METADATA");
        let custom = self.mapping(root, "custom", "METADATA")?;
        self.only(custom, &CUSTOM_KEYS, "custom");
        let id = self.text(custom, "id", "custom");
        let severity = self.word(custom, "severity", &["low", "medium", "high", "critical"]);
        let enforcement = self.word(custom, "enforcement", &["enforce", "audit", "off"]);
        let live = self.flag(custom, "live", true);
        let remediation = self.text(custom, "remediation", "custom");
        let standard = self.mapping(custom, "standard", "custom").and_then(|standard| {
            self.only(standard, &["name", "reference"], "standard");
            let name = self.text(standard, "name", "standard");
            let reference = self.text(standard, "reference", "standard");
            Some(Standard { name: name?, reference: reference? })
        });
        let parameters = self.parameters(custom);
        Some(Metadata {
            id: id?,
            title: title?,
            description: description?,
            severity: severity?,
            enforcement: enforcement?,
            live: live?,
            standard: standard?,
            remediation: remediation?,
            parameters,
        })
    }

    fn parameters(&mut self, custom: &Mapping) -> Vec<Parameter> {
        if !custom.contains_key("parameters") {
            return Vec::new();
        }
        let Some(parameters) = self.mapping(custom, "parameters", "custom") else { return Vec::new() };
        parameters.iter().filter_map(|(name, value)| self.parameter(name.as_str()?, value)).collect()
    }

    fn parameter(&mut self, name: &str, value: &Value) -> Option<Parameter> {
        let Some(map) = value.as_mapping() else {
            self.mistake(name, format!("parameter `{name}` must have a description"));
            return None;
        };
        self.only(map, &["description", "values"], name);
        let values = match map.get("values") {
            None => Some(Vec::new()),
            Some(values) => serde_yaml::from_value::<Vec<String>>(values.clone()).ok(),
        };
        if values.is_none() {
            self.mistake("values", format!("`values` of parameter `{name}` must be a list of texts"));
        }
        let description = self.text(map, "description", name);
        Some(Parameter { name: name.to_owned(), description: description?, values: values? })
    }

    fn text(&mut self, map: &Mapping, key: &str, owner: &str) -> Option<String> {
        match map.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
            Some(_) => self.mistake(key, format!("`{key}` of {owner} must be a text that says something")),
            None => self.mistake(owner, format!("{owner} lacks `{key}`")),
        }
        None
    }

    fn mapping<'m>(&mut self, map: &'m Mapping, key: &str, owner: &str) -> Option<&'m Mapping> {
        match map.get(key) {
            Some(Value::Mapping(inner)) => return Some(inner),
            Some(_) => self.mistake(key, format!("`{key}` of {owner} must be a mapping")),
            None => self.mistake(owner, format!("{owner} lacks `{key}`")),
        }
        None
    }

    /// A field that may be left out.
    fn flag(&mut self, map: &Mapping, key: &str, default: bool) -> Option<bool> {
        let Some(value) = map.get(key) else { return Some(default) };
        if value.as_bool().is_none() {
            self.mistake(key, format!("`{key}` must be true or false"));
        }
        value.as_bool()
    }

    /// A word of a closed set of the model's.
    fn word<T: DeserializeOwned>(&mut self, map: &Mapping, key: &str, words: &[&str]) -> Option<T> {
        let text = self.text(map, key, "custom")?;
        let value = serde_yaml::from_value(Value::String(text.clone())).ok();
        if value.is_none() {
            self.mistake(key, format!("`{text}` is no {key}; write one of {}", words.join(", ")));
        }
        value
    }

    fn only(&mut self, map: &Mapping, known: &[&str], owner: &str) {
        for key in map.keys().map(|key| key.as_str().unwrap_or_default()) {
            if !known.contains(&key) {
                let hint =
                    advice(key, known.iter().copied()).map_or_else(String::new, |hint| format!("; {hint}"));
                self.mistake(key, format!("{owner} has no field `{key}`{hint}"));
            }
        }
    }

    fn mistake(&mut self, key: &str, message: String) {
        self.mistakes.push((self.block.line_of(key), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const WHOLE: &str = "# METADATA\n# title: T\n# description: |\n#   one\n#\n#   two\n# custom:\n#   id: r\n\
        #   severity: high\n#   enforcement: off\n#   standard: {name: N, reference: R}\n#   parameters:\n\
        #     p: {description: D, values: [a, b]}\n#   remediation: |\n#     ```yaml\n#     a:\n#       b: 1\n\
        #     ```\npackage seatrial.x\n";

    #[test]
    fn every_field_is_read_and_snippets_keep_their_indentation() {
        let metadata = of_package(WHOLE).unwrap();
        assert_eq!(metadata.description, "one\n\ntwo");
        assert_eq!(metadata.remediation, "```yaml\na:\n  b: 1\n```");
        assert_eq!((metadata.severity, metadata.enforcement), (Severity::High, Enforcement::Off));
        assert_eq!(metadata.parameters[0].values, ["a", "b"]);
    }

    #[rstest]
    #[case("# METADATA", "# metadata", 1, "starts with a `# METADATA` block")]
    #[case("# title: T", "# title: [", 3, "no YAML mapping")]
    #[case("# title: T", "# titel: T", 2, "METADATA has no field `titel`; did you mean `title`?")]
    #[case("# title: T\n", "", 1, "METADATA lacks `title`")]
    #[case("title: T", "title: ''", 2, "must be a text that says something")]
    #[case(
        "severity: high",
        "severity: hihg",
        9,
        "`hihg` is no severity; write one of low, medium, high, critical"
    )]
    #[case("enforcement: off", "enforcement: warn", 10, "write one of enforce, audit, off")]
    #[case("#   id: r\n", "", 7, "custom lacks `id`")]
    #[case("name: N, ", "", 11, "standard lacks `name`")]
    #[case("{description: D, values: [a, b]}", "yes", 13, "must have a description")]
    #[case("severity: high", "live: no", 9, "`live` must be true or false")]
    fn a_mistake_is_told_with_its_line(
        #[case] from: &str,
        #[case] to: &str,
        #[case] line: u32,
        #[case] message: &str,
    ) {
        let mistakes = of_package(&WHOLE.replacen(from, to, 1)).unwrap_err();
        assert!(
            mistakes.iter().any(|(at, text)| *at == line && text.contains(message)),
            "{message} at {line} is not in {mistakes:?}"
        );
    }

    #[test]
    fn a_rule_is_asked_of_running_pods_unless_it_says_not() {
        assert!(of_package(WHOLE).unwrap().live);
        let not = WHOLE.replace("#   enforcement: off", "#   enforcement: off\n#   live: false");
        assert!(!of_package(&not).unwrap().live);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text = "# METADATA\n# custom:\n#   severity: x\n#   enforcement: y\npackage a\n";
        assert_eq!(of_package(text).unwrap_err().len(), 7, "{:?}", of_package(text));
    }

    #[test]
    fn a_block_further_down_is_not_the_packages() {
        assert!(of_package("package a\n\n# METADATA\n# title: T\nx := 1\n").is_err());
    }
}
