//! Helm's output, decoded to objects.

use serde_json::Value;

use seatrial_model::ObjectRef;

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
}

/// Something wrong with the text of a render.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeProblem {
    /// `not-yaml`, `not-an-object`, `duplicate-key`.
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
    /// Decodes a render. Text that is no YAML is a problem, not an error: the rest is still judged.
    pub fn decode(text: &str) -> Self {
        let mut manifest = Self::default();
        let sources = Sources::of(text);
        match seatrial_document::parse(text) {
            Err(error) => manifest.problems.push(DecodeProblem {
                code: "not-yaml",
                message: error.to_string(),
                source: sources.at(error.line()),
                line: error.line(),
            }),
            Ok(documents) => {
                for document in documents {
                    let line = document.line();
                    let source = sources.at(line);
                    for duplicate in document.duplicates() {
                        manifest.problems.push(DecodeProblem {
                            code: "duplicate-key",
                            message: format!("key `{}` stands twice; the last one wins", duplicate.key),
                            source: source.clone(),
                            line: duplicate.line,
                        });
                    }
                    manifest.put(document.to_json(), source, line);
                }
            }
        }
        manifest
    }

    fn put(&mut self, value: Value, source: Option<String>, line: u32) {
        if value.is_null() {
            return;
        }
        let text =
            |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let reference = ObjectRef {
            api_version: text("/apiVersion"),
            kind: text("/kind"),
            namespace: text("/metadata/namespace"),
            name: text("/metadata/name"),
        };
        let is_list = reference.kind.ends_with("List") && value.get("items").is_some_and(Value::is_array);
        if is_list {
            let items = value.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            for item in items {
                self.put(item, source.clone(), line);
            }
        } else if reference.api_version.is_empty() || reference.kind.is_empty() {
            self.problems.push(DecodeProblem {
                code: "not-an-object",
                message: "a document without apiVersion and kind is no Kubernetes object".to_owned(),
                source,
                line,
            });
        } else {
            self.objects.push(Object { reference, source, line, value });
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
    fn text_that_is_no_yaml_is_a_problem_with_a_line() {
        let manifest = Manifest::decode("---\n# Source: x\na: [\n");
        assert_eq!(manifest.problems[0].code, "not-yaml");
        assert_eq!(manifest.problems[0].source.as_deref(), Some("x"));
    }
}
