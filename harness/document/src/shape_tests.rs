use rstest::rstest;
use serde_json::json;

use super::*;
use crate::parse::{Dialect, parse_one};

fn schema() -> Json {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "version": {"type": ["string", "null"]},
            "helm": {"enum": [3, 4]},
            "kind": {"const": "Suite"},
            "limit": {"type": "string", "pattern": "^[0-9]+s$", "patternErrorMessage": "write 90s"},
            "gpus": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
            "charts": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Chart"}},
            "expect": {"oneOf": [
                {"type": "string", "const": "works"},
                {"type": "object", "required": ["rejected"], "additionalProperties": false,
                 "properties": {"rejected": {"type": "string"}}},
            ]},
        },
        "$defs": {"Chart": {"anyOf": [
            {"type": "string"},
            {"type": "object", "additionalProperties": false, "properties": {"path": {"type": "string"}}},
        ]}},
    })
}

fn check(text: &str) -> Vec<String> {
    let document = parse_one(text, Dialect::Helm).unwrap();
    let errors = Shape::new(&schema()).unwrap().check(&document.root, text);
    errors
        .into_iter()
        .map(|error| {
            let help = error.help.map(|help| format!(" | {help}")).unwrap_or_default();
            format!("{} {}: {}{help}", error.span.line(), error.path, error.message)
        })
        .collect()
}

#[rstest]
#[case("name: a", &[])]
#[case("name: a\nversion:", &[])]
#[case("nmae: a", &["1 : unknown field `nmae` | did you mean `name`?", "1 : missing field `name`"])]
#[case("name: 1.30", &["1 name: expected a string, found the number 1.30 | write it in quotes: \"1.30\""])]
#[case("name: yes", &["1 name: expected a string, found the boolean yes | write it in quotes: \"yes\""])]
#[case("name:", &["1 name: expected a string, found nothing"])]
#[case("name: [a]", &["1 name: expected a string, found a list"])]
#[case("name: a\nhelm: 5", &["2 helm: expected `3` or `4`, found the number 5"])]
#[case("name: a\nkind: Sweet", &["2 kind: expected `Suite`, found `Sweet`"])]
#[case("name: a\nlimit: 5 min", &["2 limit: `5 min` is not understood here | write 90s"])]
#[case("name: a\nlimit: 90", &["2 limit: expected a string, found the number 90 | write 90s"])]
#[case("name: a\ngpus:\n  a/0: -1", &["3 gpus.a/0: the number -1 is below 0"])]
#[case("name: a\ngpus:\n  '0': x", &["3 gpus.0: expected a whole number, found `x`"])]
#[case("name: a\ncharts: []", &["2 charts: this list is empty | write at least one item"])]
#[case("name: a\ncharts: b", &["2 charts: expected a list, found `b` | write each item on a line of its own after `- `"])]
#[case("name: a\ncharts:\n- b\n- 7", &["4 charts[1]: expected a string or a map, found the number 7"])]
#[case("name: a\ncharts:\n- paht: x", &["3 charts[0]: unknown field `paht` | did you mean `path`?"])]
#[case("name: a\ncharts:\n- path: 7", &["3 charts[0].path: expected a string, found the number 7 | write it in quotes: \"7\""])]
#[case("name: a\nexpect: work", &["2 expect: expected `works` or a map, found `work` | did you mean `works`?"])]
#[case("name: a\nexpect: [x]", &["2 expect: expected `works` or a map, found a list"])]
#[case("name: a\nexpect:\n  rejcted: x", &["2 expect: missing field `rejected`", "3 expect: unknown field `rejcted` | did you mean `rejected`?"])]
#[case("[a]", &["1 : expected a map, found a list"])]
fn each_mismatch_says_where_and_what_to_write(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(check(text), expected);
}

#[test]
fn all_mismatches_are_told_in_the_order_of_the_text() {
    let text = "charts: [{a: 1}, 2]\nhelm: 5\nnaem: x\n";
    assert_eq!(check(text).len(), 5, "{:?}", check(text));
}

#[test]
fn a_schema_that_is_none_is_refused() {
    assert!(Shape::new(&json!({"type": "nonsense"})).is_err());
}
