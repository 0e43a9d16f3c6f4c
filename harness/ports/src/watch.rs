//! Telling a person what a wait waits for.

use std::fmt;
use std::sync::Arc;

use seatrial_model::Clean;

/// Takes one-line statuses of a wait. Cheap to clone; the default drops them.
#[derive(Clone)]
pub struct Watch(Arc<dyn Fn(Clean) + Send + Sync>);

impl Watch {
    /// A watch that hands each status to `tell`.
    pub fn new(tell: impl Fn(Clean) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Says what is being waited for now.
    pub fn say(&self, status: Clean) {
        (self.0)(status);
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new(|_| ())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}
