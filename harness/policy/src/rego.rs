//! The door to regorus: parsing, evaluation, coverage. No other module names its types, save its `Value`.
//!
//! Pinned to one version: the syntax tree that [`parse`] walks is not part of regorus' stable interface. Only the
//! interpreter is used, and only `eval_rule`: what is not there is an error then, not undefined.

use std::num::NonZeroU32;
use std::time::Duration;

use regorus::coverage::Report;
use regorus::unstable::{Rule, RuleHead};
use regorus::utils::limits::{ExecutionTimerConfig, LimitError};
use regorus::{Engine, Value};

/// Work units between two looks at the clock; each is a fraction of a microsecond.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(16).expect("16 is not 0");

/// A package with one rule, so that an engine can be prepared without evaluating a rule of the library.
const PROBE: (&str, &str, &str) =
    ("<probe>", "package seatrial_probe\n\nready := true\n", "data.seatrial_probe.ready");

/// What a file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Its package, without `data`, and the line that says so.
    pub(crate) package: Declared,
    /// Its rules and functions, as they are written, one for each head.
    pub(crate) rules: Vec<Declared>,
}

/// A name and its 1-based line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) name: String,
    pub(crate) line: u32,
}

/// Why regorus could not do something, and where, as far as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
    /// The time limit ended it.
    pub(crate) overdue: bool,
}

/// Reads one file.
pub(crate) fn parse(file: &str, text: &str) -> Result<Parsed, Failure> {
    let mut engine = Engine::new();
    engine.add_policy(file.to_owned(), text.to_owned()).map_err(|error| Failure::of(&error))?;
    let parsed = engine.get_modules().iter().next().map(|module| {
        let package = module.package.refr.span();
        Parsed {
            package: Declared { name: package.text().to_owned(), line: package.line },
            rules: module.policy.iter().map(|rule| declared(rule)).collect(),
        }
    });
    parsed.ok_or_else(|| Failure::plain("the file holds no module"))
}

fn declared(rule: &Rule) -> Declared {
    let head = match rule {
        Rule::Default { refr, .. } => refr,
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => refr,
        },
    };
    Declared { name: head.span().text().to_owned(), line: rule.span().line }
}

/// An engine with a set of files, ready to evaluate. A clone shares what was prepared.
#[derive(Clone)]
pub(crate) struct Interpreter(Engine);

impl Interpreter {
    /// Takes files as (name, text). Fails on what only shows when files are looked at together: unsafe
    /// variables, recursion, conflicting rules.
    pub(crate) fn new<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
        limit: Duration,
    ) -> Result<Self, Failure> {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(false);
        engine.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: CHECK_INTERVAL });
        // Rules that print would otherwise write to standard error.
        engine.set_gather_prints(true);
        for (file, text) in files.into_iter().chain([(PROBE.0, PROBE.1)]) {
            engine.add_policy(file.to_owned(), text.to_owned()).map_err(|error| Failure::of(&error))?;
        }
        let mut interpreter = Self(engine);
        interpreter.evaluate(PROBE.2)?;
        Ok(interpreter)
    }

    /// Sets the input of the evaluations that follow.
    pub(crate) fn set_input(&mut self, input: Value) {
        self.0.set_input(input);
    }

    /// Sets the time limit of the evaluations that follow.
    pub(crate) fn set_limit(&mut self, limit: Duration) {
        self.0.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: CHECK_INTERVAL });
    }

    /// Evaluates `data.<package>.<rule>`.
    pub(crate) fn evaluate(&mut self, path: &str) -> Result<Value, Failure> {
        let value = self.0.eval_rule(path.to_owned()).map_err(|error| Failure::of(&error));
        // They would pile up otherwise; there is nobody to show them to.
        drop(self.0.take_prints());
        value
    }

    /// Records from now on which lines are reached.
    pub(crate) fn record_coverage(&mut self) {
        self.0.set_enable_coverage(true);
    }

    /// Which lines were reached.
    pub(crate) fn coverage(&self) -> Result<Report, Failure> {
        self.0.get_coverage_report().map_err(|error| Failure::of(&error))
    }
}

impl Failure {
    fn plain(message: &str) -> Self {
        Self { file: None, line: None, message: message.to_owned(), overdue: false }
    }

    /// regorus tells places in the text of its errors only: `--> <file>:<line>:<column>`, an excerpt, and
    /// `error: <what>`.
    fn of(error: &anyhow::Error) -> Self {
        let overdue =
            matches!(error.downcast_ref::<LimitError>(), Some(LimitError::TimeLimitExceeded { .. }));
        let text = error.to_string();
        let place = text.lines().find_map(|line| {
            let mut parts = line.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
            let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
            Some((file.to_owned(), line.parse::<u32>().ok()?))
        });
        let message = match (&place, text.split_once("error: ")) {
            (Some(_), Some((_, message))) => message,
            _ => text.as_str(),
        };
        let (file, line) = place.unzip();
        Self { file, line, message: message.trim().to_owned(), overdue }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_tells_its_package_and_every_head() {
        let parsed = parse("a.rego", "package a.b_c\n\nx := 1\n\nf(y) := y\n\nd contains 1 if x\n").unwrap();
        let named = |name: &str, line| Declared { name: name.to_owned(), line };
        assert_eq!(parsed.package, named("a.b_c", 1));
        assert_eq!(parsed.rules.iter().map(|rule| rule.line).collect::<Vec<_>>(), [3, 5, 7]);
        assert_eq!(parsed.rules[0], named("x", 3));
        assert_eq!(parsed.rules[2], named("d", 7));
    }

    #[test]
    fn a_syntax_error_has_its_line_and_no_excerpt_in_its_message() {
        let failure = parse("a.rego", "package a\n\nx := {\n").unwrap_err();
        assert_eq!(failure.file.as_deref(), Some("a.rego"));
        assert!(failure.line.is_some());
        assert!(!failure.message.contains("-->"), "{}", failure.message);
    }

    #[test]
    fn an_unsafe_variable_shows_before_anything_is_evaluated() {
        let files = [("a.rego", "package a\n\nx if y > 1\n")];
        let failure = Interpreter::new(files, Duration::from_secs(5)).err().unwrap();
        assert_eq!((failure.file.as_deref(), failure.line), (Some("a.rego"), Some(3)), "{failure:?}");
    }

    #[test]
    fn a_rule_that_is_not_there_is_an_error() {
        let mut interpreter = Interpreter::new([], Duration::from_secs(5)).unwrap();
        assert!(interpreter.evaluate("data.nothing.deny").is_err());
    }
}
