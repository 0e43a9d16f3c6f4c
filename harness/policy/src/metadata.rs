//! The `# METADATA` block of a rule or a pack: YAML in comments, in OPA's format, with the `custom` fields of ours.
//!
//! Comments do not survive parsing and regorus has no `rego.metadata`, so that the block is read from the text.

use seatrial_document::advice;
use seatrial_model::{Enforcement, KubernetesVersion, Severity};
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

use crate::rule::{Judges, Parameter, Standard};

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
const RULE_KEYS: [&str; 10] = [
    "id",
    "severity",
    "enforcement",
    "live",
    "judges",
    "overrides",
    "since",
    "standard",
    "parameters",
    "remediation",
];
const PACK_KEYS: [&str; 1] = ["includes"];

/// What a rule's METADATA says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OfRule {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) severity: Severity,
    pub(crate) enforcement: Enforcement,
    pub(crate) live: bool,
    pub(crate) judges: Judges,
    pub(crate) overrides: Vec<String>,
    pub(crate) since: Option<KubernetesVersion>,
    pub(crate) standard: Standard,
    pub(crate) remediation: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// What a pack's METADATA says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OfPack {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) includes: Vec<String>,
}

/// A line and what is wrong there.
pub(crate) type Mistake = (u32, String);

/// Reads the METADATA of a rule, or tells everything that is wrong with it.
pub(crate) fn of_rule(text: &str) -> Result<OfRule, Vec<Mistake>> {
    let (block, root) = open(text, "a rule")?;
    let mut reader = Reader { block: &block, mistakes: Vec::new() };
    let metadata = reader.of_rule(&root);
    reader.close(metadata)
}

/// Reads the METADATA of a pack, or tells everything that is wrong with it.
pub(crate) fn of_pack(text: &str) -> Result<OfPack, Vec<Mistake>> {
    let (block, root) = open(text, "a pack")?;
    let mut reader = Reader { block: &block, mistakes: Vec::new() };
    let metadata = reader.of_pack(&root);
    reader.close(metadata)
}

fn open(text: &str, owner: &str) -> Result<(Block, Mapping), Vec<Mistake>> {
    let block = Block::before_package(text).ok_or_else(|| {
        let start = "starts with a `# METADATA` block above its package (policies/README.md)";
        vec![(1, format!("{owner} {start}"))]
    })?;
    match serde_yaml::from_str(&block.yaml) {
        Ok(root) => Ok((block, root)),
        Err(error) => {
            let line = error.location().map_or(0, |at| u32::try_from(at.line()).unwrap_or(0));
            Err(vec![(block.line + line, format!("METADATA is no YAML mapping: {error}"))])
        }
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
    /// What was read, where nothing was wrong.
    fn close<T>(self, read: Option<T>) -> Result<T, Vec<Mistake>> {
        match read {
            Some(read) if self.mistakes.is_empty() => Ok(read),
            _ => Err(self.mistakes),
        }
    }

    /// Goes on after a mistake, so that all are told; `None` when one left a gap.
    fn of_rule(&mut self, root: &Mapping) -> Option<OfRule> {
        self.only(root, &KEYS, "METADATA");
        let title = self.text(root, "title", "METADATA");
        let description = self.text(root, "description", "METADATA");
        let custom = self.mapping(root, "custom", "METADATA")?;
        self.only(custom, &RULE_KEYS, "custom");
        let id = self.text(custom, "id", "custom");
        let severity = self.word(custom, "severity", &["low", "medium", "high", "critical"]);
        let enforcement = self.word(custom, "enforcement", &["enforce", "audit", "off"]);
        let live = self.flag(custom, "live", true);
        let judges = self.judges(custom);
        let overrides = self.texts(custom, "overrides");
        let since = self.since(custom);
        let remediation = self.text(custom, "remediation", "custom");
        let standard = self.mapping(custom, "standard", "custom").and_then(|standard| {
            self.only(standard, &["name", "reference"], "standard");
            let name = self.text(standard, "name", "standard");
            let reference = self.text(standard, "reference", "standard");
            Some(Standard { name: name?, reference: reference? })
        });
        let parameters = self.parameters(custom);
        Some(OfRule {
            id: id?,
            title: title?,
            description: description?,
            severity: severity?,
            enforcement: enforcement?,
            live: live?,
            judges: judges?,
            overrides,
            since,
            standard: standard?,
            remediation: remediation?,
            parameters,
        })
    }

    fn of_pack(&mut self, root: &Mapping) -> Option<OfPack> {
        self.only(root, &KEYS, "METADATA");
        let title = self.text(root, "title", "METADATA");
        let description = self.text(root, "description", "METADATA");
        let includes = if root.contains_key("custom") {
            let custom = self.mapping(root, "custom", "METADATA")?;
            self.only(custom, &PACK_KEYS, "custom");
            self.texts(custom, "includes")
        } else {
            Vec::new()
        };
        Some(OfPack { title: title?, description: description?, includes })
    }

    fn judges(&mut self, custom: &Mapping) -> Option<Judges> {
        let kinds: Option<Vec<String>> = match custom.get("judges") {
            None => {
                self.mistake("custom", "custom lacks `judges`".to_owned());
                return None;
            }
            Some(Value::String(word)) if word == "pods" => return Some(Judges::Pods),
            Some(Value::String(word)) if word == "objects" => return Some(Judges::Objects),
            Some(value) => serde_yaml::from_value(value.clone()).ok(),
        };
        let is_kind = |kind: &String| kind.starts_with(|c: char| c.is_ascii_uppercase());
        let kinds = kinds.filter(|kinds| !kinds.is_empty() && kinds.iter().all(is_kind));
        if kinds.is_none() {
            let message = "`judges` must be pods, objects or a list of kinds, such as [Service, Ingress]";
            self.mistake("judges", message.to_owned());
        }
        kinds.map(Judges::Kinds)
    }

    /// A version, as text: YAML takes 1.30 without quotes for 1.3.
    fn since(&mut self, custom: &Mapping) -> Option<KubernetesVersion> {
        let value = custom.get("since")?;
        let version = value.as_str().and_then(|text| text.parse().ok());
        if version.is_none() {
            let message = "`since` must be a Kubernetes version in quotes, such as \"1.35\"";
            self.mistake("since", message.to_owned());
        }
        version
    }

    /// A list of texts that may be left out.
    fn texts(&mut self, map: &Mapping, key: &str) -> Vec<String> {
        let Some(value) = map.get(key) else { return Vec::new() };
        serde_yaml::from_value(value.clone()).unwrap_or_else(|_| {
            self.mistake(key, format!("`{key}` must be a list of names"));
            Vec::new()
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
        #   severity: high\n#   enforcement: off\n#   judges: [Job]\n#   overrides: [a, b]\n#   since: \"1.30\"\n\
        #   standard: {name: N, reference: R}\n#   parameters:\n\
        #     p: {description: D, values: [a, b]}\n#   remediation: |\n#     ```yaml\n#     a:\n#       b: 1\n\
        #     ```\npackage seatrial.x\n";

    #[test]
    fn every_field_is_read_and_snippets_keep_their_indentation() {
        let metadata = of_rule(WHOLE).unwrap();
        assert_eq!(metadata.description, "one\n\ntwo");
        assert_eq!(metadata.remediation, "```yaml\na:\n  b: 1\n```");
        assert_eq!((metadata.severity, metadata.enforcement), (Severity::High, Enforcement::Off));
        assert_eq!(metadata.parameters[0].values, ["a", "b"]);
        assert_eq!(metadata.judges, Judges::Kinds(vec!["Job".to_owned()]));
        assert_eq!(metadata.overrides, ["a", "b"]);
        assert_eq!(metadata.since.map(|since| since.minor), Some(30));
    }

    #[rstest]
    #[case("pods", Judges::Pods)]
    #[case("objects", Judges::Objects)]
    #[case("[Service, Ingress]", Judges::Kinds(vec!["Service".into(), "Ingress".into()]))]
    fn a_rule_says_what_it_judges(#[case] written: &str, #[case] judges: Judges) {
        assert_eq!(of_rule(&WHOLE.replace("[Job]", written)).unwrap().judges, judges);
    }

    #[test]
    fn what_a_rule_need_not_say_is_nothing() {
        let text = WHOLE.replace("#   overrides: [a, b]\n#   since: \"1.30\"\n", "");
        let metadata = of_rule(&text).unwrap();
        assert_eq!((metadata.overrides, metadata.since), (Vec::new(), None));
    }

    const PACK: &str =
        "# METADATA\n# title: T\n# description: D\n# custom:\n#   includes: [a, b]\npackage p\n";

    #[test]
    fn a_pack_says_what_it_includes_or_nothing() {
        assert_eq!(of_pack(PACK).unwrap().includes, ["a", "b"]);
        let alone = PACK.replace("# custom:\n#   includes: [a, b]\n", "");
        assert_eq!(of_pack(&alone).unwrap().includes, Vec::<String>::new());
    }

    #[rstest]
    #[case("# METADATA", "#", 1, "a pack starts with a `# METADATA` block")]
    #[case("includes: [a, b]", "includes: a", 5, "`includes` must be a list of names")]
    #[case("includes:", "include:", 5, "custom has no field `include`; did you mean `includes`?")]
    #[case("# description: D\n", "", 1, "METADATA lacks `description`")]
    #[case("#   includes: [a, b]\n", "", 4, "`custom` of METADATA must be a mapping")]
    fn a_mistake_in_a_pack_is_told_with_its_line(
        #[case] from: &str,
        #[case] to: &str,
        #[case] line: u32,
        #[case] message: &str,
    ) {
        told(&of_pack(&PACK.replacen(from, to, 1)).unwrap_err(), line, message);
    }

    fn told(mistakes: &[Mistake], line: u32, message: &str) {
        let found = mistakes.iter().any(|(at, text)| *at == line && text.contains(message));
        assert!(found, "{message} at {line} is not in {mistakes:?}");
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
    #[case("#   judges: [Job]\n", "", 7, "custom lacks `judges`")]
    #[case("[Job]", "pod", 11, "`judges` must be pods, objects or a list of kinds")]
    #[case("[Job]", "[]", 11, "`judges` must be pods, objects or a list of kinds")]
    #[case("[Job]", "[pods]", 11, "`judges` must be pods, objects or a list of kinds")]
    #[case("overrides: [a, b]", "overrides: {a: b}", 12, "`overrides` must be a list of names")]
    #[case("\"1.30\"", "1.30", 13, "`since` must be a Kubernetes version in quotes")]
    #[case("\"1.30\"", "new", 13, "`since` must be a Kubernetes version in quotes")]
    #[case("name: N, ", "", 14, "standard lacks `name`")]
    #[case("{description: D, values: [a, b]}", "yes", 16, "must have a description")]
    #[case("severity: high", "live: no", 9, "`live` must be true or false")]
    fn a_mistake_is_told_with_its_line(
        #[case] from: &str,
        #[case] to: &str,
        #[case] line: u32,
        #[case] message: &str,
    ) {
        told(&of_rule(&WHOLE.replacen(from, to, 1)).unwrap_err(), line, message);
    }

    #[test]
    fn a_rule_is_asked_of_running_pods_unless_it_says_not() {
        assert!(of_rule(WHOLE).unwrap().live);
        let not = WHOLE.replace("#   enforcement: off", "#   enforcement: off\n#   live: false");
        assert!(!of_rule(&not).unwrap().live);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let text = "# METADATA\n# custom:\n#   severity: x\n#   enforcement: y\npackage a\n";
        assert_eq!(of_rule(text).unwrap_err().len(), 8, "{:?}", of_rule(text));
    }

    #[test]
    fn a_block_further_down_is_not_the_packages() {
        assert!(of_rule("package a\n\n# METADATA\n# title: T\nx := 1\n").is_err());
    }
}
