//! Which Pods an object's selector selects.

use serde_json::{Map, Value};

use crate::Object;

/// How an object chooses Pods by their labels.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selector<'a> {
    /// Every label of a map, as Services and `ReplicationController`s say it. An empty one selects nothing.
    Labels(&'a Map<String, Value>),
    /// A `LabelSelector`. An empty one selects everything.
    Expressions(&'a Value),
}

impl<'a> Selector<'a> {
    /// The selector of an object, where its kind has one and it is there.
    pub(super) fn of(object: &'a Object) -> Option<Self> {
        let at = |pointer: &str| object.value.pointer(pointer);
        match (object.reference.group(), object.reference.kind.as_str()) {
            ("", "Service" | "ReplicationController") => at("/spec/selector")?.as_object().map(Self::Labels),
            ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
            | ("policy", "PodDisruptionBudget") => {
                at("/spec/selector").filter(|s| s.is_object()).map(Self::Expressions)
            }
            ("networking.k8s.io", "NetworkPolicy") => {
                at("/spec/podSelector").filter(|selector| selector.is_object()).map(Self::Expressions)
            }
            _ => None,
        }
    }

    /// Whether it selects Pods with these labels.
    pub(super) fn selects(self, labels: Option<&Map<String, Value>>) -> bool {
        let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
        let all = |wanted: &Map<String, Value>| {
            wanted.iter().all(|(key, value)| value.as_str().is_some_and(|value| label(key) == Some(value)))
        };
        match self {
            Self::Labels(wanted) => !wanted.is_empty() && all(wanted),
            Self::Expressions(selector) => {
                let expressions = selector.get("matchExpressions").and_then(Value::as_array);
                selector.get("matchLabels").and_then(Value::as_object).is_none_or(all)
                    && expressions.into_iter().flatten().all(|expression| holds(expression, label))
            }
        }
    }
}

fn holds<'a>(expression: &Value, label: impl Fn(&str) -> Option<&'a str>) -> bool {
    let text = |key: &str| expression.get(key).and_then(Value::as_str).unwrap_or_default();
    let found = label(text("key"));
    let values = expression.get("values").and_then(Value::as_array);
    let among = || values.into_iter().flatten().any(|value| value.as_str() == found && found.is_some());
    match text("operator") {
        "In" => among(),
        "NotIn" => !among(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        // The API server refuses it.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!({}), true)]
    #[case(json!({"matchLabels": {"app": "web"}}), true)]
    #[case(json!({"matchLabels": {"app": "web", "tier": "db"}}), false)]
    #[case(json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "web"]}]}), true)]
    #[case(json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}), false)]
    #[case(json!({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["web"]}]}), true)]
    #[case(json!({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}), false)]
    #[case(json!({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}), true)]
    #[case(json!({"matchExpressions": [{"key": "app", "operator": "Gt"}]}), false)]
    fn a_label_selector_selects_as_the_api_says(#[case] selector: Value, #[case] selects: bool) {
        let labels = json!({"app": "web"});
        assert_eq!(Selector::Expressions(&selector).selects(labels.as_object()), selects);
    }

    #[test]
    fn a_service_without_labels_selects_nothing() {
        let (none, labels) = (Map::new(), json!({"app": "web"}));
        assert!(!Selector::Labels(&none).selects(labels.as_object()));
        assert!(Selector::Labels(labels.as_object().unwrap()).selects(labels.as_object()));
        assert!(!Selector::Labels(labels.as_object().unwrap()).selects(None));
    }
}
