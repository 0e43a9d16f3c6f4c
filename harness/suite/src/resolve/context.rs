//! What every part of a suite needs while it is resolved: where to tell, and how to find files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_document::{Problem, Problems, advice, nearest};
use seatrial_model::suite::WaitMode;

use crate::at::At;
use crate::file::DurationText;
use crate::known::Known;
use crate::paths::{beside, tidy};

/// The suite's file, what is known, and the problems so far.
pub(crate) struct Context<'a> {
    pub(crate) known: &'a Known,
    /// The suite's folder, relative when the suite's path is.
    pub(crate) folder: &'a Path,
    pub(crate) problems: &'a mut Problems,
    /// What profiles take that say nothing of it.
    pub(crate) wait: WaitMode,
    /// Packs that the file names for the suite, understood or not.
    pub(crate) packs: BTreeSet<&'a str>,
    shown: String,
}

impl<'a> Context<'a> {
    pub(crate) fn new(file: &'a Path, known: &'a Known, wait: WaitMode, problems: &'a mut Problems) -> Self {
        let folder = file.parent().unwrap_or(Path::new(""));
        Self { known, folder, problems, wait, packs: BTreeSet::new(), shown: file.display().to_string() }
    }

    /// Tells a problem of the suite's file.
    pub(crate) fn tell(&mut self, at: At<'_>, message: impl Into<String>, help: Option<String>) {
        self.problems.push(Problem::new(&self.shown, message).at(at.span).maybe_help(help));
    }

    /// Tells that `word` is none of `names`.
    pub(crate) fn unknown<'n>(
        &mut self,
        at: At<'_>,
        what: &str,
        word: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        self.tell(at, format!("unknown {what} `{word}`"), advice(word, names));
    }

    /// A file relative to `folder` that must be there.
    pub(crate) fn file(&mut self, folder: &Path, written: &str, at: At<'_>) -> Option<PathBuf> {
        let path = tidy(&folder.join(written));
        if path.is_file() {
            return Some(path);
        }
        let (message, help) = if path.is_dir() {
            (format!("`{written}` is a folder; a file is needed here"), None)
        } else {
            let names = beside(&path, written, Path::is_file);
            let meant = nearest(written, names.iter().map(String::as_str));
            (format!("there is no file `{written}`"), meant.map(|name| format!("did you mean `{name}`?")))
        };
        let looked = || format!("looked for {}", path.display());
        self.tell(at, message, Some(help.unwrap_or_else(looked)));
        None
    }

    /// Files relative to `folder`, one for each item of the list at `at`.
    pub(crate) fn files(&mut self, folder: &Path, written: &[String], at: At<'_>) -> Vec<PathBuf> {
        let items = written.iter().enumerate();
        items.filter_map(|(index, file)| self.file(folder, file, at.item(index))).collect()
    }

    /// The folder of a chart, relative to the suite's.
    pub(crate) fn chart_folder(&mut self, written: &str, at: At<'_>) -> Option<PathBuf> {
        let path = tidy(&self.folder.join(written));
        let is_chart = |path: &Path| path.join("Chart.yaml").is_file();
        if is_chart(&path) {
            return Some(path);
        }
        let message = if path.is_dir() {
            format!("`{written}` is not a chart: it has no Chart.yaml")
        } else {
            format!("there is no chart folder `{written}`")
        };
        let names = beside(&path, written, is_chart);
        let help = advice(written, names.iter().map(String::as_str));
        self.tell(at, message, Some(help.unwrap_or_else(|| format!("looked for {}", path.display()))));
        None
    }

    /// A duration that leaves time.
    pub(crate) fn duration(&mut self, text: Option<&DurationText>, at: At<'_>) -> Option<Duration> {
        let duration = text?.duration();
        if duration.is_zero() {
            self.tell(at, "this leaves no time", Some("write a duration such as 90s, 5m or 1h30m".into()));
        }
        Some(duration)
    }
}
