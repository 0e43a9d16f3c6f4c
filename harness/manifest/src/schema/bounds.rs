//! Bounds that a structural schema sets to values: numbers, lengths, patterns, and alternatives.

use regex::Regex;
use serde_json::{Map, Value};

use super::structural::has_type;

type Schema = Map<String, Value>;

/// Schemas in schemas are followed so deep.
const DEEPEST: usize = 64;

/// What a value that has the right type breaks, one sentence each.
pub(crate) fn against(schema: &Schema, value: &Value) -> Vec<String> {
    let mut told = own(schema, value);
    let met = |each: &Value| each.as_object().is_none_or(|one| accepts(one, value, 0));
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    if list("allOf").is_some_and(|all| !all.iter().all(met)) {
        told.push("it does not keep all of the rules that the definition lists".to_owned());
    }
    if list("anyOf").is_some_and(|any| !any.is_empty() && !any.iter().any(met)) {
        told.push("it is none of the alternatives that the definition lists".to_owned());
    }
    if let Some(one) = list("oneOf") {
        let kept = one.iter().filter(|each| met(each)).count();
        if kept != 1 {
            told.push(format!(
                "it must be exactly one of the alternatives that the definition lists, and is {kept}"
            ));
        }
    }
    if schema.get("not").is_some_and(|not| not.is_object() && met(not)) {
        told.push("it is what the definition excludes".to_owned());
    }
    told
}

/// Equality as JSON has it: 1 and 1.0 are one number.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}

fn own(schema: &Schema, value: &Value) -> Vec<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let count =
        |key: &str| schema.get(key).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
    let strict = |key: &str| schema.get(key).and_then(Value::as_bool).unwrap_or(false);
    let mut told = Vec::new();
    let mut sized = |size: usize, fewest: &str, most: &str, of: &str| {
        if let Some(least) = count(fewest).filter(|least| size < *least) {
            told.push(format!("expected at least {least} {of}, found {size}"));
        }
        if let Some(most) = count(most).filter(|most| size > *most) {
            told.push(format!("expected at most {most} {of}, found {size}"));
        }
    };
    match value {
        Value::String(text) => {
            sized(text.chars().count(), "minLength", "maxLength", "characters");
            let pattern = schema.get("pattern").and_then(Value::as_str);
            // A pattern that only Go reads judges nothing.
            if let Some(pattern) =
                pattern.filter(|pattern| Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text)))
            {
                told.push(format!("it does not match `{pattern}`"));
            }
        }
        Value::Array(items) => sized(items.len(), "minItems", "maxItems", "items"),
        Value::Object(map) => sized(map.len(), "minProperties", "maxProperties", "fields"),
        Value::Number(number) => {
            let Some(number) = number.as_f64() else { return told };
            let (least, most) = (bound("minimum"), bound("maximum"));
            if let Some(least) =
                least.filter(|least| number < *least || (strict("exclusiveMinimum") && number <= *least))
            {
                let than = if strict("exclusiveMinimum") { "more than" } else { "at least" };
                told.push(format!("expected {than} {least}, found {number}"));
            }
            if let Some(most) =
                most.filter(|most| number > *most || (strict("exclusiveMaximum") && number >= *most))
            {
                let than = if strict("exclusiveMaximum") { "less than" } else { "at most" };
                told.push(format!("expected {than} {most}, found {number}"));
            }
            if let Some(step) =
                bound("multipleOf").filter(|step| *step > 0.0 && (number / step).fract() != 0.0)
            {
                told.push(format!("expected a multiple of {step}, found {number}"));
            }
        }
        _ => {}
    }
    told
}

/// Whether a value keeps a schema that stands in `allOf`, `anyOf`, `oneOf` or `not`.
fn accepts(schema: &Schema, value: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let nullable = schema.get("nullable").and_then(Value::as_bool).unwrap_or(false);
    if value.is_null() {
        return nullable || !schema.contains_key("type");
    }
    let below = |schema: &Value, value: &Value| {
        schema.as_object().is_none_or(|schema| accepts(schema, value, depth + 1))
    };
    let list = |key: &str| schema.get(key).and_then(Value::as_array);
    let properties = |map: &Map<String, Value>| {
        let known = schema.get("properties").and_then(Value::as_object);
        let required = list("required")
            .is_none_or(|names| names.iter().filter_map(Value::as_str).all(|name| map.contains_key(name)));
        required
            && known.is_none_or(|known| {
                known.iter().all(|(name, one)| map.get(name).is_none_or(|value| below(one, value)))
            })
    };
    has_type(schema, value)
        && list("enum").is_none_or(|words| words.iter().any(|word| same(word, value)))
        && own(schema, value).is_empty()
        && value.as_object().is_none_or(properties)
        && value.as_array().is_none_or(|items| {
            schema.get("items").is_none_or(|item| items.iter().all(|one| below(item, one)))
        })
        && list("allOf").is_none_or(|all| all.iter().all(|one| below(one, value)))
        && list("anyOf").is_none_or(|any| any.iter().any(|one| below(one, value)))
        && list("oneOf").is_none_or(|one| one.iter().filter(|each| below(each, value)).count() == 1)
        && schema.get("not").is_none_or(|not| !not.is_object() || !below(not, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"minimum": 1}), json!(0), "expected at least 1, found 0")]
    #[case(json!({"minimum": 1, "exclusiveMinimum": true}), json!(1), "expected more than 1, found 1")]
    #[case(json!({"maximum": 5}), json!(6), "expected at most 5, found 6")]
    #[case(json!({"multipleOf": 2}), json!(3), "expected a multiple of 2, found 3")]
    #[case(json!({"minLength": 1}), json!(""), "expected at least 1 characters, found 0")]
    #[case(json!({"pattern": "^a+$"}), json!("b"), "it does not match `^a+$`")]
    #[case(json!({"maxItems": 1}), json!([1, 2]), "expected at most 1 items, found 2")]
    #[case(json!({"maxProperties": 0}), json!({"a": 1}), "expected at most 0 fields, found 1")]
    #[case(json!({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}), json!({"c": 1}), "it is none of the alternatives that the definition lists")]
    #[case(json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}), json!({"a": 1, "b": 1}), "it must be exactly one of the alternatives that the definition lists, and is 2")]
    #[case(json!({"not": {"enum": ["x"]}}), json!("x"), "it is what the definition excludes")]
    #[case(json!({"allOf": [{"minimum": 3}]}), json!(2), "it does not keep all of the rules that the definition lists")]
    fn a_bound_that_is_broken_is_told(#[case] schema: Value, #[case] value: Value, #[case] told: &str) {
        assert_eq!(against(schema.as_object().unwrap(), &value), [told]);
    }

    #[rstest]
    #[case(json!({"minimum": 1, "maximum": 1}), json!(1.0))]
    #[case(json!({"pattern": "(?<broken"}), json!("b"))]
    #[case(json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}), json!(3))]
    #[case(json!({"not": {"properties": {"a": {"enum": [1]}}, "required": ["a"]}}), json!({"a": 2}))]
    fn what_keeps_its_bounds_is_fine(#[case] schema: Value, #[case] value: Value) {
        assert_eq!(against(schema.as_object().unwrap(), &value), Vec::<String>::new());
    }
}
