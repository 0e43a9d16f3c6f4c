//! Helm's output, decoded to objects.

use std::sync::Arc;

use seatrial_document::{Dialect, Limits, Node, Path, Span, Step};
use seatrial_model::ObjectRef;
use serde_json::Value;

use crate::split::{Piece, pieces};

/// Everything a render holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Manifest {
    /// Objects in the order of the render, `List` kinds expanded.
    pub objects: Vec<Object>,
    /// Documents that are no objects, and keys that stand twice.
    pub problems: Vec<DecodeProblem>,
}

/// One object of a render.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its name.
    pub reference: ObjectRef,
    /// Template it came from, as Helm's `# Source:` says: `ml-inference/templates/deployment.yaml`.
    pub source: Option<String>,
    /// 1-based line in the render.
    pub line: u32,
    /// The object as Kubernetes would read it.
    pub value: Value,
    /// The text that it was read from.
    pub written: Written,
}

/// Where an object was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    document: Arc<Piece>,
    root: Arc<Node>,
    /// From the document's root to the object: not empty in a list.
    within: Path,
}

/// The line of a path inside an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// 1-based line in the render.
    pub line: u32,
    /// Whether the path is there; else this is the line of the nearest thing above it.
    pub exact: bool,
}

impl Written {
    /// The text of the document.
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The 1-based line of the render on which the document's text starts.
    pub fn first_line(&self) -> u32 {
        self.document.line
    }

    /// Where a path of the object, `spec.containers[0].image`, is written. A path that is none is the object itself.
    pub fn place(&self, path: &str) -> Place {
        let (steps, readable) = match path.parse::<Path>() {
            Ok(path) => (path, true),
            Err(_) => (Path::default(), false),
        };
        let (mut node, mut line, mut exact) = (self.root.as_ref(), self.root.line(), readable);
        for step in self.within.steps().iter().chain(steps.steps()) {
            let next = match step {
                Step::Key(key) => {
                    node.as_map().and_then(|map| map.entry(key)).map(|found| (&found.value, found.key_span))
                }
                Step::Index(index) => {
                    node.as_seq().and_then(|all| all.get(*index)).map(|found| (found, found.span))
                }
            };
            let Some((below, span)) = next else {
                exact = false;
                break;
            };
            (node, line) = (below, span.line());
        }
        Place { line: self.document.line + line - 1, exact }
    }
}

/// Something wrong with the text of a render.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeProblem {
    /// `not-yaml`, `not-an-object`, `duplicate-key`, `ignored-document`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Template it came from.
    pub source: Option<String>,
    /// 1-based line in the render.
    pub line: u32,
}

/// A `helm.sh/hook` annotation, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// `test`, `post-install` …
    pub events: Vec<String>,
    /// Order among hooks of one event.
    pub weight: i64,
}

impl Hook {
    /// Whether `helm test` runs it. `test-success` is the old name of `test`.
    pub fn is_test(&self) -> bool {
        self.events.iter().any(|event| event == "test" || event == "test-success")
    }
}

impl Manifest {
    /// Decodes a render. A document that is no YAML is a problem, not an error: the rest is still judged.
    pub fn decode(text: &str) -> Self {
        let mut manifest = Self::default();
        let sources = Sources::of(text);
        for piece in pieces(text) {
            let piece = Arc::new(piece);
            manifest.read(&piece, &sources);
        }
        manifest
    }

    fn read(&mut self, piece: &Arc<Piece>, sources: &Sources) {
        let at = |line: u32| piece.line + line - 1;
        let mut problem = |code, message, line: u32| {
            let source = sources.at(at(line));
            self.problems.push(DecodeProblem { code, message, source, line: at(line) });
        };
        let documents = match seatrial_document::parse_within(&piece.text, &Limits::default(), Dialect::Helm)
        {
            Ok(documents) => documents,
            Err(error) => return problem("not-yaml", error.message.clone(), error.line()),
        };
        let mut documents = documents.into_iter();
        let Some(document) = documents.next() else { return };
        for duplicate in document.duplicates() {
            let message = format!("key `{}` stands twice; the last one wins", duplicate.key);
            problem("duplicate-key", message, duplicate.line);
        }
        if let Some(ignored) = documents.find(|document| !document.root.is_null()) {
            let message = "a document behind `...` is never read; separate documents by `---`".to_owned();
            problem("ignored-document", message, ignored.line());
        }
        let root = Arc::new(document.root);
        let source = sources.at(at(root.line()));
        let written =
            Written { document: Arc::clone(piece), root: Arc::clone(&root), within: Path::default() };
        self.put(&root, source.as_ref(), written);
    }

    fn put(&mut self, node: &Node, source: Option<&String>, written: Written) {
        if node.is_null() {
            return;
        }
        let value = node.to_json();
        let line = written.place("").line;
        let reference = reference(&value);
        let items = node.get("items").and_then(Node::as_seq).filter(|_| reference.kind.ends_with("List"));
        if let Some(items) = items {
            for (index, item) in items.iter().enumerate() {
                let within = written.within.key("items").item(index);
                self.put(item, source, Written { within, ..written.clone() });
            }
        } else if reference.api_version.is_empty() || reference.kind.is_empty() {
            self.problems.push(DecodeProblem {
                code: "not-an-object",
                message: "a document without apiVersion and kind is no Kubernetes object".to_owned(),
                source: source.cloned(),
                line,
            });
        } else {
            self.objects.push(Object { reference, source: source.cloned(), line, value, written });
        }
    }

    /// Objects that are installed as part of the release: no hooks.
    pub fn released(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| object.hook().is_none())
    }

    /// Test hooks that are Pods or Jobs.
    pub fn test_hooks(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().filter(|object| {
            matches!(object.reference.kind.as_str(), "Pod" | "Job")
                && object.hook().is_some_and(|hook| hook.is_test())
        })
    }
}

impl Object {
    /// An object that was read from no text, such as one that an API server holds.
    pub fn unwritten(value: Value) -> Self {
        let written = Written {
            document: Arc::new(Piece { text: String::new(), line: 1 }),
            root: Arc::new(Node { value: seatrial_document::Value::Null, span: Span::default() }),
            within: Path::default(),
        };
        Self { reference: reference(&value), source: None, line: 1, value, written }
    }

    /// A text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.value.pointer(pointer).and_then(Value::as_str)
    }

    /// An annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.value.get("metadata")?.get("annotations")?.get(key)?.as_str()
    }

    /// Its hook annotations, where it is a hook.
    pub fn hook(&self) -> Option<Hook> {
        let events = self.annotation("helm.sh/hook")?;
        Some(Hook {
            events: events.split(',').map(|event| event.trim().to_owned()).collect(),
            weight: self.annotation("helm.sh/hook-weight").and_then(|w| w.parse().ok()).unwrap_or(0),
        })
    }
}

fn reference(value: &Value) -> ObjectRef {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    ObjectRef {
        api_version: text("/apiVersion"),
        kind: text("/kind"),
        namespace: text("/metadata/namespace"),
        name: text("/metadata/name"),
    }
}

/// Lines of the `# Source:` comments that Helm writes in front of each document.
struct Sources(Vec<(u32, String)>);

impl Sources {
    fn of(text: &str) -> Self {
        let numbered = text.lines().zip(1_u32..);
        Self(
            numbered
                .filter_map(|(line, number)| {
                    Some((number, line.strip_prefix("# Source: ")?.trim_end().to_owned()))
                })
                .collect(),
        )
    }

    /// The template of the document that holds `line`.
    fn at(&self, line: u32) -> Option<String> {
        let before = self.0.partition_point(|(number, _)| *number <= line);
        before.checked_sub(1).map(|index| self.0[index].1.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RENDER: &str = "---\n# Source: app/templates/a.yaml\napiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  \
                          annotations:\n    helm.sh/hook: test, post-install\n    helm.sh/hook-weight: \"-5\"\n---\n# \
                          Source: app/templates/list.yaml\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, \
                          kind: ConfigMap, metadata: {name: b}, data: {on: yes}}\n- {apiVersion: v1, kind: Secret, \
                          metadata: {name: c}}\n---\n# Source: app/templates/empty.yaml\n";

    #[test]
    fn lists_are_expanded_empty_documents_vanish_and_sources_are_kept() {
        let manifest = Manifest::decode(RENDER);
        let names: Vec<_> = manifest
            .objects
            .iter()
            .map(|object| (object.reference.to_string(), object.source.clone().unwrap()))
            .collect();
        let expected = [
            ("Pod/a", "app/templates/a.yaml"),
            ("ConfigMap/b", "app/templates/list.yaml"),
            ("Secret/c", "app/templates/list.yaml"),
        ];
        assert_eq!(names, expected.map(|(name, source)| (name.to_owned(), source.to_owned())));
        assert_eq!(manifest.problems, []);
    }

    #[test]
    fn hooks_are_told_from_released_objects() {
        let manifest = Manifest::decode(RENDER);
        let hook = manifest.objects[0].hook().unwrap();
        assert_eq!((hook.is_test(), hook.weight, hook.events.len()), (true, -5, 2));
        assert_eq!(manifest.released().count(), 2);
        assert_eq!(manifest.test_hooks().count(), 1);
    }

    #[test]
    fn a_document_that_is_no_object_and_a_duplicate_key_are_problems() {
        let manifest = Manifest::decode("# Source: x\nfoo: 1\nfoo: 2\n");
        let codes: Vec<_> = manifest.problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["duplicate-key", "not-an-object"]);
    }

    #[test]
    fn a_path_has_the_line_on_which_it_was_written() {
        let manifest = Manifest::decode(RENDER);
        let place = |object: usize, path: &str| {
            let place = manifest.objects[object].written.place(path);
            (place.line, place.exact)
        };
        assert_eq!(place(0, ""), (3, true));
        assert_eq!(place(0, r#"metadata.annotations["helm.sh/hook"]"#), (8, true));
        assert_eq!(place(0, "metadata.labels.app"), (5, false));
        assert_eq!(place(0, "no..path"), (3, false));
        assert_eq!(place(1, "data.true"), (15, true));
        assert_eq!(place(2, "kind"), (16, true));
    }

    #[test]
    fn one_document_that_is_no_yaml_does_not_hide_the_others() {
        let text = "# Source: x\na: [\n---\n# Source: y\napiVersion: v1\nkind: Pod\n";
        let manifest = Manifest::decode(text);
        assert_eq!((manifest.problems.len(), manifest.objects.len()), (1, 1));
        assert_eq!(manifest.objects[0].source.as_deref(), Some("y"));
    }

    #[test]
    fn text_that_is_no_yaml_is_a_problem_with_a_line() {
        let manifest = Manifest::decode("---\n# Source: x\na: [\n");
        assert_eq!(manifest.problems[0].code, "not-yaml");
        assert_eq!(manifest.problems[0].source.as_deref(), Some("x"));
    }
}
