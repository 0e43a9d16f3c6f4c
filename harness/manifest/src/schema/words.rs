//! What was expected and what was found, in words.

use serde_json::Value;

use super::types::Type;

/// Longest excerpt quoted, in characters.
const QUOTED: usize = 60;

/// What a schema wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    Anything,
    Text,
    Base64,
    Time,
    Boolean,
    Whole,
    Number,
    Quantity,
    WholeOrText,
    List,
    Map,
}

impl Wanted {
    pub(crate) fn of(of: &Type) -> Self {
        match of {
            Type::Any => Self::Anything,
            Type::String | Type::Enum(_) => Self::Text,
            Type::Bytes => Self::Base64,
            Type::Time => Self::Time,
            Type::Boolean => Self::Boolean,
            Type::Int32 | Type::Int64 => Self::Whole,
            Type::Number => Self::Number,
            Type::Quantity => Self::Quantity,
            Type::IntOrString => Self::WholeOrText,
            Type::List(_) => Self::List,
            Type::Map(_) | Type::Object(_) => Self::Map,
        }
    }

    /// In words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Anything => "a value",
            Self::Text => "a text",
            Self::Base64 => "base64 text",
            Self::Time => "a time such as 2026-01-31T12:00:00Z",
            Self::Boolean => "true or false",
            Self::Whole => "a whole number",
            Self::Number => "a number",
            Self::Quantity => "a quantity such as 500m or 2Gi",
            Self::WholeOrText => "a whole number or a text",
            Self::List => "a list",
            Self::Map => "a map",
        }
    }

    /// `expected …, found …`.
    pub(crate) fn against(self, value: &Value, quote: bool) -> String {
        format!("expected {}, found {}", self.word(), found(value, quote))
    }

    /// How to write what was meant, where text and other scalars were confused, or one item was written for a list.
    pub(crate) fn rewrite(self, value: &Value, quote: bool) -> Option<String> {
        let unless_secret = |open: String, closed: &str| Some(if quote { open } else { closed.to_owned() });
        match (self, value) {
            (Self::Text | Self::Base64 | Self::Time, Value::Number(_) | Value::Bool(_)) => {
                unless_secret(format!("write it in quotes: \"{value}\""), "write it in quotes")
            }
            (Self::Whole | Self::Number, Value::String(text)) if text.trim().parse::<f64>().is_ok() => {
                unless_secret(format!("write it without quotes: {}", text.trim()), "write it without quotes")
            }
            (Self::Boolean, Value::String(text)) => match text.trim().to_lowercase().as_str() {
                "true" | "yes" | "on" | "y" => Some("write it without quotes: true".to_owned()),
                "false" | "no" | "off" | "n" => Some("write it without quotes: false".to_owned()),
                _ => None,
            },
            (Self::List, Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Object(_)) => {
                Some("write each item on a line of its own after `- `".to_owned())
            }
            _ => None,
        }
    }
}

/// What stands there. A value is quoted only where it cannot be a secret.
pub(crate) fn found(value: &Value, quote: bool) -> String {
    let quoted = || {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let line = text.lines().next().unwrap_or_default();
        let cut = line.len() < text.trim_end().len() || line.chars().count() > QUOTED;
        let shown: String = line.chars().take(QUOTED).collect();
        if cut { format!("{shown}…") } else { shown }
    };
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
        Value::String(_) if quote => format!("`{}`", quoted()),
        Value::String(_) => "a text".to_owned(),
        Value::Number(_) if quote => format!("the number {}", quoted()),
        Value::Number(_) => "a number".to_owned(),
        Value::Bool(_) if quote => format!("the boolean {}", quoted()),
        Value::Bool(_) => "a boolean".to_owned(),
    }
}

/// `a`, `a or b`, `a, b or c`, each in backticks.
pub(crate) fn listed<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<String> = all.into_iter().map(|one| format!("`{one}`")).collect();
    match all.as_slice() {
        [rest @ .., last] if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => all.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!("abc"), "`abc`", "a text")]
    #[case(json!("one\ntwo"), "`one…`", "a text")]
    #[case(json!(1.5), "the number 1.5", "a number")]
    #[case(json!(true), "the boolean true", "a boolean")]
    #[case(json!([]), "a list", "a list")]
    #[case(json!(null), "nothing", "nothing")]
    fn a_value_is_quoted_only_when_it_may_be(#[case] value: Value, #[case] open: &str, #[case] closed: &str) {
        assert_eq!((found(&value, true).as_str(), found(&value, false).as_str()), (open, closed));
    }

    #[rstest]
    #[case(Wanted::Text, json!(8080), Some("write it in quotes: \"8080\""))]
    #[case(Wanted::Whole, json!("3"), Some("write it without quotes: 3"))]
    #[case(Wanted::Whole, json!("three"), None)]
    #[case(Wanted::Boolean, json!("Yes"), Some("write it without quotes: true"))]
    #[case(Wanted::List, json!({"a": 1}), Some("write each item on a line of its own after `- `"))]
    #[case(Wanted::Map, json!("x"), None)]
    fn what_was_meant_is_said(#[case] wanted: Wanted, #[case] value: Value, #[case] advice: Option<&str>) {
        assert_eq!(wanted.rewrite(&value, true).as_deref(), advice);
    }

    #[rstest]
    #[case(&[], "")]
    #[case(&["a"], "`a`")]
    #[case(&["a", "b", "c"], "`a`, `b` or `c`")]
    fn words_are_listed(#[case] all: &[&str], #[case] text: &str) {
        assert_eq!(listed(all.iter().copied()), text);
    }
}
