//! Judging JSON by one rule at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use regorus::Value;
use seatrial_document::advice;
use seatrial_model::{Redactor, Trouble};
use serde::Deserialize as _;

use crate::library::TIME_LIMIT;
use crate::rego::{Failure, Interpreter};

/// One entry of a rule's `deny`. Ordered by place, then message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    /// The container it is about.
    #[serde(default)]
    pub container: Option<String>,
    /// Path inside the object.
    #[serde(default)]
    pub path: Option<String>,
    /// One sentence. It may quote the object, so clean it before it is kept.
    pub message: String,
}

/// A rule could not be asked, or did not answer as a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants' comments and the message say it")]
pub enum PolicyTrouble {
    /// The library did not come up, though it loaded.
    Unprepared { why: String },
    /// No rule has this id.
    UnknownRule { rule: String, advice: Option<String> },
    /// The input is no JSON object, or none was set.
    Input { why: String },
    /// The evaluation ended in an error.
    Evaluation { rule: String, why: String },
    /// The evaluation took too long and was stopped.
    TimeLimit { rule: String, limit: Duration },
    /// The answer is no set of `{"message", "container", "path"}`.
    Shape { rule: String, why: String },
}

impl PolicyTrouble {
    /// As trouble of the harness.
    pub fn trouble(&self, redactor: &Redactor) -> Trouble {
        Trouble::new("evaluate the policies", redactor.clean(&self.to_string()))
    }
}

impl fmt::Display for PolicyTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unprepared { why } => write!(f, "the policies could not be prepared: {why}"),
            Self::UnknownRule { rule, advice: None } => write!(f, "there is no rule `{rule}`"),
            Self::UnknownRule { rule, advice: Some(advice) } => {
                write!(f, "there is no rule `{rule}`; {advice}")
            }
            Self::Input { why } => write!(f, "there is nothing to judge: {why}"),
            Self::Evaluation { rule, why } => write!(f, "rule `{rule}` could not be evaluated: {why}"),
            Self::TimeLimit { rule, limit } => {
                write!(f, "rule `{rule}` was stopped after its time limit of {limit:?}")
            }
            Self::Shape { rule, why } => write!(f, "rule `{rule}` gave an answer of the wrong shape: {why}"),
        }
    }
}

impl std::error::Error for PolicyTrouble {}

/// Evaluates the rules of a library, on one thread. Set the input once, then ask rule after rule.
pub struct Evaluator {
    interpreter: Interpreter,
    /// Rule id → path of its `deny`.
    paths: BTreeMap<String, String>,
    input: Option<Value>,
    limit: Duration,
}

impl Evaluator {
    pub(crate) fn new(interpreter: Interpreter, paths: BTreeMap<String, String>) -> Self {
        Self { interpreter, paths, input: None, limit: TIME_LIMIT }
    }

    /// The same evaluator with another time limit for each evaluation.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.interpreter.set_limit(limit);
        Self { limit, ..self }
    }

    /// Sets what the rules judge from now on. The conversion costs more than most rules: do it once.
    pub fn set_input(&mut self, input: &serde_json::Value) -> Result<(), PolicyTrouble> {
        self.input = None;
        let value = convert(input)?;
        if !matches!(value, Value::Object(_)) {
            return Err(PolicyTrouble::Input { why: "the input is no JSON object".to_owned() });
        }
        self.input = Some(value);
        Ok(())
    }

    /// What `rule` denies of the input, ordered. `parameters` become `input.parameters`; null leaves those of
    /// the input, if any.
    pub fn judge(
        &mut self,
        rule: &str,
        parameters: &serde_json::Value,
    ) -> Result<Vec<Denial>, PolicyTrouble> {
        let Some(path) = self.paths.get(rule) else {
            let advice = advice(rule, self.paths.keys().map(String::as_str));
            return Err(PolicyTrouble::UnknownRule { rule: rule.to_owned(), advice });
        };
        let no_input = || PolicyTrouble::Input { why: "no input was set".to_owned() };
        let mut input = self.input.clone().ok_or_else(no_input)?;
        if !parameters.is_null() {
            let object = input.as_object_mut().map_err(|_| no_input())?;
            object.insert(Value::from("parameters"), convert(parameters)?);
        }
        self.interpreter.set_input(input);
        match self.interpreter.evaluate(path) {
            Ok(answer) => denials(rule, &answer),
            Err(Failure { overdue: true, .. }) => {
                Err(PolicyTrouble::TimeLimit { rule: rule.to_owned(), limit: self.limit })
            }
            Err(Failure { file, line, message, .. }) => {
                let at = file.zip(line).map_or_else(String::new, |(file, line)| format!(" ({file}:{line})"));
                Err(PolicyTrouble::Evaluation { rule: rule.to_owned(), why: message + &at })
            }
        }
    }

    /// What `rule` denies of this input, its `parameters` included.
    pub fn judge_input(
        &mut self,
        rule: &str,
        input: &serde_json::Value,
    ) -> Result<Vec<Denial>, PolicyTrouble> {
        self.set_input(input)?;
        self.judge(rule, &serde_json::Value::Null)
    }
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").field("rules", &self.paths.keys()).finish_non_exhaustive()
    }
}

fn convert(json: &serde_json::Value) -> Result<Value, PolicyTrouble> {
    Value::deserialize(json).map_err(|error| PolicyTrouble::Input { why: error.to_string() })
}

fn denials(rule: &str, answer: &Value) -> Result<Vec<Denial>, PolicyTrouble> {
    let shape = |why: String| PolicyTrouble::Shape { rule: rule.to_owned(), why };
    let Value::Set(entries) = answer else { return Err(shape("no set of denials".to_owned())) };
    let read = entries.iter().map(|entry| {
        let json = serde_json::to_value(entry).map_err(|error| shape(error.to_string()))?;
        let denial: Denial =
            serde_json::from_value(json.clone()).map_err(|error| shape(format!("{error} in {json}")))?;
        if denial.message.trim().is_empty() {
            Err(shape(format!("no message in {json}")))
        } else {
            Ok(denial)
        }
    });
    let mut denials = read.collect::<Result<Vec<_>, _>>()?;
    denials.sort();
    Ok(denials)
}
