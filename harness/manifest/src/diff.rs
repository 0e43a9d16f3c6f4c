//! How two renders differ, object by object and path by path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use seatrial_model::ObjectRef;

use crate::{Manifest, Object};

/// One object that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectDiff {
    /// Which.
    pub object: ObjectRef,
    /// How, ordered by path.
    pub paths: Vec<PathDiff>,
}

/// One path that differs; the empty path stands for the whole object.
#[derive(Debug, Clone, PartialEq)]
pub struct PathDiff {
    /// `spec.template.spec.containers[0].image`
    pub path: String,
    /// Before, `None` where it was not there.
    pub from: Option<Value>,
    /// After, `None` where it is not there.
    pub to: Option<Value>,
}

/// What differs between two sets of objects. Objects are paired by kind, group, namespace and name; the
/// version of the API does not separate them.
pub fn objects<'a>(
    before: impl IntoIterator<Item = &'a Object>,
    after: impl IntoIterator<Item = &'a Object>,
) -> Vec<ObjectDiff> {
    let (before, after) = (by_key(before), by_key(after));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let (old, new) = (before.get(key), after.get(key));
            let object = new.or(old)?.reference.clone();
            let paths = match (old, new) {
                (Some(old), Some(new)) => values(&old.value, &new.value),
                (old, new) => vec![PathDiff {
                    path: String::new(),
                    from: old.map(|object| object.value.clone()),
                    to: new.map(|object| object.value.clone()),
                }],
            };
            (!paths.is_empty()).then_some(ObjectDiff { object, paths })
        })
        .collect()
}

/// What differs between two whole renders.
pub fn manifests(before: &Manifest, after: &Manifest) -> Vec<ObjectDiff> {
    objects(&before.objects, &after.objects)
}

/// What differs between two values, ordered by path.
pub fn values(before: &Value, after: &Value) -> Vec<PathDiff> {
    let mut found = Vec::new();
    walk(String::new(), Some(before), Some(after), &mut found);
    found
}

type Key<'a> = (&'a str, &'a str, &'a str, &'a str);

fn by_key<'a>(objects: impl IntoIterator<Item = &'a Object>) -> BTreeMap<Key<'a>, &'a Object> {
    objects
        .into_iter()
        .map(|object| {
            let r = &object.reference;
            ((r.kind.as_str(), r.group(), r.namespace.as_str(), r.name.as_str()), object)
        })
        .collect()
}

fn walk(path: String, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<PathDiff>) {
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
            for key in keys {
                walk(join(&path, key), old.get(key), new.get(key), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            let (old_items, new_items) = (named(old), named(new));
            if let (Some(old_items), Some(new_items)) = (old_items, new_items) {
                let names: BTreeSet<_> = old_items.keys().chain(new_items.keys()).collect();
                for name in names {
                    let step = format!("{path}[{name}]");
                    walk(step, old_items.get(name).copied(), new_items.get(name).copied(), found);
                }
            } else {
                for index in 0..old.len().max(new.len()) {
                    walk(format!("{path}[{index}]"), old.get(index), new.get(index), found);
                }
            }
        }
        (before, after) if before == after => {}
        (before, after) => found.push(PathDiff { path, from: before.cloned(), to: after.cloned() }),
    }
}

/// Items by their `name`, where every item has one of its own: lists of containers, ports, variables are
/// compared by name, as Kubernetes merges them.
fn named(items: &[Value]) -> Option<BTreeMap<&str, &Value>> {
    let map: BTreeMap<_, _> =
        items.iter().map(|item| Some((item.get("name")?.as_str()?, item))).collect::<Option<_>>()?;
    (map.len() == items.len() && !map.is_empty()).then_some(map)
}

fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    match (path.is_empty(), plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}[{key:?}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn containers_are_compared_by_name_and_keys_with_dots_are_quoted() {
        let before = json!({"c": [{"name": "a", "image": "1"}, {"name": "b"}], "l": {"x.y/z": 1}});
        let after = json!({"c": [{"name": "b"}, {"name": "a", "image": "2"}], "l": {"x.y/z": 2}});
        let paths: Vec<_> = values(&before, &after).into_iter().map(|diff| diff.path).collect();
        assert_eq!(paths, ["c[a].image", "l[\"x.y/z\"]"]);
    }

    #[test]
    fn an_object_that_only_one_side_has_differs_as_a_whole() {
        let one = Manifest::decode("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
        let diff = manifests(&one, &Manifest::default());
        assert_eq!(
            (diff.len(), diff[0].paths[0].path.as_str(), diff[0].paths[0].to.is_none()),
            (1, "", true)
        );
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), "[ab]".prop_map(Value::from)];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("(name|a|b)", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_equals_itself_and_a_difference_is_seen_both_ways(a in tree(), b in tree()) {
            prop_assert!(values(&a, &a).is_empty());
            prop_assert_eq!(values(&a, &b).len(), values(&b, &a).len());
        }
    }
}
