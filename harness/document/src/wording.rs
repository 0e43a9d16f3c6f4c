//! What a schema expects and what was found, in words.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;

use crate::nearest::nearest;
use crate::node::{Node, Value};

/// Longest excerpt quoted in a message, in characters.
const QUOTED: usize = 60;

/// Types and words that would have fitted.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    types: Vec<&'static str>,
    words: Vec<String>,
}

impl Expected {
    pub(crate) fn take(&mut self, kind: &Kind) {
        match kind {
            Kind::Type { kind: TypeKind::Single(single) } => self.take_type(*single),
            Kind::Type { kind: TypeKind::Multiple(set) } => set.iter().for_each(|each| self.take_type(each)),
            Kind::Enum { options } => {
                options.as_array().into_iter().flatten().for_each(|option| self.take_word(option));
            }
            Kind::Constant { expected_value } => self.take_word(expected_value),
            _ => {}
        }
    }

    fn take_type(&mut self, json: JsonType) {
        let word = match json {
            // That a field may be left empty is never what somebody looks for.
            JsonType::Null => return,
            JsonType::Boolean => "true or false",
            JsonType::Integer => "a whole number",
            JsonType::Number => "a number",
            JsonType::String => "a string",
            JsonType::Array => "a list",
            JsonType::Object => "a map",
        };
        if !self.types.contains(&word) {
            self.types.push(word);
        }
    }

    fn take_word(&mut self, word: &serde_json::Value) {
        let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
        if word != "null" && !self.words.contains(&word) {
            self.words.push(word);
        }
    }

    /// Message and help for `node`, which is none of it.
    pub(crate) fn against(mut self, node: &Node, text: &str) -> (String, Option<String>) {
        let found = found(node, text);
        if !self.words.is_empty() {
            // A word is a string already.
            self.types.retain(|word| *word != "a string");
        }
        let scalar = !matches!(node.value, Value::Seq(_) | Value::Map(_) | Value::Null);
        let words = self.words.iter().map(|word| format!("`{word}`"));
        let all: Vec<String> = words.chain(self.types.iter().map(|&word| word.to_owned())).collect();
        let message = format!("expected {}, found {found}", listed(&all));
        let quotable = scalar && node.as_str().is_none();
        let help = match self.types[..] {
            _ if scalar && !self.words.is_empty() => {
                let written = node.as_str().map_or_else(|| quoted(node, text), str::to_owned);
                nearest(&written, self.words.iter().map(String::as_str))
                    .map(|meant| format!("did you mean `{meant}`?"))
            }
            ["a string"] if quotable => Some(format!("write it in quotes: \"{}\"", quoted(node, text))),
            ["a list"] if !node.is_null() => Some("write each item on a line of its own after `- `".into()),
            _ => None,
        };
        (message, help)
    }
}

/// `a`, `a or b`, `a, b or c`.
fn listed(all: &[String]) -> String {
    match all {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

/// What stands there, as written: `the number 1.36`.
pub(crate) fn found(node: &Node, text: &str) -> String {
    match node.value {
        Value::Null => "nothing".into(),
        Value::Map(_) => "a map".into(),
        Value::Seq(_) => "a list".into(),
        Value::Str(_) => format!("`{}`", quoted(node, text)),
        Value::Bool(_) => format!("the boolean {}", quoted(node, text)),
        Value::Int(_) | Value::Float(_) => format!("the number {}", quoted(node, text)),
    }
}

fn quoted(node: &Node, text: &str) -> String {
    let written = match &node.value {
        Value::Str(value) => value.as_str(),
        _ => node.span.of(text),
    };
    let line = written.lines().next().unwrap_or_default();
    if line.len() == written.trim_end().len() && line.chars().count() <= QUOTED {
        line.to_owned()
    } else {
        format!("{}…", line.chars().take(QUOTED).collect::<String>())
    }
}
