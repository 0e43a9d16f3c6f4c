//! A step's log: all that its programs say goes to a file, the last lines are at hand for people.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines shown when a step fails.
const SHOWN: usize = 20;

/// Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    path: PathBuf,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    last: VecDeque<String>,
}

impl Log {
    /// Starts a step's log anew.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let file = File::create(&path)?;
        Ok(Self { path, inner: Arc::new(Mutex::new(Inner { file, last: VecDeque::new() })) })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds one line. A log that cannot be written does not stop the step.
    pub(crate) fn line(&self, line: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(inner.file, "{line}");
        if inner.last.len() == SHOWN {
            inner.last.pop_front();
        }
        inner.last.push_back(line.to_owned());
    }

    /// The last line.
    pub(crate) fn says(&self) -> String {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last.back().cloned().unwrap_or_default()
    }

    /// The last lines, each on a line of its own after a newline.
    pub(crate) fn tail(&self) -> String {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last.iter().fold(String::new(), |text, line| text + "\n    " + line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_every_line_and_the_tail_the_last_ones() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::create(folder.path().join("logs/step.log")).unwrap();
        for number in 1..=SHOWN + 5 {
            log.line(&format!("line {number}"));
        }
        assert_eq!(fs::read_to_string(log.path()).unwrap().lines().count(), SHOWN + 5);
        assert_eq!(log.tail().lines().filter(|line| !line.is_empty()).count(), SHOWN);
        assert!(log.tail().starts_with("\n    line 6\n"));
        assert_eq!(log.says(), format!("line {}", SHOWN + 5));
    }
}
