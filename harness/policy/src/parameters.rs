//! Whether what a suite sets for a rule is what the rule takes.

use seatrial_document::advice;
use serde_json::Value;

use crate::rule::{Parameter, RuleMeta};

impl RuleMeta {
    /// What is wrong with `parameters`, one sentence each; empty where nothing is. `null` is no parameters.
    pub fn parameter_mistakes(&self, parameters: &Value) -> Vec<String> {
        match parameters {
            Value::Null => Vec::new(),
            Value::Object(given) => {
                given.iter().filter_map(|(name, value)| self.parameter_mistake(name, value)).collect()
            }
            _ => vec![format!("the parameters of rule `{}` must be a mapping", self.id)],
        }
    }

    fn parameter_mistake(&self, name: &str, value: &Value) -> Option<String> {
        let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) else {
            let known = self.parameters.iter().map(|parameter| parameter.name.as_str());
            let hint = advice(name, known).map_or_else(String::new, |hint| format!("; {hint}"));
            return Some(format!("rule `{}` has no parameter `{name}`{hint}", self.id));
        };
        (!parameter.takes(value)).then(|| {
            format!(
                "parameter `{name}` of rule `{}` is {value}, but takes one of {}",
                self.id,
                parameter.values.join(", ")
            )
        })
    }
}

impl Parameter {
    fn takes(&self, value: &Value) -> bool {
        self.values.is_empty() || value.as_str().is_some_and(|text| self.values.iter().any(|one| one == text))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn rule() -> RuleMeta {
        RuleMeta {
            parameters: vec![
                Parameter {
                    name: "non_root".into(),
                    description: String::new(),
                    values: vec!["pss".into(), "effective".into()],
                },
                Parameter { name: "registries".into(), description: String::new(), values: vec![] },
            ],
            ..RuleMeta::sample("p", "r")
        }
    }

    #[rstest]
    #[case(json!(null))]
    #[case(json!({}))]
    #[case(json!({"non_root": "effective", "registries": ["a", "b"]}))]
    fn what_a_rule_takes_is_no_mistake(#[case] parameters: Value) {
        assert_eq!(rule().parameter_mistakes(&parameters), Vec::<String>::new());
    }

    #[rstest]
    #[case(json!({"nonroot": "pss"}), "rule `r` has no parameter `nonroot`; did you mean `non_root`?")]
    #[case(json!({"xyz": 1}), "rule `r` has no parameter `xyz`; one of `non_root`, `registries`")]
    #[case(json!({"non_root": "strict"}), "parameter `non_root` of rule `r` is \"strict\", but takes one of pss, effective")]
    #[case(json!({"non_root": true}), "parameter `non_root` of rule `r` is true, but takes one of pss, effective")]
    #[case(json!([1]), "the parameters of rule `r` must be a mapping")]
    fn what_it_does_not_take_is_told(#[case] parameters: Value, #[case] mistake: &str) {
        assert_eq!(rule().parameter_mistakes(&parameters), [mistake]);
    }

    #[test]
    fn every_mistake_is_told() {
        assert_eq!(rule().parameter_mistakes(&json!({"a": 1, "non_root": 2})).len(), 2);
    }
}
