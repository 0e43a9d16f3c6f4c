//! The door to `jsonschema`: a tree against a schema, every mismatch with its place.

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value as Json;

use crate::nearest::advice;
use crate::node::{Map, Node, Value};
use crate::path::{Path, Step};
use crate::problem::Problem;
use crate::span::Span;
use crate::wording::{self, Expected};

/// A compiled JSON Schema. A `patternErrorMessage` beside a `pattern` (a keyword that editors know) says what
/// to write instead.
#[derive(Debug)]
pub struct Shape {
    schema: Json,
    validator: Validator,
}

/// One mismatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeError {
    /// The node that does not fit.
    pub path: Path,
    /// How.
    pub fault: Fault,
    /// Where to look.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// How a node does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The map at the path has this key, which nobody reads.
    UnknownField(String),
    /// The map at the path lacks this key.
    MissingField(String),
    /// The node itself is wrong.
    Misfit,
}

impl ShapeError {
    /// The same as a problem of `file`.
    pub fn in_file(self, file: impl Into<String>) -> Problem {
        Problem::new(file, self.message).at(self.span).maybe_help(self.help)
    }
}

impl Shape {
    /// Compiles a schema. References outside it are not followed.
    pub fn new(schema: &Json) -> Result<Self, String> {
        let validator = jsonschema::validator_for(schema).map_err(|error| error.to_string())?;
        Ok(Self { schema: schema.clone(), validator })
    }

    /// Every mismatch of `root` in the order of the text that it was read from.
    pub fn check(&self, root: &Node, text: &str) -> Vec<ShapeError> {
        let json = root.to_json();
        let mut check = Check { schema: &self.schema, root, text, found: Vec::new() };
        for error in self.validator.iter_errors(&json) {
            check.take(&error);
        }
        check.found.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
        check.found.dedup();
        check.found
    }
}

struct Check<'a> {
    schema: &'a Json,
    root: &'a Node,
    text: &'a str,
    found: Vec<ShapeError>,
}

impl Check<'_> {
    fn take(&mut self, error: &ValidationError<'_>) {
        let path = resolve(self.root, error.instance_path().as_str());
        let node = self.root.at(&path).unwrap_or(self.root);
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = beside(self.schema, error, "properties").and_then(Json::as_object);
                for key in unexpected {
                    let names = known.into_iter().flat_map(|map| map.keys()).map(String::as_str);
                    let names = names.filter(|name| node.get(name).is_none());
                    let span = node.as_map().and_then(|map| map.entry(key)).map(|entry| entry.key_span);
                    self.found.push(ShapeError {
                        path: path.clone(),
                        fault: Fault::UnknownField(key.clone()),
                        span: span.unwrap_or(node.span),
                        message: format!("unknown field `{key}`"),
                        help: advice(key, names),
                    });
                }
            }
            Kind::Required { property } => {
                let field = property.as_str().unwrap_or_default();
                self.found.push(ShapeError {
                    path: path.clone(),
                    fault: Fault::MissingField(field.to_owned()),
                    span: self.named(&path, node),
                    message: format!("missing field `{field}`"),
                    help: None,
                });
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.choose(error, context, path),
            _ => {
                let (message, help) = self.words(error, node);
                self.misfit(path, message, help);
            }
        }
    }

    /// Reports the alternative that was meant, when one can be told, else what all of them expect.
    fn choose(
        &mut self,
        whole: &ValidationError<'_>,
        branches: &[Vec<ValidationError<'static>>],
        path: Path,
    ) {
        let here = whole.instance_path().as_str();
        let another = |error: &&ValidationError<'_>| {
            error.instance_path().as_str() == here
                && matches!(error.kind(), Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. })
        };
        let meant = branches
            .iter()
            .filter(|errors| !errors.iter().any(|error| another(&error)))
            .min_by_key(|errors| errors.len());
        if let Some(errors) = meant {
            for error in errors {
                self.take(error);
            }
            return;
        }
        let mut expected = Expected::default();
        for error in branches.iter().flatten().filter(another) {
            expected.take(error.kind());
        }
        let node = self.root.at(&path).unwrap_or(self.root);
        let (message, help) = expected.against(node, self.text);
        self.misfit(path, message, help);
    }

    fn misfit(&mut self, path: Path, message: String, help: Option<String>) {
        let node = self.root.at(&path).unwrap_or(self.root);
        // What is not there is shown by its key.
        let span = if node.is_null() { self.named(&path, node) } else { node.span };
        self.found.push(ShapeError { path, fault: Fault::Misfit, span, message, help });
    }

    fn words(&self, error: &ValidationError<'_>, node: &Node) -> (String, Option<String>) {
        match error.kind() {
            kind @ (Kind::Type { .. } | Kind::Enum { .. } | Kind::Constant { .. }) => {
                let mut expected = Expected::default();
                expected.take(kind);
                let (message, help) = expected.against(node, self.text);
                let said = beside(self.schema, error, "patternErrorMessage").and_then(Json::as_str);
                (message, said.map(str::to_owned).or(help))
            }
            Kind::Pattern { pattern } => {
                let said = beside(self.schema, error, "patternErrorMessage").and_then(Json::as_str);
                let found = wording::found(node, self.text);
                match said {
                    Some(said) => (format!("{found} is not understood here"), Some(said.to_owned())),
                    None => (format!("{found} does not match `{pattern}`"), None),
                }
            }
            Kind::MinItems { limit: 1 } => {
                ("this list is empty".into(), Some("write at least one item".into()))
            }
            Kind::MinProperties { limit: 1 } => {
                ("this map is empty".into(), Some("write at least one entry".into()))
            }
            Kind::MinLength { limit: 1 } => ("this text is empty".into(), None),
            Kind::Minimum { limit } => {
                (format!("{} is below {limit}", wording::found(node, self.text)), None)
            }
            Kind::Maximum { limit } => {
                (format!("{} is above {limit}", wording::found(node, self.text)), None)
            }
            Kind::UniqueItems => ("an item stands twice in this list".into(), None),
            _ => (error.to_string(), None),
        }
    }

    /// The key that a node is the value of, which says better what is meant than the value's first line.
    fn named(&self, path: &Path, node: &Node) -> Span {
        let Some((Step::Key(key), above)) = path.steps().split_last() else { return node.span };
        let above: Path = above.iter().cloned().collect();
        let parent = self.root.at(&above).and_then(Node::as_map);
        parent.and_then(|map: &Map| map.entry(key)).map_or(node.span, |entry| entry.key_span)
    }
}

/// What stands in the schema beside the keyword that the error is of.
fn beside<'s>(schema: &'s Json, error: &ValidationError<'_>, keyword: &str) -> Option<&'s Json> {
    let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
    schema.pointer(parent)?.get(keyword)
}

/// A JSON pointer as a path: a digit is an index only in a list.
fn resolve(root: &Node, pointer: &str) -> Path {
    let mut node = Some(root);
    let steps = pointer.split('/').skip(1).map(|step| {
        let key = step.replace("~1", "/").replace("~0", "~");
        if let (Some(Value::Seq(items)), Ok(index)) = (node.map(|node| &node.value), key.parse::<usize>()) {
            node = items.get(index);
            Step::Index(index)
        } else {
            node = node.and_then(|node| node.get(&key));
            Step::Key(key)
        }
    });
    steps.collect()
}

#[cfg(test)]
#[path = "shape_tests.rs"]
mod tests;
