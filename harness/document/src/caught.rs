//! Panics of the YAML parser that are answered like errors: nobody needs to hear of them as well.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// What it answers; `None` where it panicked.
pub(crate) fn catch<T>(ask: impl FnOnce() -> T) -> Option<T> {
    CATCHING.set(true);
    let answer = catch_unwind(AssertUnwindSafe(ask));
    CATCHING.set(false);
    answer.ok()
}

/// Keeps panics that are answered from standard error; all others go where they went. For a program, once, before it
/// reads anything.
pub fn silence_caught_panics() {
    let others = take_hook();
    set_hook(Box::new(move |panic| {
        if !CATCHING.get() {
            others(panic);
        }
    }));
}
