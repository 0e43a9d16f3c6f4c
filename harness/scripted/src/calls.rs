//! What the ports were asked, in order.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A shared log of calls, one line each: `install demo-prod`.
#[derive(Debug, Clone, Default)]
pub struct Calls(Arc<Mutex<Made>>);

#[derive(Debug, Default)]
struct Made {
    calls: Vec<String>,
    file: Option<File>,
}

impl Calls {
    /// A log that is kept in a file, too. One that cannot be written is done without: whoever reads it misses it.
    pub(crate) fn new(file: Option<&Path>) -> Self {
        let open = |path| File::options().create(true).append(true).open(path).ok();
        Self(Arc::new(Mutex::new(Made { calls: Vec::new(), file: file.and_then(open) })))
    }

    fn made(&self) -> MutexGuard<'_, Made> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a call and gives how often it was made before.
    pub(crate) fn note(&self, call: impl Into<String>) -> usize {
        let call = call.into();
        let mut made = self.made();
        if let Some(file) = &mut made.file {
            let _ = file.write_all(format!("{call}\n").as_bytes());
        }
        let before = made.calls.iter().filter(|earlier| **earlier == call).count();
        made.calls.push(call);
        before
    }

    /// All calls so far.
    pub fn all(&self) -> Vec<String> {
        self.made().calls.clone()
    }

    /// Where a call stands in the log.
    pub fn position(&self, call: &str) -> Option<usize> {
        self.all().iter().position(|line| line == call)
    }
}
