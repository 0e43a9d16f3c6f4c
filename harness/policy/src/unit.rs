//! Running the tests that stand beside rules: every `test_…` rule of a `…_test.rego` file must be true.

use regorus::Value;

use crate::coverage::{self, FileCoverage};
use crate::library::TIME_LIMIT;
use crate::module::Module;
use crate::rego::Interpreter;

/// What the tests of a library told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// Tests that were true.
    pub passed: usize,
    /// Tests that were false or undefined.
    pub failed: usize,
    /// Tests that ended in an error.
    pub errors: usize,
    /// Each test, in the order of files and lines.
    pub tests: Vec<TestResult>,
    /// Each file of rules, with the lines that these tests reached.
    pub coverage: Vec<FileCoverage>,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestResult {
    /// `<package>.<test>`.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Its 1-based line.
    pub line: u32,
    /// How it ended.
    pub outcome: TestOutcome,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// True.
    Passed,
    /// Anything else, undefined included.
    Failed,
    /// It could not be told.
    Errored(String),
}

impl TestReport {
    /// Whether there was a test and all of them passed.
    pub fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0 && self.errors == 0
    }
}

pub(crate) fn run(modules: &[Module], filter: Option<&str>) -> TestReport {
    let wanted = |name: &str| filter.is_none_or(|part| name.contains(part));
    let planned = modules.iter().flat_map(|module| module.tests().map(move |test| (module, test)));
    let mut interpreter = Interpreter::new(modules.iter().map(Module::source), TIME_LIMIT);
    if let Ok(interpreter) = &mut interpreter {
        interpreter.record_coverage();
        interpreter.set_input(Value::new_object());
    }
    let results = planned.filter_map(|(module, test)| {
        let name = test.name.strip_prefix("data.").unwrap_or(&test.name).to_owned();
        let outcome = wanted(&name).then(|| match &mut interpreter {
            Err(failure) => TestOutcome::Errored(failure.message.clone()),
            Ok(interpreter) => ask(interpreter, &test.name),
        })?;
        Some(TestResult { name, file: module.file.clone(), line: test.line, outcome })
    });
    let tests: Vec<_> = results.collect();
    let report = interpreter.ok().and_then(|interpreter| interpreter.coverage().ok()).unwrap_or_default();
    let count = |wanted: fn(&TestOutcome) -> bool| tests.iter().filter(|test| wanted(&test.outcome)).count();
    TestReport {
        passed: count(|outcome| *outcome == TestOutcome::Passed),
        failed: count(|outcome| *outcome == TestOutcome::Failed),
        errors: count(|outcome| matches!(outcome, TestOutcome::Errored(_))),
        coverage: coverage::of(modules, &report),
        tests,
    }
}

fn ask(interpreter: &mut Interpreter, path: &str) -> TestOutcome {
    match interpreter.evaluate(path) {
        Ok(Value::Bool(true)) => TestOutcome::Passed,
        Ok(_) => TestOutcome::Failed,
        Err(failure) => TestOutcome::Errored(failure.message),
    }
}
