//! Schemas of words that the vocabulary knows already, and of texts with a form.

use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use seatrial_model::suite::{OverlayAllowance, RejectionStage, WaitMode};
use seatrial_model::{CheckKind, Enforcement, HelmMajor};
use serde::Deserialize;

/// A duration as it is written: `90s`, `5m`, `1h30m`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct DurationText(String);

impl DurationText {
    /// The duration; what does not have the form counts nothing.
    pub(crate) fn duration(&self) -> Duration {
        let mut number = 0_u64;
        let mut seconds = 0_u64;
        for c in self.0.chars() {
            let unit = match c {
                'h' => 3600,
                'm' => 60,
                's' => 1,
                digit => {
                    number = number * 10 + u64::from(digit.to_digit(10).unwrap_or_default());
                    continue;
                }
            };
            seconds += number * unit;
            number = 0;
        }
        Duration::from_secs(seconds)
    }
}

impl JsonSchema for DurationText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // At most five digits and three units: far from overflowing.
        json_schema!({
            "type": "string",
            "pattern": "^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$",
            "minLength": 1,
            "patternErrorMessage": "write a duration such as 90s, 5m or 1h30m",
        })
    }
}

/// A name that is part of file names, cell names and labels.
pub(crate) fn name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[A-Za-z0-9]([A-Za-z0-9._-]{0,60}[A-Za-z0-9])?$",
        "patternErrorMessage": "use up to 62 letters, digits, `.`, `_` and `-`, a letter or digit at both ends",
    })
}

pub(crate) fn rule(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
        "patternErrorMessage": "write the rule's id, such as cpu-limit",
    })
}

pub(crate) fn owner(_: &mut SchemaGenerator) -> Schema {
    said("write who answers for it, a person or a team")
}

pub(crate) fn reason(_: &mut SchemaGenerator) -> Schema {
    said("write why it may be so")
}

/// A text that says something.
fn said(help: &str) -> Schema {
    json_schema!({"type": "string", "pattern": "\\S", "patternErrorMessage": help})
}

pub(crate) fn date(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "patternErrorMessage": "write a day such as 2027-01-31",
    })
}

pub(crate) fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[A-Z][A-Za-z0-9]*/[^/\\s]+$",
        "patternErrorMessage": "write kind and name, such as Deployment/web",
    })
}

pub(crate) fn group(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        "patternErrorMessage": "write an API group without a version, such as apps.kruise.io",
    })
}

pub(crate) fn kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[A-Z][A-Za-z0-9]*$",
        "patternErrorMessage": "write a kind, such as CloneSet",
    })
}

/// A path that leads through maps alone.
pub(crate) fn keys(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": "^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*$",
        "patternErrorMessage": "write keys joined by dots, such as spec.template.spec; no path leads into a list",
    })
}

pub(crate) fn checks(_: &mut SchemaGenerator) -> Schema {
    list_of(&CheckKind::ALL.map(CheckKind::name))
}

pub(crate) fn contexts(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "string", "minLength": 1}})
}

pub(crate) fn allowances(_: &mut SchemaGenerator) -> Schema {
    let all = [OverlayAllowance::Security, OverlayAllowance::Images, OverlayAllowance::NetworkPolicies];
    list_of(&all.map(|each| each.to_string()))
}

fn list_of<T: serde::Serialize>(words: &[T]) -> Schema {
    json_schema!({"type": "array", "minItems": 1, "uniqueItems": true, "items": {"enum": words}})
}

pub(crate) fn helm_major(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"enum": HelmMajor::ALL.map(HelmMajor::number)})
}

pub(crate) fn stage(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"enum": [RejectionStage::Schema, RejectionStage::Render]})
}

pub(crate) fn wait(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"enum": [WaitMode::Harness, WaitMode::Helm]})
}

pub(crate) fn enforcements(_: &mut SchemaGenerator) -> Schema {
    let words = [Enforcement::Enforce, Enforcement::Audit, Enforcement::Off];
    json_schema!({"type": "object", "additionalProperties": {"enum": words}})
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("90s", 90)]
    #[case("5m", 300)]
    #[case("1h30m", 5400)]
    #[case("0s", 0)]
    #[case("99999h", 359_996_400)]
    fn a_duration_counts_its_units(#[case] text: &str, #[case] seconds: u64) {
        assert_eq!(DurationText(text.into()).duration().as_secs(), seconds);
    }
}
