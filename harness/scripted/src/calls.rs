//! What the ports were asked, in order.

use std::sync::{Arc, Mutex, PoisonError};

/// A shared log of calls, one line each: `install demo-prod`.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    pub(crate) fn note(&self, call: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(call.into());
    }

    /// All calls so far.
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where a call stands in the log.
    pub fn position(&self, call: &str) -> Option<usize> {
        self.all().iter().position(|line| line == call)
    }
}
