//! How one step of a script goes: what it says, how long it takes, how it ends.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::Text;

/// One answer of a driver. In a script a word (`succeeds`, `hangs`, `deaf`, `panics`) or a map:
/// `{says: [booting], after: 300ms, fails: why, output: log}`, `{trouble: why, hint: what helps}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Step {
    /// Statuses, spread evenly over `after`.
    pub says: Vec<String>,
    /// How long it takes.
    pub after: Duration,
    /// How it ends.
    pub end: End,
}

/// How a step ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// Well.
    #[default]
    Succeeds,
    /// The chart is at fault.
    Fails {
        /// One to three lines.
        reason: String,
        /// Log tails and events.
        output: Text,
    },
    /// The harness cannot tell.
    Trouble {
        /// The cause.
        why: String,
        /// What helps.
        hint: Option<String>,
    },
    /// It never ends by itself, only when it is cancelled.
    Hangs,
    /// It never ends, cancelled or not: a driver that breaks its promise.
    Deaf,
    /// A bug of the harness.
    Panics,
}

/// The answers of a driver to the same call, one for each time it is made; the last one is for all later
/// times. In a script a step or a list of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Steps(Vec<Step>);

impl Steps {
    /// The answer to the call that is made for the `number`th time, counted from 0.
    pub(crate) fn at(&self, number: usize) -> Step {
        self.0.get(number).or(self.0.last()).cloned().unwrap_or_default()
    }
}

impl TryFrom<Value> for Steps {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match value {
            Value::Array(steps) if steps.is_empty() => Err("a list of no steps answers nothing".to_owned()),
            Value::Array(steps) => steps.into_iter().map(Step::try_from).collect::<Result<_, _>>().map(Self),
            one => Step::try_from(one).map(|step| Self(vec![step])),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Written {
    says: Vec<String>,
    after: Option<String>,
    then: Option<String>,
    fails: Option<String>,
    output: Option<Text>,
    trouble: Option<String>,
    hint: Option<String>,
}

impl TryFrom<Value> for Step {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        if let Value::String(word) = &value {
            return Ok(Self { end: end(word)?, ..Self::default() });
        }
        let written: Written = serde_json::from_value(value).map_err(|error| format!("a step: {error}"))?;
        let Written { says, after, then, fails, output, trouble, hint } = written;
        let after = after.map_or(Ok(Duration::ZERO), |text| span(&text))?;
        let end = match (then, fails, trouble) {
            (None, None, None) => End::Succeeds,
            (Some(word), None, None) => end(&word)?,
            (None, Some(reason), None) => {
                return Ok(Self {
                    says,
                    after,
                    end: End::Fails { reason, output: output.unwrap_or_default() },
                });
            }
            (None, None, Some(why)) => return Ok(Self { says, after, end: End::Trouble { why, hint } }),
            _ => return Err("a step ends in one way: write one of `then`, `fails` and `trouble`".to_owned()),
        };
        match (output, hint) {
            (None, None) => Ok(Self { says, after, end }),
            _ => Err("`output` goes with `fails`, `hint` with `trouble`".to_owned()),
        }
    }
}

fn end(word: &str) -> Result<End, String> {
    match word {
        "succeeds" => Ok(End::Succeeds),
        "hangs" => Ok(End::Hangs),
        "deaf" => Ok(End::Deaf),
        "panics" => Ok(End::Panics),
        _ => Err(format!("`{word}` is no end of a step; write succeeds, hangs, deaf or panics")),
    }
}

/// A duration as scripts write it: `300ms`, `2s`, `1m`.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no duration; write 300ms, 2s or 1m");
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
    match &text[digits..] {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!("hangs"), End::Hangs)]
    #[case(json!({"fails": "no"}), End::Fails { reason: "no".into(), output: Text::default() })]
    #[case(json!({"trouble": "no", "hint": "do"}), End::Trouble { why: "no".into(), hint: Some("do".into()) })]
    #[case(json!({"after": "1s", "then": "panics"}), End::Panics)]
    #[case(json!({"after": "1s"}), End::Succeeds)]
    fn a_step_is_a_word_or_a_map(#[case] written: Value, #[case] end: End) {
        assert_eq!(Step::try_from(written).unwrap().end, end);
    }

    #[rstest]
    #[case(json!("hang"), "write succeeds, hangs")]
    #[case(json!({"fails": "a", "trouble": "b"}), "one way")]
    #[case(json!({"after": "1s", "hint": "x"}), "with `trouble`")]
    #[case(json!({"after": "soon"}), "no duration")]
    #[case(json!({"fail": "a"}), "unknown field")]
    fn a_step_that_means_nothing_is_refused(#[case] written: Value, #[case] why: &str) {
        let error = Step::try_from(written).unwrap_err();
        assert!(error.contains(why), "{error}");
    }

    #[test]
    fn the_last_answer_is_for_all_later_calls() {
        let steps = Steps::try_from(json!([{"trouble": "once"}, "succeeds"])).unwrap();
        let ends: Vec<bool> = (0..4).map(|number| steps.at(number).end == End::Succeeds).collect();
        assert_eq!(ends, [false, true, true, true]);
        assert_eq!(Steps::default().at(0).end, End::Succeeds);
    }

    #[rstest]
    #[case("300ms", 300)]
    #[case("2s", 2000)]
    #[case("1m", 60_000)]
    fn a_span_has_one_unit(#[case] text: &str, #[case] millis: u128) {
        assert_eq!(span(text).unwrap().as_millis(), millis);
    }
}
