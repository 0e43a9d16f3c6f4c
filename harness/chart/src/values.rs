//! Values: reading them, merging them as Helm does, and their leaves.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use seatrial_document::Dialect;
use serde_json::{Map, Value};

use crate::key_path::KeyPath;

/// Reads a values file; an empty one is an empty map.
pub fn read(file: &Path) -> anyhow::Result<Value> {
    let reading = || format!("read the values file {}", file.display());
    let text = fs::read_to_string(file).with_context(reading)?;
    match seatrial_document::parse_one(&text, Dialect::Helm).with_context(reading)?.to_json() {
        Value::Null => Ok(Value::Object(Map::new())),
        values @ Value::Object(_) => Ok(values),
        _ => Err(anyhow::anyhow!("the values are not a map").context(reading())),
    }
}

/// Values files over one another, as `helm -f one -f two`: maps are merged, everything else is replaced, and
/// a null stays, so that it can delete a default of the chart later.
#[must_use]
pub fn merge(below: Value, above: Value) -> Value {
    combine(below, above, false)
}

/// A user's values over the chart's own: as [`merge`], but a null deletes what the chart has under its key.
#[must_use]
pub fn over_chart(chart: Value, user: Value) -> Value {
    combine(chart, user, true)
}

fn combine(below: Value, above: Value, null_deletes: bool) -> Value {
    match (below, above) {
        (Value::Object(mut below), Value::Object(above)) => {
            for (key, value) in above {
                match below.get_mut(&key) {
                    None => {
                        below.insert(key, value);
                    }
                    Some(_) if null_deletes && value.is_null() => {
                        below.shift_remove(&key);
                    }
                    Some(known) => *known = combine(known.take(), value, null_deletes),
                }
            }
            Value::Object(below)
        }
        (_, above) => above,
    }
}

/// The paths of everything that is no map (lists and nulls are leaves, and so are empty maps), in order.
pub fn leaves(values: &Value) -> Vec<KeyPath> {
    let mut found = Vec::new();
    if let Value::Object(map) = values {
        collect(map, &mut Vec::new(), &mut found);
    }
    found
}

fn collect(map: &Map<String, Value>, above: &mut Vec<String>, found: &mut Vec<KeyPath>) {
    for (key, value) in map {
        above.push(key.clone());
        match value {
            Value::Object(inner) if !inner.is_empty() => collect(inner, above, found),
            _ => found.push(KeyPath(above.clone())),
        }
        above.pop();
    }
}

/// The leaves of an overlay file.
pub fn overlay_leaves(file: &Path) -> anyhow::Result<Vec<KeyPath>> {
    read(file).map(|values| leaves(&values))
}

/// The values without one key; maps that hold nothing else go with it.
#[must_use]
pub fn without(values: &Value, path: &KeyPath) -> Value {
    let mut values = values.clone();
    if let Value::Object(map) = &mut values {
        remove(map, &path.0);
    }
    values
}

fn remove(map: &mut Map<String, Value>, path: &[String]) {
    let Some((key, below)) = path.split_first() else { return };
    let emptied = match map.get_mut(key) {
        Some(Value::Object(inner)) if !below.is_empty() => {
            remove(inner, below);
            inner.is_empty()
        }
        Some(_) => below.is_empty(),
        None => false,
    };
    if emptied {
        map.shift_remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": 3}}), json!({"a": {"b": 3, "c": 2}}))]
    #[case(json!({"a": [1, 2]}), json!({"a": [3]}), json!({"a": [3]}))]
    #[case(json!({"a": {"b": 1}}), json!({"a": null}), json!({}))]
    #[case(json!({"a": {"b": 1, "c": 2}}), json!({"a": {"b": null}}), json!({"a": {"c": 2}}))]
    #[case(json!({"a": 1}), json!({"a": {"b": 1}}), json!({"a": {"b": 1}}))]
    #[case(json!({}), json!({"a": null}), json!({"a": null}))]
    fn user_values_lie_over_the_charts(#[case] chart: Value, #[case] user: Value, #[case] result: Value) {
        assert_eq!(over_chart(chart, user), result);
    }

    #[test]
    fn a_null_of_one_file_is_overridden_by_the_next_and_not_lost_on_the_way() {
        let chart = json!({"a": {"c": 2}});
        let first = json!({"a": null});
        assert_eq!(over_chart(chart.clone(), merge(first.clone(), json!({}))), json!({}));
        let second = merge(first, json!({"a": {"b": 1}}));
        assert_eq!(over_chart(chart, second), json!({"a": {"c": 2, "b": 1}}));
    }

    #[test]
    fn leaves_are_what_is_no_map_and_each_can_be_taken_out() {
        let values =
            json!({"a": {"b": {"c": 1}}, "d": [{"e": 1}], "f": {}, "g": null, "h.i": {"j": 1, "k": 2}});
        let found = leaves(&values);
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["a.b.c", "d", "f", "g", r"h\.i.j", r"h\.i.k"]);
        assert_eq!(without(&values, &found[0]).get("a"), None);
        assert_eq!(without(&values, &found[4])["h.i"], json!({"k": 2}));
        let none = found.iter().fold(values, |rest, path| without(&rest, path));
        assert_eq!(none, json!({}));
    }

    #[test]
    fn a_path_that_is_not_there_takes_nothing() {
        let values = json!({"a": 1});
        assert_eq!(without(&values, &KeyPath(vec!["a".into(), "b".into()])), values);
        assert_eq!(without(&values, &KeyPath(vec!["c".into()])), values);
    }

    #[rstest]
    #[case("# nothing\n", Ok(json!({})))]
    #[case("on: 1\n", Ok(json!({"true": 1})))]
    #[case("[1]", Err("the values are not a map"))]
    #[case("a: [", Err("did not find expected node content"))]
    fn a_values_file_is_a_map(#[case] text: &str, #[case] expected: Result<Value, &str>) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("values.yaml");
        fs::write(&file, text).unwrap();
        match (read(&file), expected) {
            (Ok(values), Ok(expected)) => assert_eq!(values, expected),
            (Err(error), Err(expected)) => assert!(format!("{error:#}").contains(expected), "{error:#}"),
            (read, expected) => panic!("{read:?} is not {expected:?}"),
        }
    }
}
