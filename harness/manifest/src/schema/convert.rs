//! OpenAPI v3 documents of an API server, made into the compact text that ships.
//!
//! The documents are those of `/openapi/v3/api/v1` and `/openapi/v3/apis/<group>/<version>`; the source tree of
//! Kubernetes holds the same in `api/openapi-spec/v3`. What is kept: kinds that can be created, and of their
//! definitions the fields with type, required, enum, int32 and int64, quantities, base64 and times.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::compact::MAGIC;

/// How the names of Kubernetes' own definitions begin. Those of custom resources that a cluster serves begin otherwise.
const OWN: [&str; 3] =
    ["io.k8s.api.", "io.k8s.apiextensions-apiserver.pkg.apis.", "io.k8s.kube-aggregator.pkg.apis."];
/// How those of the machinery begin that Kubernetes' own refer to.
const MACHINERY: [&str; 4] = [
    "io.k8s.apimachinery.pkg.apis.",
    "io.k8s.apimachinery.pkg.api.",
    "io.k8s.apimachinery.pkg.util.",
    "io.k8s.apimachinery.pkg.",
];
const REFERENCE: &str = "#/components/schemas/";

/// The compact text of `documents`, of the version `1.36.3`.
///
/// # Errors
/// What a document lacks, or a schema that the compact text has no word for.
pub fn compact(documents: &[Value], version: &str) -> Result<String, String> {
    let mut definitions = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for document in documents {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        definitions.extend(schemas.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)));
        for (path, methods) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            kinds.extend(created(path, methods).filter(|(_, _, name)| short(name).is_some()));
        }
    }
    if kinds.is_empty() {
        return Err("the OpenAPI documents name no kind that can be created".to_owned());
    }
    let mut converter = Converter { definitions, waiting: Vec::new(), known: BTreeSet::new() };
    let mut text = format!("{MAGIC}{version}\n");
    for (api_version, kind, name) in kinds {
        text += &format!("{api_version} {kind} {}\n", converter.reference(&name)?);
    }
    let mut blocks = BTreeMap::new();
    while let Some(name) = converter.waiting.pop() {
        blocks.insert(named(&name)?, converter.fields(&name)?);
    }
    for (name, fields) in blocks {
        text += &format!("\n{name}\n{fields}");
    }
    Ok(text)
}

/// API version, kind and definition of what a path of the API creates: not what belongs to another object.
fn created(path: &str, methods: &Value) -> Option<(String, String, String)> {
    let post = methods.get("post")?;
    if path.contains("{name}/") || post.get("x-kubernetes-action").and_then(Value::as_str) != Some("post") {
        return None;
    }
    let kind = post.get("x-kubernetes-group-version-kind")?;
    let text = |key: &str| kind.get(key).and_then(Value::as_str);
    let (group, version, kind) = (text("group")?, text("version")?, text("kind")?);
    let body = post.pointer("/requestBody/content")?.as_object()?.values().next()?;
    let name = body.pointer("/schema/$ref")?.as_str()?.strip_prefix(REFERENCE)?;
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    Some((api_version, kind.to_owned(), name.to_owned()))
}

/// The name of one of Kubernetes' own definitions, without what all of them begin with.
fn short(name: &str) -> Option<&str> {
    OWN.iter().find_map(|start| name.strip_prefix(start))
}

fn named(name: &str) -> Result<String, String> {
    short(name)
        .or_else(|| MACHINERY.iter().find_map(|start| name.strip_prefix(start)))
        .map(str::to_owned)
        .ok_or_else(|| format!("the definition {name} is none of Kubernetes' own"))
}

struct Converter<'a> {
    definitions: BTreeMap<&'a str, &'a Value>,
    /// Definitions that are referred to and not written yet.
    waiting: Vec<String>,
    known: BTreeSet<String>,
}

impl Converter<'_> {
    /// The type that a definition is.
    fn reference(&mut self, name: &str) -> Result<String, String> {
        let short = named(name)?;
        match short.as_str() {
            "resource.Quantity" => return Ok("quantity".to_owned()),
            "intstr.IntOrString" => return Ok("int-or-string".to_owned()),
            "meta.v1.Time" | "meta.v1.MicroTime" => return Ok("time".to_owned()),
            // What they hold is somebody else's.
            "runtime.RawExtension" | "meta.v1.FieldsV1" | "meta.v1.Patch" => return Ok("any".to_owned()),
            _ => {}
        }
        let definition =
            *self.definitions.get(name).ok_or_else(|| format!("there is no definition {name}"))?;
        let is_object = definition.get("type").and_then(Value::as_str) == Some("object");
        if !is_object && definition.get("properties").is_none() {
            return self.of(definition);
        }
        if self.known.insert(name.to_owned()) {
            self.waiting.push(name.to_owned());
        }
        Ok(short)
    }

    fn fields(&mut self, name: &str) -> Result<String, String> {
        let definition = self.definitions.get(name).copied();
        let list = |key: &str| definition.and_then(|definition| definition.get(key));
        let required: BTreeSet<&str> = list("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let properties: BTreeMap<&String, &Value> =
            list("properties").and_then(Value::as_object).into_iter().flatten().collect();
        let mut text = String::new();
        for (field, schema) in properties {
            let of = self.of(schema).map_err(|error| format!("{name}, {field}: {error}"))?;
            let required = if required.contains(field.as_str()) { "!" } else { "" };
            let whole = if is_whole(schema) && of.contains('.') && !of.starts_with(['[', '{', '=']) {
                "+"
            } else {
                ""
            };
            text += &format!("{field}{required}{whole} {of}\n");
        }
        Ok(text)
    }

    fn of(&mut self, schema: &Value) -> Result<String, String> {
        let Some(schema) = schema.as_object() else { return Err("a schema is not a map".to_owned()) };
        let text = |key: &str| schema.get(key).and_then(Value::as_str);
        if let Some(reference) = text("$ref") {
            return self.reference(reference.strip_prefix(REFERENCE).unwrap_or(reference));
        }
        if let Some([only]) = schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            return self.of(only);
        }
        Ok(match (text("type"), text("format")) {
            (Some("array"), _) => {
                let items = schema.get("items").ok_or("a list without items")?;
                format!("[{}]", self.of(items)?)
            }
            (Some("object"), _) => match schema.get("additionalProperties") {
                Some(free @ Value::Object(_)) => format!("{{{}}}", self.of(free)?),
                _ => "any".to_owned(),
            },
            (Some("string"), _) if schema.contains_key("enum") => words(schema)?,
            (Some("string"), Some("byte")) => "bytes".to_owned(),
            (Some("string"), Some("date-time")) => "time".to_owned(),
            (Some("string"), _) => "string".to_owned(),
            (Some("integer"), Some("int32")) => "int32".to_owned(),
            (Some("integer"), _) => "int64".to_owned(),
            (Some("number"), _) => "number".to_owned(),
            (Some("boolean"), _) => "boolean".to_owned(),
            (None, _) => "any".to_owned(),
            (Some(other), _) => return Err(format!("no word for the type {other}")),
        })
    }
}

/// A struct that is no pointer in Go has a default of nothing.
fn is_whole(schema: &Value) -> bool {
    let empty = |default: &Value| default.as_object().is_some_and(Map::is_empty);
    schema.get("allOf").is_some() && schema.get("default").is_some_and(empty)
}

fn words(schema: &Map<String, Value>) -> Result<String, String> {
    let words: BTreeSet<&str> = schema
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    match words.iter().find(|word| word.contains(['|', '[', ']', '{', '}', '\n'])) {
        Some(word) => Err(format!("the text cannot hold the word `{word}`")),
        None => Ok(format!("={}", words.into_iter().collect::<Vec<_>>().join("|"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(definitions: &Value) -> Value {
        let post = |kind: &str| {
            json!({
                "x-kubernetes-action": "post",
                "x-kubernetes-group-version-kind": {"group": "apps", "version": "v1", "kind": kind},
                "requestBody": {"content": {"*/*": {"schema": {"$ref": format!("{REFERENCE}io.k8s.api.apps.v1.{kind}")}}}},
            })
        };
        json!({
            "components": {"schemas": definitions},
            "paths": {
                "/apis/apps/v1/namespaces/{namespace}/boats": {"post": post("Boat")},
                "/apis/apps/v1/namespaces/{namespace}/boats/{name}/mooring": {"post": post("Mooring")},
            },
        })
    }

    #[test]
    fn documents_become_the_text_that_reads_back() {
        let reference = |name: &str| json!({"$ref": format!("{REFERENCE}{name}")});
        let definitions = json!({
            "io.k8s.api.apps.v1.Boat": {"type": "object", "required": ["crew", "hull"], "properties": {
                "hull": {"allOf": [reference("io.k8s.api.apps.v1.Hull")], "default": {}},
                "spare": reference("io.k8s.api.apps.v1.Hull"),
                "crew": {"type": "array", "items": {"type": "string", "default": ""}},
                "rig": {"type": "string", "enum": ["Sloop", "Cat boat", ""]},
                "anything": {"allOf": [reference("io.k8s.apimachinery.pkg.runtime.RawExtension")], "default": {}},
                "weight": {"allOf": [reference("io.k8s.apimachinery.pkg.api.resource.Quantity")], "default": {}},
            }},
            "io.k8s.api.apps.v1.Hull": {"type": "object", "properties": {
                "length": {"type": "integer", "format": "int32"},
                "flags": {"type": "object", "additionalProperties": {"type": "string", "format": "byte"}},
                "built": reference("io.k8s.apimachinery.pkg.apis.meta.v1.Time"),
            }},
            "io.k8s.apimachinery.pkg.runtime.RawExtension": {"type": "object"},
            "io.k8s.api.apps.v1.Unused": {"type": "object"},
        });
        let text = compact(&[document(&definitions)], "1.36.3").unwrap();
        assert_eq!(
            text,
            "seatrial-schema 1 1.36.3\napps/v1 Boat apps.v1.Boat\n\napps.v1.Boat\nanything any\ncrew! [string]\nhull!+ \
             apps.v1.Hull\nrig =|Cat boat|Sloop\nspare apps.v1.Hull\nweight quantity\n\napps.v1.Hull\nbuilt \
             time\nflags {bytes}\nlength int32\n"
        );
        let parsed = super::super::compact::parse(Box::leak(text.into_boxed_str())).unwrap();
        assert_eq!((parsed.kinds.len(), parsed.definitions.len()), (1, 2));
    }

    #[test]
    fn what_the_text_has_no_word_for_is_an_error_that_says_where() {
        let odd = json!({"io.k8s.api.apps.v1.Boat": {"type": "object", "properties": {"rig": {"type": "string", "enum": ["a|b"]}}}});
        let error = compact(&[document(&odd)], "1.36.3").unwrap_err();
        assert_eq!(error, "io.k8s.api.apps.v1.Boat, rig: the text cannot hold the word `a|b`");
        assert!(compact(&[json!({})], "1.36.3").unwrap_err().contains("name no kind"));
    }
}
