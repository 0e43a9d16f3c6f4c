//! Pods made up: every field that a control of the Pod Security Standards reads, absent, null, good and bad, in every
//! place where it can stand (`tables/pods.yaml`). How careful their author was differs from Pod to Pod, so that some
//! keep all controls, most miss a few, and some miss nearly everything.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

/// A Pod without its type.
#[derive(Debug, Clone)]
pub(crate) struct Pod {
    pub(crate) metadata: Value,
    pub(crate) spec: Value,
}

/// A field: `None` is one that is not written.
type Field = BoxedStrategy<Option<Value>>;

/// How much likelier something good is than something bad; and how likely a Pod of such an author is.
const CARE: [(u32, u32); 4] = [(3, 400), (3, 60), (3, 8), (1, 2)];
/// Now and then a value has a type that the API server refuses: rules have to bear that, whatever they say.
const SLIPS: f64 = 0.03;

/// All Pods.
pub(crate) fn pods() -> BoxedStrategy<Pod> {
    let table: Value = serde_yaml::from_str(include_str!("tables/pods.yaml")).unwrap();
    let of = |care: u32| (field(&table["annotations"], care), object(&table["spec"], care)).boxed();
    let authors = Union::new_weighted(CARE.map(|(weight, care)| (weight, of(care))).to_vec());
    let wrong = json!(["false", "true", "0", 1, 0.5, true, [], {}, [1], {"type": 1}]);
    let slip = prop::option::weighted(SLIPS, (any::<usize>(), select(wrong.as_array().unwrap().clone())));
    (authors, slip)
        .prop_map(|((annotations, mut spec), slip)| {
            if let Some((place, wrong)) = slip {
                let mut place = place % leaves(&spec);
                replace(&mut spec, &mut place, &wrong);
            }
            let mut metadata = json!({"name": "pod"});
            if let Some(annotations) = annotations {
                metadata["annotations"] = annotations;
            }
            Pod { metadata, spec }
        })
        .boxed()
}

/// One field, as the table says.
fn field(said: &Value, care: u32) -> Field {
    let (word, value) = said.as_object().and_then(|said| said.iter().next()).unwrap();
    match word.as_str() {
        "good" | "bad" => choose(&said["good"], care, &said["bad"]),
        "any" => choose(value, 1, &json!([])),
        "stray" => choose(&json!(["absent"]), 30, &json!([value])),
        "map" => object(value, care).prop_map(Some).boxed(),
        "usually" => Union::new_weighted(vec![(1, nothing()), (care, there(object(value, care)))]).boxed(),
        "maybe" => Union::new_weighted(vec![(1, nothing()), (1, there(object(value, care)))]).boxed(),
        "list" => {
            let bound = |index: usize| usize::try_from(value["count"][index].as_u64().unwrap()).unwrap();
            let (least, most) = (bound(0), bound(1));
            let prefix = value["prefix"].as_str().unwrap().to_owned();
            let items = prop::collection::vec(field(&value["of"], care), least..=most);
            let list = there(items.prop_map(move |items| named(items, &prefix)).boxed());
            if least > 0 { list } else { Union::new_weighted(vec![(1, nothing()), (2, list)]).boxed() }
        }
        other => panic!("the table says {other}"),
    }
}

/// One of the good values, or now and then a bad one.
fn choose(good: &Value, care: u32, bad: &Value) -> Field {
    let each = |values: &Value, weight: u32| -> Vec<(u32, Field)> {
        let written = |value: &Value| (value != "absent").then(|| value.clone());
        let values = values.as_array().unwrap().iter();
        values.map(|value| (weight, Just(written(value)).boxed())).collect()
    };
    Union::new_weighted([each(good, care), each(bad, 1)].concat()).boxed()
}

/// Absent or null.
fn nothing() -> Field {
    prop_oneof![2 => Just(None), 1 => Just(Some(Value::Null))].boxed()
}

fn there(strategy: BoxedStrategy<Value>) -> Field {
    strategy.prop_map(Some).boxed()
}

fn object(fields: &Value, care: u32) -> BoxedStrategy<Value> {
    let fields = fields.as_object().unwrap().iter();
    let (names, values): (Vec<_>, Vec<_>) =
        fields.map(|(name, said)| (name.clone(), field(said, care))).unzip();
    values
        .prop_map(move |values| {
            let written = names.iter().zip(values).filter_map(|(name, value)| Some((name.clone(), value?)));
            Value::Object(written.collect::<Map<_, _>>())
        })
        .boxed()
}

/// Each with a name of its own.
fn named(items: Vec<Option<Value>>, prefix: &str) -> Value {
    let named = items.into_iter().flatten().enumerate().map(|(index, mut item)| {
        item["name"] = json!(format!("{prefix}{index}"));
        item
    });
    named.collect()
}

/// Values that are no maps and no lists; at least one.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        Value::Object(fields) if !fields.is_empty() => fields.values().map(leaves).sum(),
        _ => 1,
    }
}

/// Replaces the leaf that is `place` leaves away; answers whether it was found.
fn replace(value: &mut Value, place: &mut usize, by: &Value) -> bool {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter_mut().any(|item| replace(item, place, by)),
        Value::Object(fields) if !fields.is_empty() => {
            fields.values_mut().any(|field| replace(field, place, by))
        }
        leaf if *place == 0 => {
            *leaf = by.clone();
            true
        }
        _ => {
            *place -= 1;
            false
        }
    }
}
