//! Rego rules: metadata, evaluation, unit tests and their coverage.
//!
//! A [`PolicyLibrary`] is a folder of packs, `<pack>/<rule>.rego` with `<rule>_test.rego` beside it and `pack.rego`
//! for the pack itself, and `lib/` for what rules share. It loads whole or not at all: [`LoadErrors`] lists every mistake. An [`Evaluator`]
//! judges JSON; what that JSON holds is documented in `policies/README.md` and nothing here knows it. An
//! evaluation that does not end well is [`PolicyTrouble`], never an empty list of denials.
//!
//! Rules run in regorus' interpreter, with OPA's meaning of builtin errors (the call is undefined).

mod built_in;
mod coverage;
mod evaluator;
mod layout;
mod library;
mod load_error;
mod metadata;
mod module;
mod names;
mod pack;
mod page;
mod parameters;
mod rego;
mod rule;
mod selection;
mod unit;

pub use coverage::FileCoverage;
pub use evaluator::{Denial, Evaluator, PolicyTrouble};
pub use library::PolicyLibrary;
pub use load_error::{LoadError, LoadErrors};
pub use pack::PackMeta;
pub use rule::{Judges, Parameter, RuleMeta, Standard};
pub use selection::in_force;
pub use unit::{TestOutcome, TestReport, TestResult};
