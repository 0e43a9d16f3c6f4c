//! The JSON Schemas of suites and of their waivers, generated from the types in `file`.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::file::{SuiteFile, WaiversFile};

/// The schema for editors, as it is committed beside the suites: pretty JSON and a line feed.
pub fn schema_json() -> String {
    format!("{:#}\n", schema())
}

/// The same for `waivers.yaml`.
pub fn waivers_schema_json() -> String {
    format!("{:#}\n", waivers_schema())
}

pub(crate) fn schema() -> Value {
    of::<SuiteFile>()
}

pub(crate) fn waivers_schema() -> Value {
    of::<WaiversFile>()
}

/// A field that is written and left empty is a mistake and not the same as an absent one: nothing is nullable.
fn of<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(without_null).transform(&mut schema);
    RecursiveTransform(on_one_line).transform(&mut schema);
    schema.to_value()
}

fn without_null(schema: &mut Schema) {
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|each| each != "null");
        if let [only] = &types[..] {
            let only = only.clone();
            schema.insert("type".into(), only);
        }
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
        branches.retain(|branch| *branch != json!({"type": "null"}));
        if let [Value::Object(only)] = &branches[..] {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                schema.insert(key, value);
            }
        }
    }
}

/// Doc comments wrap where the code does; editors wrap by themselves.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/suite.schema.json");
        let committed = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            committed == schema_json(),
            "suites/suite.schema.json is not what the types say; write it anew with: cargo run -- schema > \
             suites/suite.schema.json"
        );
    }

    #[test]
    fn the_committed_schema_of_waivers_is_the_generated_one() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../suites/waivers.schema.json");
        let committed = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            committed == waivers_schema_json(),
            "suites/waivers.schema.json is not what the types say; write it anew with: cargo run -- schema waivers > \
             suites/waivers.schema.json"
        );
    }

    #[test]
    fn a_waiver_needs_a_rule_an_owner_a_reason_and_a_day_in_both_files() {
        for schema in [schema(), waivers_schema()] {
            let required = schema.pointer("/$defs/Waiver/required").map(Value::to_string);
            assert_eq!(required.as_deref(), Some(r#"["rule","owner","reason","expires"]"#));
        }
    }

    #[test]
    fn what_a_suite_cannot_do_without_is_required() {
        let schema = schema();
        let required = |pointer: &str| schema.pointer(pointer).map(Value::to_string);
        let of_suite = required("/required").unwrap();
        assert_eq!(of_suite, r#"["apiVersion","kind","clusters","charts"]"#);
        assert_eq!(required("/$defs/Overlay/required").unwrap(), r#"["file","reason"]"#);
        assert_eq!(required("/$defs/Limits/required"), None);
    }

    #[test]
    fn nothing_is_nullable() {
        for schema in [schema_json(), waivers_schema_json()] {
            assert!(!schema.contains("null"), "{schema}");
        }
    }
}
