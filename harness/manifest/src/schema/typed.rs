//! Objects of built-in kinds, judged as the API server decodes them into Go structs with strict decoding.
//!
//! From `sigs.k8s.io/json`: keys are exact, null leaves a field as it was (absent), a null item of a list is an empty
//! one. What is required is asked for by validation afterwards; the status is reset before that.

use serde_json::{Map, Value};

use super::error::{Fault, SchemaError};
use super::hint::{self, Shape, Tell};
use super::path::{At, path, pattern};
use super::scalar;
use super::schemas::Schemas;
use super::types::{Definition, DefinitionId, Field, Type};
use super::unenforced::is_unenforced;
use super::words::{self, Wanted};
use crate::quantity::Quantity;

/// The API server stops counting here, too.
pub(crate) const MOST_ERRORS: usize = 100;

/// Judges `value` as `definition`. `way` leads to it from the object's root.
pub(crate) fn judge<'a>(
    schemas: &'a Schemas,
    definition: DefinitionId,
    value: &'a Value,
    way: Vec<At<'a>>,
    secret: bool,
) -> Vec<SchemaError> {
    let root = way.len();
    let mut walk =
        Walk { schemas, way, root, frames: Vec::new(), errors: Vec::new(), in_status: false, secret };
    match value {
        Value::Object(map) => walk.object(definition, Some(map)),
        Value::Null => walk.object(definition, None),
        other => walk.wrong_type(Wanted::Map, other),
    }
    walk.errors
}

struct Walk<'a> {
    schemas: &'a Schemas,
    way: Vec<At<'a>>,
    /// How long the way was at the start.
    root: usize,
    /// Definitions from the root to here, each with the length of the way to it.
    frames: Vec<(DefinitionId, usize)>,
    errors: Vec<SchemaError>,
    /// Below `status`, which the server resets before it asks for anything.
    in_status: bool,
    /// The object holds secrets: nothing of it is quoted.
    secret: bool,
}

impl<'a> Walk<'a> {
    fn object(&mut self, id: DefinitionId, map: Option<&'a Map<String, Value>>) {
        let schemas = self.schemas;
        let definition = schemas.definition(id);
        self.frames.push((id, self.way.len()));
        for (key, value) in map.into_iter().flatten() {
            let Some(field) = definition.field(key) else {
                self.unknown(definition, key, value);
                continue;
            };
            let status = self.way.len() == self.root && key == "status";
            self.in_status |= status;
            self.way.push(At::Key(key));
            self.value(&field.of, field.required, value);
            self.way.pop();
            self.in_status &= !status;
        }
        let has = |name: &str| map.and_then(|map| map.get(name)).is_some_and(|value| !value.is_null());
        let at_root = self.way.len() == self.root;
        for field in definition.fields.iter().filter(|field| field.required || field.whole) {
            let reset = self.in_status || (at_root && field.name == "status");
            if !reset && !has(field.name) && self.demands(definition, field) {
                self.missing(field);
            }
        }
        self.frames.pop();
    }

    fn value(&mut self, of: &'a Type, required: bool, value: &'a Value) {
        match (of, value) {
            (_, Value::Null) => {}
            (Type::Object(id), Value::Object(map)) => self.object(*id, Some(map)),
            (Type::List(item), Value::Array(items)) => {
                for (index, one) in items.iter().enumerate() {
                    self.way.push(At::Index(index));
                    match (item.as_ref(), one) {
                        (Type::Object(id), Value::Null) => self.object(*id, None),
                        (item, one) => self.value(item, true, one),
                    }
                    self.way.pop();
                }
            }
            (Type::Map(item), Value::Object(map)) => {
                for (key, one) in map {
                    self.way.push(At::Key(key));
                    self.value(item, true, one);
                    self.way.pop();
                }
            }
            (Type::List(item), Value::Object(_)) => self.not_a_list(item, value),
            (of, value) => {
                let may_be_empty = !required || self.in_status;
                if let Err(wrong) = scalar::check(of, value, self.may_quote(), may_be_empty)
                    && !(self.in_status && wrong.fault == Fault::BadEnum)
                {
                    let error = SchemaError::new(wrong.fault, path(&self.way, None), wrong.message);
                    self.tell(error.advice(wrong.advice));
                }
            }
        }
    }

    /// Whether an absent field is asked for: a required one, or a struct with required fields.
    fn demands(&self, definition: &Definition, field: &Field) -> bool {
        if field.required {
            return !is_unenforced(definition.name, field.name);
        }
        let Type::Object(id) = field.of else { return false };
        let inner = self.schemas.definition(id);
        field.whole
            && inner.fields.iter().any(|below| (below.required || below.whole) && self.demands(inner, below))
    }

    fn missing(&mut self, field: &Field) {
        let message = format!("the required field `{}` is missing", field.name);
        let advice = match &field.of {
            Type::Enum(all) => {
                format!("write {}", words::listed(all.iter().copied().filter(|word| !word.is_empty())))
            }
            of => format!("write {}", Wanted::of(of).word()),
        };
        let error = SchemaError::new(Fault::MissingField, path(&self.way, Some(field.name)), message);
        self.tell(error.advice(Some(advice)));
    }

    fn unknown(&mut self, definition: &'a Definition, key: &'a str, value: &Value) {
        let advice = self.meant(definition, key, value);
        let error = SchemaError::new(
            Fault::UnknownField,
            path(&self.way, Some(key)),
            format!("unknown field `{key}`"),
        );
        let hardening = self.schemas.hardens(key);
        self.tell(SchemaError { hardening, ..error.advice(advice) });
    }

    /// What to write instead of an unknown field: the same in other letters, where it belongs, the nearest name, the
    /// map that takes free keys, or all fields when they are few.
    fn meant(&self, definition: &Definition, key: &str, value: &Value) -> Option<String> {
        let names = || definition.fields.iter().map(|field| field.name);
        if let Some(same) = names().find(|name| name.eq_ignore_ascii_case(key)) {
            return Some(format!("write `{same}`"));
        }
        let frames: Vec<(TypedShape<'_>, String)> = self
            .frames
            .iter()
            .map(|(id, depth)| (TypedShape { schemas: self.schemas, id: *id }, pattern(&self.way[..*depth])))
            .collect();
        let belongs = hint::belongs(&frames, key);
        let nearest = seatrial_document::nearest(key, names());
        match (belongs, nearest) {
            (Some((distance, places)), nearest) if distance < 3 || nearest.is_none() => Some(placed(&places)),
            (_, Some(name)) => Some(format!("did you mean `{name}`?")),
            _ => free_maps(definition, value)
                .map(|maps| format!("it belongs under {maps}"))
                .or_else(|| seatrial_document::advice(key, names())),
        }
    }

    fn not_a_list(&mut self, item: &Type, value: &Value) {
        let named = item.inner().is_some_and(|(id, _)| {
            let item = self.schemas.definition(id);
            item.field("name").is_some() && item.field("value").is_some()
        });
        if named {
            let message = Wanted::List.against(value, false);
            let error = SchemaError::new(Fault::WrongType, path(&self.way, None), message);
            self.tell(error.advice(Some("write each entry as an item with `name` and `value`".to_owned())));
        } else {
            self.wrong_type(Wanted::List, value);
        }
    }

    fn wrong_type(&mut self, wanted: Wanted, value: &Value) {
        let quote = self.may_quote();
        let message = wanted.against(value, quote);
        let error = SchemaError::new(Fault::WrongType, path(&self.way, None), message);
        self.tell(error.advice(wanted.rewrite(value, quote)));
    }

    /// Values of Secrets and of variables may be secret.
    fn may_quote(&self) -> bool {
        let in_variable =
            self.frames.last().is_some_and(|(id, _)| self.schemas.definition(*id).name == "core.v1.EnvVar");
        !self.secret && !in_variable
    }

    fn tell(&mut self, error: SchemaError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }
}

/// Where a field belongs.
pub(crate) fn placed(places: &[String]) -> String {
    let of_containers = places.iter().all(|place| place.contains("containers[*]"));
    let whose = if of_containers { "to each container" } else { "elsewhere" };
    format!("it belongs {whose}, at {}", words::listed(places.iter().map(String::as_str)))
}

/// The maps of free keys that such a value fits, where there is one or two.
fn free_maps(definition: &Definition, value: &Value) -> Option<String> {
    let fits = |of: &Type| match (of, value) {
        (Type::String, Value::String(_)) | (Type::Quantity, Value::Number(_)) => true,
        (Type::Quantity, Value::String(text)) => Quantity::parse(text).is_ok(),
        _ => false,
    };
    let maps: Vec<&str> = definition
        .fields
        .iter()
        .filter(|field| matches!(&field.of, Type::Map(item) if fits(item)))
        .map(|field| field.name)
        .collect();
    matches!(maps.len(), 1 | 2).then(|| words::listed(maps))
}

#[derive(Clone, Copy)]
struct TypedShape<'a> {
    schemas: &'a Schemas,
    id: DefinitionId,
}

impl Shape for TypedShape<'_> {
    fn each(self, tell: Tell<'_, Self>) {
        for field in &self.schemas.definition(self.id).fields {
            let inner = field.of.inner().map(|(id, suffix)| (suffix, Self { schemas: self.schemas, id }));
            tell(field.name, inner);
        }
    }
}
