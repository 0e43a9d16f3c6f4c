//! Custom resources, judged by the structural schema of their definition.
//!
//! As `apiextensions-apiserver` does it: fields that no schema names are errors (they would be pruned) unless
//! `x-kubernetes-preserve-unknown-fields` keeps them; a null under a key goes away unless it is `nullable` or has a
//! default; then types, required fields, enums and bounds are compared. Formats and CEL rules are not judged.

use serde_json::{Map, Value};

use super::bounds;
use super::custom::CustomSchema;
use super::error::{Fault, SchemaError};
use super::hint::{self, Shape, Tell};
use super::path::{At, path, pattern};
use super::schemas::Schemas;
use super::typed::{MOST_ERRORS, judge as judge_typed, placed};
use super::words::{self, Wanted};

type Schema = Map<String, Value>;

/// Fields that every resource has, whatever its schema says.
const META: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Judges a whole resource.
pub(crate) fn judge(schemas: &Schemas, schema: &CustomSchema, value: &Value) -> Vec<SchemaError> {
    let mut walk = Walk {
        schemas,
        way: Vec::new(),
        frames: Vec::new(),
        errors: Vec::new(),
        resets_status: schema.resets_status,
        only_fields: false,
    };
    match value {
        Value::Object(map) => walk.object(&schema.root, map, true),
        other => walk.wrong_type(Wanted::Map, other),
    }
    walk.errors
}

struct Walk<'a> {
    schemas: &'a Schemas,
    way: Vec<At<'a>>,
    frames: Vec<(&'a Schema, usize)>,
    errors: Vec<SchemaError>,
    resets_status: bool,
    /// Below a status that is reset: only its fields are compared.
    only_fields: bool,
}

fn flag(schema: &Schema, key: &str) -> bool {
    schema.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn inner<'a>(schema: &'a Schema, key: &str) -> Option<&'a Schema> {
    schema.get(key).and_then(Value::as_object)
}

impl<'a> Walk<'a> {
    fn value(&mut self, schema: &'a Schema, value: &'a Value) {
        if value.is_null() {
            // Under a key it went away already.
            let wanted = wanted(schema).filter(|_| !flag(schema, "nullable") && !self.only_fields);
            if let Some(wanted) = wanted {
                self.wrong_type(wanted, value);
            }
            return;
        }
        if !self.only_fields {
            if let Some(wanted) = wanted(schema).filter(|_| !has_type(schema, value)) {
                self.wrong_type(wanted, value);
                return;
            }
            self.bounds(schema, value);
        }
        match value {
            Value::Object(map) => self.object(schema, map, flag(schema, "x-kubernetes-embedded-resource")),
            Value::Array(items) => {
                let Some(item) = inner(schema, "items") else { return };
                for (index, one) in items.iter().enumerate() {
                    self.way.push(At::Index(index));
                    self.value(item, one);
                    self.way.pop();
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, schema: &'a Schema, map: &'a Map<String, Value>, resource: bool) {
        self.frames.push((schema, self.way.len()));
        let properties = inner(schema, "properties");
        let additional = schema.get("additionalProperties");
        let keeps =
            flag(schema, "additionalProperties") || flag(schema, "x-kubernetes-preserve-unknown-fields");
        for (key, value) in map {
            let status = self.way.is_empty() && self.resets_status && key == "status";
            self.only_fields |= status;
            self.way.push(At::Key(key));
            let property = properties.and_then(|properties| properties.get(key)).and_then(Value::as_object);
            match property.or_else(|| additional.and_then(Value::as_object)) {
                _ if resource && META.contains(&key.as_str()) => self.meta(key, value),
                Some(one) if !goes_away(one, value) => self.value(one, value),
                Some(_) => {}
                None if keeps => {}
                None => {
                    self.way.pop();
                    self.unknown(schema, key);
                    self.way.push(At::Key(key));
                }
            }
            self.way.pop();
            self.only_fields &= !status;
        }
        if !self.only_fields {
            self.required(schema, map, resource);
        }
        self.frames.pop();
    }

    fn meta(&mut self, key: &str, value: &'a Value) {
        match (key, value) {
            ("metadata", value) => {
                if let Some(metadata) = self.schemas.metadata() {
                    let errors = judge_typed(self.schemas, metadata, value, self.way.clone(), false);
                    for error in errors {
                        self.tell(error);
                    }
                }
            }
            (_, Value::String(_)) => {}
            (_, other) => self.wrong_type(Wanted::Text, other),
        }
    }

    fn required(&mut self, schema: &'a Schema, map: &Map<String, Value>, resource: bool) {
        let properties = inner(schema, "properties");
        let names = schema.get("required").and_then(Value::as_array);
        for name in names.into_iter().flatten().filter_map(Value::as_str) {
            let property = properties.and_then(|properties| properties.get(name)).and_then(Value::as_object);
            let there = map.get(name).is_some_and(|value| !property.is_some_and(|one| goes_away(one, value)));
            let filled = property.is_some_and(|property| property.contains_key("default"));
            if there || filled || (resource && META.contains(&name)) {
                continue;
            }
            let message = format!("the required field `{name}` is missing");
            let advice = property.and_then(wanted).map(|wanted| format!("write {}", wanted.word()));
            self.tell(
                SchemaError::new(Fault::MissingField, path(&self.way, Some(name)), message).advice(advice),
            );
        }
    }

    fn bounds(&mut self, schema: &'a Schema, value: &Value) {
        if let Some(words) = schema.get("enum").and_then(Value::as_array)
            && !words.iter().any(|word| bounds::same(word, value))
        {
            let all: Vec<String> = words
                .iter()
                .map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned))
                .collect();
            let nearest = value
                .as_str()
                .and_then(|text| seatrial_document::nearest(text, all.iter().map(String::as_str)))
                .map(|word| format!("did you mean `{word}`?"));
            let listed = words::listed(all.iter().map(String::as_str));
            let message = format!("{} is not one of {listed}", words::found(value, true));
            self.tell(SchemaError::new(Fault::BadEnum, path(&self.way, None), message).advice(nearest));
        }
        for message in bounds::against(schema, value) {
            self.tell(SchemaError::new(Fault::BadValue, path(&self.way, None), message));
        }
    }

    fn unknown(&mut self, schema: &'a Schema, key: &'a str) {
        let names: Vec<&str> =
            inner(schema, "properties").into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let frames: Vec<(Structural<'_>, String)> = self
            .frames
            .iter()
            .map(|(schema, depth)| (Structural(schema), pattern(&self.way[..*depth])))
            .collect();
        let same =
            names.iter().find(|name| name.eq_ignore_ascii_case(key)).map(|name| format!("write `{name}`"));
        let advice = same
            .or_else(|| {
                let name = seatrial_document::nearest(key, names.iter().copied())?;
                Some(format!("did you mean `{name}`?"))
            })
            .or_else(|| hint::belongs(&frames, key).map(|(_, places)| placed(&places)))
            .or_else(|| seatrial_document::advice(key, names.iter().copied()));
        let message = format!("unknown field `{key}`");
        let hardening = self.schemas.hardens(key);
        let error = SchemaError::new(Fault::UnknownField, path(&self.way, Some(key)), message).advice(advice);
        self.tell(SchemaError { hardening, ..error });
    }

    fn wrong_type(&mut self, wanted: Wanted, value: &Value) {
        let error = SchemaError::new(Fault::WrongType, path(&self.way, None), wanted.against(value, true));
        self.tell(error.advice(wanted.rewrite(value, true)));
    }

    fn tell(&mut self, error: SchemaError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }
}

/// Whether a null goes away before anything is compared, or is filled with a default.
fn goes_away(schema: &Schema, value: &Value) -> bool {
    value.is_null() && !flag(schema, "nullable")
}

/// What a schema wants; `None` where it takes anything.
fn wanted(schema: &Schema) -> Option<Wanted> {
    if flag(schema, "x-kubernetes-int-or-string") {
        return Some(Wanted::WholeOrText);
    }
    Some(match schema.get("type")?.as_str()? {
        "string" => Wanted::Text,
        "integer" => Wanted::Whole,
        "number" => Wanted::Number,
        "boolean" => Wanted::Boolean,
        "array" => Wanted::List,
        "object" => Wanted::Map,
        _ => return None,
    })
}

/// Whether a value that is not null has the type that a schema wants.
pub(crate) fn has_type(schema: &Schema, value: &Value) -> bool {
    let whole =
        value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    match wanted(schema) {
        None => true,
        Some(Wanted::WholeOrText) => value.is_string() || whole,
        Some(Wanted::Text) => value.is_string(),
        Some(Wanted::Whole) => whole,
        Some(Wanted::Number) => value.is_number(),
        Some(Wanted::Boolean) => value.is_boolean(),
        Some(Wanted::List) => value.is_array(),
        Some(_) => value.is_object(),
    }
}

#[derive(Clone, Copy)]
struct Structural<'a>(&'a Schema);

impl Shape for Structural<'_> {
    fn each(self, tell: Tell<'_, Self>) {
        for (name, property) in inner(self.0, "properties").into_iter().flatten() {
            let property = property.as_object();
            let below = property.and_then(|property| {
                if property.contains_key("properties") {
                    return Some(("", property));
                }
                let item = inner(property, "items").map(|item| ("[*]", item));
                item.or_else(|| inner(property, "additionalProperties").map(|free| (".*", free)))
            });
            tell(name, below.map(|(suffix, schema)| (suffix, Structural(schema))));
        }
    }
}
