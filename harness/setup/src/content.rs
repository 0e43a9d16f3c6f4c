//! Content addresses: what a recipe's folder and its parameters hash to. Reads files, runs nothing.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use seatrial_model::{Redactor, Trouble};
use sha2::{Digest as _, Sha256};

/// Names that never change what a recipe makes.
const IGNORED: [&str; 4] = ["ca-certificates.crt", "__pycache__", ".pytest_cache", "image.yaml"];

/// SHA-256 in hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Content(String);

impl Content {
    /// Twelve digits: enough for a name.
    pub(crate) fn short(&self) -> &str {
        &self.0[..12]
    }

    /// All digits.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

/// Takes what a result depends on, and says what it hashes to. Every part is framed by its length, so that
/// no two lists of parts look alike.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    /// A parameter, or the content of something that goes in.
    #[must_use]
    pub(crate) fn with(mut self, part: &str) -> Self {
        self.part(part.as_bytes());
        self
    }

    /// Every file of a folder: path, whether it may be executed, bytes.
    pub(crate) fn folder(mut self, folder: &Path) -> Result<Self, Trouble> {
        let trouble = |error: &io::Error| {
            Trouble::new(
                format!("read the recipe in {}", folder.display()),
                Redactor::default().clean(&error.to_string()),
            )
            .hint("run this at the root of a complete checkout")
        };
        for path in files(folder).map_err(|error| trouble(&error))? {
            let name = path.strip_prefix(folder).unwrap_or(&path);
            self.part(name.to_string_lossy().as_bytes());
            self.part(&read(&path).map_err(|error| trouble(&error))?);
        }
        Ok(self)
    }

    /// The address of all parts.
    pub(crate) fn finish(self) -> Content {
        let digits = self.0.finalize().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Content(digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect())
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }
}

/// Files and links below a folder in one order on every machine.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            if IGNORED.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A file's bytes after a byte that tells programs, plain files and links apart.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::symlink_metadata(path)?;
    let (kind, bytes) = if metadata.is_symlink() {
        (b'l', fs::read_link(path)?.to_string_lossy().into_owned().into_bytes())
    } else {
        (if is_executable(&metadata) { b'x' } else { b'f' }, fs::read(path)?)
    };
    Ok([vec![kind], bytes].concat())
}

/// Whether anybody may execute the file.
pub(crate) fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::os::unix::fs::PermissionsExt as _;

    fn recipe() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("files")).unwrap();
        fs::write(folder.path().join("Dockerfile"), "FROM scratch\n").unwrap();
        fs::write(folder.path().join("files/a"), "a").unwrap();
        folder
    }

    fn content(folder: &Path) -> Content {
        Hasher::default().folder(folder).unwrap().finish()
    }

    #[rstest]
    #[case::another_file(|at: &Path| fs::write(at.join("files/b"), "").unwrap())]
    #[case::other_bytes(|at: &Path| fs::write(at.join("files/a"), "b").unwrap())]
    #[case::another_name(|at: &Path| fs::rename(at.join("files/a"), at.join("files/c")).unwrap())]
    #[case::may_be_executed(|at: &Path| {
        fs::set_permissions(at.join("files/a"), fs::Permissions::from_mode(0o755)).unwrap();
    })]
    fn what_changes_the_result_changes_the_address(#[case] change: fn(&Path)) {
        let folder = recipe();
        let before = content(folder.path());
        change(folder.path());
        assert_ne!(content(folder.path()), before);
    }

    #[rstest]
    #[case::certificates(|at: &Path| fs::write(at.join("ca-certificates.crt"), "x").unwrap())]
    #[case::bytecode(|at: &Path| {
        fs::create_dir(at.join("files/__pycache__")).unwrap();
        fs::write(at.join("files/__pycache__/a.pyc"), "x").unwrap();
    })]
    #[case::private_to_the_owner(|at: &Path| {
        fs::set_permissions(at.join("files/a"), fs::Permissions::from_mode(0o600)).unwrap();
    })]
    fn what_does_not_change_the_result_keeps_the_address(#[case] change: fn(&Path)) {
        let folder = recipe();
        let before = content(folder.path());
        change(folder.path());
        assert_eq!(content(folder.path()), before);
    }

    #[test]
    fn parameters_cannot_run_into_each_other() {
        let one = Hasher::default().with("ab").with("c").finish();
        let other = Hasher::default().with("a").with("bc").finish();
        assert_ne!(one, other);
    }

    #[test]
    fn a_missing_recipe_is_named() {
        let trouble = Hasher::default().folder(Path::new("images/none")).err().unwrap();
        assert!(trouble.to_string().starts_with("could not read the recipe in images/none: "));
    }
}
