//! Looking for a case on which two answers differ, and making it small. Seeded: the same cases every time, and others
//! where `SEATRIAL_SEED` says so.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::strategy::{BoxedStrategy, Strategy as _, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Cases whose answers are fetched in one go.
const BATCH: usize = 250;
/// Steps that making one case small may take.
const STEPS: usize = 5_000;
/// Kinds of disagreement that are worth showing.
const SHOWN: usize = 12;

/// How two answers differ.
pub(crate) struct Difference {
    /// The same for cases that differ for the same reason.
    pub(crate) kind: String,
    /// Both answers.
    pub(crate) answers: String,
}

/// The smallest case found for each kind of difference, and how often it was seen.
#[derive(Default)]
pub(crate) struct Found<T> {
    by_kind: BTreeMap<String, (usize, T, String)>,
}

/// A number from the environment.
pub(crate) fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// A source of cases of its own for each `part`.
pub(crate) fn runner(part: u64) -> TestRunner {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("SEATRIAL_SEED", 5).to_le_bytes());
    seed[8..16].copy_from_slice(&part.to_le_bytes());
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// Compares `cases` cases. `compare` answers for each whether and how it differs.
pub(crate) fn differences<T: Debug + Clone>(
    strategy: &BoxedStrategy<T>,
    runner: &mut TestRunner,
    cases: usize,
    mut compare: impl FnMut(&[T]) -> Vec<Option<Difference>>,
) -> Found<T> {
    let mut found = Found { by_kind: BTreeMap::new() };
    let mut done = 0;
    while done < cases && found.by_kind.len() < SHOWN {
        let count = BATCH.min(cases - done);
        let mut trees: Vec<_> = (0..count).map(|_| strategy.new_tree(runner).unwrap()).collect();
        let batch: Vec<T> = trees.iter().map(ValueTree::current).collect();
        for (index, difference) in compare(&batch).into_iter().enumerate() {
            let Some(difference) = difference else { continue };
            if let Some((times, ..)) = found.by_kind.get_mut(&difference.kind) {
                *times += 1;
                continue;
            }
            let kind = difference.kind.clone();
            let (case, answers) = smallest(&mut *trees[index], &batch[index], difference, &mut compare);
            found.by_kind.insert(kind, (1, case, answers));
        }
        done += count;
    }
    found
}

/// Makes a case smaller for as long as it differs in the same way.
fn smallest<T: Debug + Clone>(
    tree: &mut dyn ValueTree<Value = T>,
    first: &T,
    difference: Difference,
    compare: &mut impl FnMut(&[T]) -> Vec<Option<Difference>>,
) -> (T, String) {
    let (mut best, mut answers) = (first.clone(), difference.answers);
    let mut moved = tree.simplify();
    for _ in 0..STEPS {
        if !moved {
            break;
        }
        let case = tree.current();
        let same = compare(std::slice::from_ref(&case)).remove(0).filter(|now| now.kind == difference.kind);
        moved = match same {
            Some(same) => {
                (best, answers) = (case, same.answers);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    (best, answers)
}

impl<T> Found<T> {
    /// Panics with every difference, where there is one.
    pub(crate) fn expect_none(self, what: &str, show: impl Fn(&T) -> String) {
        let shown: String = self
            .by_kind
            .iter()
            .map(|(kind, (times, case, answers))| {
                format!("\n== {kind} ({times} times)\n{}\n{answers}\n", show(case))
            })
            .collect();
        assert!(shown.is_empty(), "{what}: {} kinds of disagreement\n{shown}", self.by_kind.len());
    }
}
