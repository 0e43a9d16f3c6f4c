//! Paths that stay the same when list items change places: `spec.containers[app].image`, not `[0]`.

use std::collections::BTreeMap;

use seatrial_model::{Finding, ObjectRef};
use serde_json::Value;

use crate::Manifest;

/// Gives findings about objects of a render their anchors.
pub fn set(manifest: &Manifest, findings: &mut [Finding]) {
    let objects: BTreeMap<&ObjectRef, &Value> =
        manifest.objects.iter().map(|object| (&object.reference, &object.value)).collect();
    for finding in findings {
        let object = finding.object.as_ref().and_then(|object| objects.get(object));
        finding.anchor = object.zip(finding.path.as_ref()).and_then(|(object, path)| of(object, path));
    }
}

/// The path with names for the numbers of list items that have a `name`; none where that changes nothing. From where
/// it leads nowhere in the object it stays as it is.
pub fn of(object: &Value, path: &str) -> Option<String> {
    let mut node = Some(object);
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((step, after)) = next(rest) {
        rest = after;
        match step {
            Step::Key(written, key) => {
                out.push_str(written);
                node = node.and_then(|node| node.get(&key));
            }
            Step::Index(written, index) => {
                node = node.and_then(Value::as_array).and_then(|items| items.get(index));
                match node.and_then(|item| item.get("name")).and_then(Value::as_str) {
                    Some(name) => out.extend(["[", name, "]"]),
                    None => out.push_str(written),
                }
            }
        }
    }
    out.push_str(rest);
    (out != path).then_some(out)
}

/// A step, as it is written and as what it means.
enum Step<'a> {
    Key(&'a str, String),
    Index(&'a str, usize),
}

/// The first step and what follows it; none at the end, and where there is no step.
fn next(path: &str) -> Option<(Step<'_>, &str)> {
    if path.starts_with('[') {
        let end = if path.starts_with("[\"") { quoted(path)? } else { path.find(']')? };
        let (written, after) = path.split_at(end + 1);
        let inside = &written[1..end];
        let step = match inside.parse() {
            Ok(index) => Step::Index(written, index),
            Err(_) => Step::Key(written, serde_json::from_str(inside).unwrap_or_else(|_| inside.to_owned())),
        };
        return Some((step, after));
    }
    let start = usize::from(path.starts_with('.'));
    let end = path[start..].find(['.', '[']).map_or(path.len(), |found| start + found);
    let (written, after) = path.split_at(end);
    (end > start).then(|| (Step::Key(written, written[start..].to_owned()), after))
}

/// Where the bracket around a key in quotes ends.
fn quoted(path: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in path.char_indices().skip(2) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return path[index + 1..].starts_with(']').then_some(index + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_model::Clean;
    use serde_json::json;

    #[rstest]
    #[case("spec.containers[0].image", Some("spec.containers[app].image"))]
    #[case("spec.containers[1].env[0].value", Some("spec.containers[side].env[LEVEL].value"))]
    #[case("spec.containers[1]", Some("spec.containers[side]"))]
    #[case("spec.rules[0].paths[0]", None)]
    #[case("spec.containers[7].image", None)]
    #[case("metadata.annotations[\"a.b/c[0]\"]", None)]
    #[case("metadata.annotations.a.b/c", None)]
    #[case("spec.containers[app].image", None)]
    #[case("spec.containers[", None)]
    #[case("spec..containers[0]", None)]
    #[case("", None)]
    fn a_number_gives_way_to_a_name_where_there_is_one(#[case] path: &str, #[case] anchor: Option<&str>) {
        let object = json!({
            "metadata": {"annotations": {"a.b/c[0]": "x"}},
            "spec": {
                "containers": [{"name": "app"}, {"name": "side", "env": [{"name": "LEVEL"}]}],
                "rules": [{"paths": [{"path": "/"}]}],
            },
        });
        assert_eq!(of(&object, path).as_deref(), anchor);
    }

    #[test]
    fn findings_find_their_object_and_those_without_one_stay_as_they_are() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: app}]}\n";
        let manifest = Manifest::decode(text);
        let finding = |object: Option<ObjectRef>| Finding {
            object,
            ..Finding::of_check("x", Clean::own("no")).at("spec.containers[0]")
        };
        let object = manifest.objects[0].reference.clone();
        let other = ObjectRef { name: "q".to_owned(), ..object.clone() };
        let mut findings = [finding(Some(object)), finding(Some(other)), finding(None)];
        set(&manifest, &mut findings);
        let anchors = findings.map(|finding| finding.anchor);
        assert_eq!(anchors, [Some("spec.containers[app]".to_owned()), None, None]);
    }
}
