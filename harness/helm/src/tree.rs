//! Chart folders on disk: walking, fingerprinting, copying. Symbolic links are followed, as helm does.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// Charts larger than this are refused: something that is no chart was named.
const MOST_FILES: usize = 10_000;
const MOST_BYTES: u64 = 256 * 1024 * 1024;
const DEEPEST: usize = 32;

/// The files of a chart folder with their sizes and times, in a stable order.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: Vec<PathBuf>,
    bytes: u64,
    hasher: DefaultHasher,
}

impl Tree {
    pub(crate) fn of(folder: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.walk(folder, Path::new(""), 0)?;
        Ok(tree)
    }

    fn walk(&mut self, root: &Path, below: &Path, depth: usize) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(root.join(below))?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<_>>()?;
        entries.sort();
        for name in entries.into_iter().filter(|name| name != ".git") {
            let relative = below.join(name);
            let meta = fs::metadata(root.join(&relative))?;
            if meta.is_dir() {
                if depth == DEEPEST {
                    return Err(io::Error::other(format!("{} is nested too deeply", relative.display())));
                }
                self.walk(root, &relative, depth + 1)?;
            } else {
                self.bytes += meta.len();
                (&relative, meta.len(), meta.modified()?).hash(&mut self.hasher);
                self.files.push(relative);
            }
            if self.files.len() > MOST_FILES || self.bytes > MOST_BYTES {
                return Err(io::Error::other("too large for a chart"));
            }
        }
        Ok(())
    }

    /// Changes when a file comes, goes or is written. Means nothing in another process.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.hasher.finish()
    }

    /// Copies the files to `target`, which is made.
    pub(crate) fn copy(&self, from: &Path, target: &Path) -> io::Result<()> {
        fs::create_dir_all(target)?;
        for file in &self.files {
            let to = target.join(file);
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(from.join(file), to)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_holds_the_same_files_and_no_repository() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("a");
        for file in ["Chart.yaml", "templates/x.yaml", ".git/HEAD"] {
            fs::create_dir_all(from.join(file).parent().unwrap()).unwrap();
            fs::write(from.join(file), file).unwrap();
        }
        let to = folder.path().join("b");
        Tree::of(&from).unwrap().copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("templates/x.yaml")).unwrap(), "templates/x.yaml");
        assert!(!to.join(".git").exists());
    }

    #[test]
    fn a_change_changes_the_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let fingerprint = || Tree::of(folder.path()).unwrap().fingerprint();
        fs::write(folder.path().join("a"), "1").unwrap();
        let before = fingerprint();
        assert_eq!(before, fingerprint());
        fs::write(folder.path().join("a"), "12").unwrap();
        assert_ne!(before, fingerprint());
    }

    #[test]
    fn a_link_to_its_own_parent_is_an_error_and_no_endless_walk() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        assert!(Tree::of(folder.path()).is_err());
    }
}
