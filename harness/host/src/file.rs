//! Files that are never half written, and names that stay in their folder.

use std::fmt;
use std::fs::{File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// Longest part of an evidence name between slashes, below the 255 bytes of common file systems.
const LONGEST_PART: usize = 200;
/// Longest evidence name.
const LONGEST_NAME: usize = 1000;

/// Writes a file as a whole: under another name first, then renamed over `path`. Its folder must exist.
pub fn write_atomic(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new()
            .prefix(".writing-")
            // Temporary files are private; what is written here is read by others, within the umask.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        // The rename itself is durable only with the folder.
        File::open(folder)?.sync_all()
    };
    write().with_context(|| format!("write {}", path.display()))
}

/// Appends one line (given without its newline) in one write, and makes it durable.
pub fn append_line(path: &Path, line: &str) -> anyhow::Result<()> {
    ensure!(!line.contains('\n'), "append to {}: the line holds a newline", path.display());
    let append = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(format!("{line}\n").as_bytes())?;
        file.sync_data()
    };
    append().with_context(|| format!("append to {}", path.display()))
}

/// Where a piece of evidence lies under `folder`. The name is relative, of parts made of ASCII letters,
/// digits, `.`, `_` and `-` that do not start with a dot.
pub fn evidence_path(folder: &Path, name: &str) -> Result<PathBuf, UnsafeName> {
    let safe = |part: &str| {
        !part.is_empty()
            && part.len() <= LONGEST_PART
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    if name.len() <= LONGEST_NAME && name.split('/').all(safe) {
        Ok(folder.join(name))
    } else {
        Err(UnsafeName(name.to_owned()))
    }
}

/// A name that must not be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeName(String);

impl fmt::Display for UnsafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.0.chars().take(80).flat_map(char::escape_default).collect();
        write!(f, "`{shown}` is not a safe relative file name")
    }
}

impl std::error::Error for UnsafeName {}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        write_atomic(&path, b"first, and longer").unwrap();
        write_atomic(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_atomic(&folder.path().join("no/run.json"), b"").unwrap_err();
        assert!(error.to_string().contains("no/run.json"), "{error}");
    }

    #[test]
    fn lines_are_appended_and_a_newline_in_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cells.jsonl");
        append_line(&path, "one").unwrap();
        append_line(&path, "two").unwrap();
        append_line(&path, "thr\nee").unwrap_err();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[rstest]
    #[case("events.txt")]
    #[case("logs/web-0.app.log")]
    fn a_safe_name_lies_under_its_folder(#[case] name: &str) {
        assert_eq!(evidence_path(Path::new("evidence"), name).unwrap(), Path::new("evidence").join(name));
    }

    #[rstest]
    #[case("")]
    #[case("/etc/passwd")]
    #[case("../up")]
    #[case("a/../../up")]
    #[case("a//b")]
    #[case("a/")]
    #[case(".hidden")]
    #[case("a\0b")]
    #[case("a b")]
    #[case("é")]
    #[case(&"x".repeat(201))]
    #[case(&"x/".repeat(600))]
    fn an_unsafe_name_is_refused(#[case] name: &str) {
        assert!(evidence_path(Path::new("evidence"), name).is_err());
    }
}
