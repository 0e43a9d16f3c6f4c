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
        let found = here.ancestors().find(|folder| folder.join("suites").is_dir());
        match found {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => bail!(
                "no folder `suites` in {} or above it; go to a project or name it with --root",
                here.display()
            ),
        }
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
