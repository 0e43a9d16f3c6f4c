//! A folder of policies, loaded whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use regorus::Value;

use crate::built_in;
use crate::evaluator::{Evaluator, PolicyTrouble};
use crate::layout::{self, Place};
use crate::load_error::{LoadError, LoadErrors};
use crate::module::{ENTRY, Module};
use crate::names;
use crate::pack::PackMeta;
use crate::rego::{Failure, Interpreter};
use crate::rule::RuleMeta;
use crate::unit::{self, TestReport};

/// For one rule on one object; a rule takes well under a millisecond. Wall-clock, so that it is wide.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Packs of rules, what they share, and their tests.
#[derive(Debug, Clone)]
pub struct PolicyLibrary {
    modules: Arc<[Module]>,
    packs: Vec<PackMeta>,
    rules: Vec<RuleMeta>,
    /// All rules, prepared once for all evaluators that are made of it.
    prepared: Prepared,
}

/// An interpreter that is made at most once.
#[derive(Clone, Default)]
struct Prepared(Arc<OnceLock<Result<Interpreter, PolicyTrouble>>>);

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Prepared").field(&self.0.get().is_some()).finish()
    }
}

impl PolicyLibrary {
    /// Loads `folder`. Every rule has been evaluated once, on an empty input, when this succeeds.
    pub fn load(folder: &Path) -> Result<Self, LoadErrors> {
        let mut errors = Vec::new();
        let entries = layout::scan(folder, &mut errors);
        let places: Vec<_> = entries.iter().map(|entry| entry.place.clone()).collect();
        let mut modules = Vec::new();
        let mut unparsed_library = false;
        for entry in entries {
            let shared = entry.place == Place::Library;
            match Module::read(entry) {
                Ok(module) => modules.push(module),
                Err(error) => {
                    unparsed_library |= shared;
                    errors.push(error);
                }
            }
        }
        let library = Self::of(modules, &mut errors);
        let Self { modules, packs, rules, .. } = &library;
        errors.extend(names::mistakes(folder, &places, modules, packs, rules));
        if !unparsed_library {
            errors.extend(unfit(modules, rules));
        }
        if rules.is_empty() && errors.is_empty() {
            let message = "holds no rule; rules live in <pack>/<rule>.rego";
            errors.push(LoadError::new(&folder.display().to_string(), None, message));
        }
        if errors.is_empty() { Ok(library) } else { Err(LoadErrors::new(errors)) }
    }

    /// Loads `folder` as [`PolicyLibrary::load`] does, for judging alone: without its tests, and without asking every
    /// rule once, so that a rule which cannot be asked is trouble then and not a mistake now.
    pub fn open(folder: &Path) -> Result<Self, LoadErrors> {
        let mut errors = Vec::new();
        let entries = layout::scan(folder, &mut errors);
        let judging = entries
            .into_iter()
            .filter(|entry| !matches!(entry.place, Place::Test { .. } | Place::LibraryTest));
        let mut modules = Vec::new();
        for entry in judging {
            match Module::read(entry) {
                Ok(module) => modules.push(module),
                Err(error) => errors.push(error),
            }
        }
        let library = Self::of(modules, &mut errors);
        if errors.is_empty() { Ok(library) } else { Err(LoadErrors::new(errors)) }
    }

    /// The packs that come with the program.
    pub fn built_in() -> Self {
        Self::of(built_in::modules(), &mut Vec::new())
    }

    fn of(modules: Vec<Module>, errors: &mut Vec<LoadError>) -> Self {
        let (mut rules, mut packs) = (Vec::new(), Vec::new());
        for module in &modules {
            match module.rule() {
                Ok(rule) => rules.extend(rule),
                Err(wrong) => errors.extend(wrong),
            }
            match module.pack() {
                Ok(pack) => packs.extend(pack),
                Err(wrong) => errors.extend(wrong),
            }
        }
        Self { modules: modules.into(), packs, rules, prepared: Prepared::default() }
    }

    /// A library without rules, for a project that has none.
    pub fn empty() -> Self {
        Self::of(Vec::new(), &mut Vec::new())
    }

    /// Every rule, by pack and name.
    pub fn rules(&self) -> &[RuleMeta] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleMeta> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Every pack, by name.
    pub fn packs(&self) -> &[PackMeta] {
        &self.packs
    }

    /// The pack with this name.
    pub fn pack(&self, name: &str) -> Option<&PackMeta> {
        self.packs.iter().find(|pack| pack.name == name)
    }

    /// How many tests there are.
    pub fn test_count(&self) -> usize {
        self.modules.iter().flat_map(Module::tests).count()
    }

    /// Prepares all rules, for evaluators to share: worth it where many are made.
    pub fn prepare(&self) -> Result<(), PolicyTrouble> {
        self.whole().map(drop)
    }

    /// A new evaluator of all rules, for one thread. The first takes a while, those after it share what it prepared.
    pub fn evaluator(&self) -> Result<Evaluator, PolicyTrouble> {
        Ok(Evaluator::new(self.whole()?.clone(), self.paths(|_| true)))
    }

    /// A new evaluator of those rules only: each costs time to prepare, where all are not prepared already.
    pub fn evaluator_of(&self, wanted: impl Fn(&RuleMeta) -> bool) -> Result<Evaluator, PolicyTrouble> {
        if self.prepared.0.get().is_some() {
            return self.evaluator();
        }
        Ok(Evaluator::new(self.interpreter(&wanted)?, self.paths(&wanted)))
    }

    /// All rules, prepared at the first call; others wait for it.
    fn whole(&self) -> Result<&Interpreter, PolicyTrouble> {
        self.prepared.0.get_or_init(|| self.interpreter(|_| true)).as_ref().map_err(Clone::clone)
    }

    fn interpreter(&self, wanted: impl Fn(&RuleMeta) -> bool) -> Result<Interpreter, PolicyTrouble> {
        let left_out: BTreeSet<&str> =
            self.rules.iter().filter(|rule| !wanted(rule)).map(|rule| rule.file.as_str()).collect();
        let judging = self.modules.iter().filter(|module| module.is_judging());
        let sources = judging.filter(|module| !left_out.contains(module.file.as_str())).map(Module::source);
        Interpreter::new(sources, TIME_LIMIT)
            .map_err(|failure| PolicyTrouble::Unprepared { why: failure.message })
    }

    /// Ids of rules and where they are evaluated.
    fn paths(&self, wanted: impl Fn(&RuleMeta) -> bool) -> BTreeMap<String, String> {
        self.rules
            .iter()
            .filter(|rule| wanted(rule))
            .map(|rule| (rule.id.clone(), entry_path(rule)))
            .collect()
    }

    /// Runs the tests whose `<package>.<test>` contains `filter`, and tells which lines they reached.
    pub fn test(&self, filter: Option<&str>) -> TestReport {
        unit::run(&self.modules, filter)
    }
}

fn entry_path(rule: &RuleMeta) -> String {
    format!("data.{}.{ENTRY}", rule.package)
}

/// What only shows when files are prepared together and every rule is asked once.
fn unfit(modules: &[Module], rules: &[RuleMeta]) -> Vec<LoadError> {
    let together = Interpreter::new(modules.iter().map(Module::source), TIME_LIMIT);
    let mut interpreter = match together {
        Ok(interpreter) => interpreter,
        Err(failure) => return unfit_alone(modules, &failure),
    };
    interpreter.set_input(Value::new_object());
    let told = |rule: &RuleMeta, failure: &Failure| located(modules, &rule.file, failure);
    rules
        .iter()
        .filter_map(|rule| match interpreter.evaluate(&entry_path(rule)) {
            Ok(Value::Set(_)) => None,
            Ok(_) => {
                let message = format!("`{ENTRY}` is no set; write `{ENTRY} contains … if {{ … }}`");
                Some(LoadError::new(&rule.file, None, message))
            }
            Err(failure) => Some(told(rule, &failure)),
        })
        .collect()
}

/// The same for each file with the library alone: regorus stops at the first error that it sees.
fn unfit_alone(modules: &[Module], together: &Failure) -> Vec<LoadError> {
    let shared = |module: &&Module| module.place == Place::Library;
    let alone = modules.iter().filter(|module| !shared(module)).filter_map(|module| {
        let files = modules.iter().filter(shared).chain([module]).map(Module::source);
        let failure = Interpreter::new(files, TIME_LIMIT).err()?;
        Some(located(modules, &module.file, &failure))
    });
    let errors: Vec<_> = alone.collect();
    if errors.is_empty() { vec![located(modules, "", together)] } else { errors }
}

fn located(modules: &[Module], file: &str, failure: &Failure) -> LoadError {
    let file = failure.file.as_deref().unwrap_or(file);
    match modules.iter().find(|module| module.file == file) {
        Some(module) => module.error(failure.line, failure.message.clone()),
        None => LoadError::new(file, failure.line, failure.message.clone()),
    }
}
