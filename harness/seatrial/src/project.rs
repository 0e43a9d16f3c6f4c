//! The project a command works on: where suites, policies and reports are.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Folders of a project.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The folder that holds `suites/`.
    pub(crate) root: PathBuf,
}

impl Project {
    /// The project at `given`, or the nearest one upwards from the current folder.
    pub(crate) fn find(given: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(root) = given {
            let root = root.canonicalize().with_context(|| format!("open the project {}", root.display()))?;
            if !root.join("suites").is_dir() {
                bail!("{} has no folder `suites`; name the project with --root", root.display());
            }
            return Ok(Self { root });
        }
        let here = std::env::current_dir().context("tell the current folder")?;
        match Self::around(&here) {
            Some(project) => Ok(project),
            None => bail!(
                "no folder `suites` in {} or above it; go to a project, name it with --root, or begin one with `seatrial init`",
                here.display()
            ),
        }
    }

    /// The nearest project at `folder` or above it.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|folder| folder.join("suites").is_dir())?;
        Some(Self { root: root.to_owned() })
    }

    pub(crate) fn suites(&self) -> PathBuf {
        self.root.join("suites")
    }

    pub(crate) fn policies(&self) -> PathBuf {
        self.root.join("policies")
    }

    pub(crate) fn reports(&self) -> PathBuf {
        self.root.join("reports")
    }
}
