//! Where a reader finds what was rendered: the template that a `# Source:` comment names, and the line that is likely.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use seatrial_chart::{Chart, Dependency, Origin};
use seatrial_manifest::Object;
use seatrial_model::{Basis, Location};

/// The templates of a chart, read as they are asked for.
#[derive(Debug)]
pub struct Templates {
    chart: PathBuf,
    /// Paths are shown relative to it where they lie in it.
    root: PathBuf,
    /// What the chart depends on, read once.
    dependencies: OnceLock<Vec<Dependency>>,
    /// By source and the first line of the document.
    origins: Mutex<BTreeMap<(String, u32), Option<Origin>>>,
}

impl Templates {
    /// Those of the chart in that folder.
    pub fn of(chart: &Path, root: &Path) -> Self {
        Self {
            chart: chart.to_owned(),
            root: root.to_owned(),
            dependencies: OnceLock::new(),
            origins: Mutex::default(),
        }
    }

    /// Where an object, or a path in it, comes from. A line is inferred; where nothing tells it, the file is.
    pub fn place(&self, object: &Object, path: Option<&str>) -> Option<Location> {
        let source = object.source.as_deref()?;
        let file = self.file(source);
        let written = &object.written;
        let rendered = written.place(path.unwrap_or_default()).line - written.first_line();
        let key = (source.to_owned(), written.first_line());
        let mut origins = self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = origins.entry(key).or_insert_with(|| {
            let template = std::fs::read_to_string(&file).ok()?;
            Some(Origin::of(&template, written.text()))
        });
        let line = origin.as_ref().and_then(|origin| origin.line(rendered as usize));
        let basis = if line.is_some() { Basis::Inferred } else { Basis::File };
        Some(Location { file: self.shown(&file), line, basis })
    }

    /// The file that a `# Source:` comment means: `ml-inference/templates/x.yaml`. The template of a subchart that
    /// comes by `file://` is the one in its own folder, which a person would edit.
    pub fn file(&self, source: &str) -> PathBuf {
        let inside = source.split_once('/').map_or(source, |(_, inside)| inside);
        self.local_template(inside).unwrap_or_else(|| self.chart.join(inside))
    }

    /// A path as a reader would open it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    fn local_template(&self, inside: &str) -> Option<PathBuf> {
        let (name, rest) = inside.strip_prefix("charts/")?.split_once('/')?;
        let dependencies = self
            .dependencies
            .get_or_init(|| Chart::load(&self.chart).map(|chart| chart.dependencies).unwrap_or_default());
        let called =
            |dependency: &&Dependency| dependency.alias.as_deref().unwrap_or(&dependency.name) == name;
        let folder = dependencies.iter().find(called)?.local_folder(&self.chart)?;
        folder.join(rest).canonicalize().ok()
    }
}
