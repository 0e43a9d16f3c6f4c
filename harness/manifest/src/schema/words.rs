//! What was expected and what was found, in words.

use serde_json::Value;

use super::types::Type;

/// Longest excerpt quoted, in characters.
const QUOTED: usize = 60;

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

/// What would have fitted.
pub(crate) fn expected(of: &Type) -> &'static str {
    match of {
        Type::Any => "anything",
        Type::String | Type::Enum(_) => "a text",
        Type::Bytes => "base64 text",
        Type::Time => "a time such as 2026-01-31T12:00:00Z",
        Type::Boolean => "true or false",
        Type::Int32 | Type::Int64 => "a whole number",
        Type::Number => "a number",
        Type::Quantity => "a quantity such as 500m or 2Gi",
        Type::IntOrString => "a whole number or a text",
        Type::List(_) => "a list",
        Type::Map(_) | Type::Object(_) => "a map",
    }
}

/// How to write what was meant, where text and other scalars were confused.
pub(crate) fn rewrite(wants: &str, value: &Value, quote: bool) -> Option<String> {
    match (wants, value) {
        ("a text" | "base64 text" | "a time such as 2026-01-31T12:00:00Z", Value::Number(_) | Value::Bool(_)) => {
            Some(if quote { format!("write it in quotes: \"{value}\"") } else { "write it in quotes".to_owned() })
        }
        ("a whole number" | "a number", Value::String(text)) if text.trim().parse::<f64>().is_ok() => {
            Some(if quote { format!("write it without quotes: {}", text.trim()) } else { "write it without quotes".to_owned() })
        }
        ("true or false", Value::String(text)) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "y" => Some("write it without quotes: true".to_owned()),
            "false" | "no" | "off" | "n" => Some("write it without quotes: false".to_owned()),
            _ => None,
        },
        ("a list", Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Object(_)) => {
            Some("write each item on a line of its own after `- `".to_owned())
        }
        _ => None,
    }
}

/// `a`, `a or b`, `a, b or c`.
pub(crate) fn listed(all: &[String]) -> String {
    match all {
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
    #[case("a text", json!(8080), Some("write it in quotes: \"8080\""))]
    #[case("a whole number", json!("3"), Some("write it without quotes: 3"))]
    #[case("a whole number", json!("three"), None)]
    #[case("true or false", json!("Yes"), Some("write it without quotes: true"))]
    #[case("a list", json!({"a": 1}), Some("write each item on a line of its own after `- `"))]
    #[case("a map", json!("x"), None)]
    fn what_was_meant_is_said(#[case] wants: &str, #[case] value: Value, #[case] advice: Option<&str>) {
        assert_eq!(rewrite(wants, &value, true).as_deref(), advice);
    }
}
