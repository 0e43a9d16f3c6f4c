//! Leases: a locked file that tells whether the process it belongs to still lives.
//!
//! The kernel lets go of the lock when the process ends, however that happens. Whoever cannot be asked (a lease
//! of another machine, one that may not be opened) counts as living: what is doubtful is never removed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};

/// The lease's name in a folder that it is for.
pub const LEASE: &str = "lease";
/// What a holder may write of itself into its lease.
const NOTE: u64 = 200;
/// Who asks about a lease holds it for a moment; so often and so long is waited for that to be over.
const TRIES: (u32, Duration) = (5, Duration::from_millis(20));

/// A lock that is held as long as it lives.
#[derive(Debug)]
pub struct Lease {
    _file: File,
    path: PathBuf,
}

/// Whether the holder of a lease lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Some process holds it.
    Living,
    /// Nobody does, or there is no such file.
    Nobody,
    /// It cannot be told, and why.
    Unknown(String),
}

impl Holder {
    /// Whether it is certain that nobody holds it.
    pub fn is_gone(&self) -> bool {
        *self == Self::Nobody
    }
}

impl Lease {
    /// Makes `folder`, which must not be there, with a lease in it that is held. It appears under its name only
    /// when the lease is locked, so that nobody takes it for one whose owner died.
    pub fn found(folder: &Path, note: &str) -> anyhow::Result<Self> {
        let what = || format!("make the folder {}", folder.display());
        let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
            bail!("{}: it has no name", what())
        };
        if folder.exists() {
            bail!("{}: it is there already", what());
        }
        let fresh = parent.join(format!(".new-{}", name.to_string_lossy()));
        let make = || -> io::Result<File> {
            std::fs::create_dir_all(parent)?;
            // Kubeconfigs lie in it: keys to clusters.
            std::fs::DirBuilder::new().mode(0o700).create(&fresh)?;
            let mut file = open(&fresh.join(LEASE), true)?;
            file.try_lock()?;
            file.write_all(format!("{note}\n").as_bytes())?;
            std::fs::rename(&fresh, folder)?;
            Ok(file)
        };
        let file = make();
        if file.is_err() {
            // Only what was made here, and only when it holds no more than the lease.
            let _ = std::fs::remove_file(fresh.join(LEASE));
            let _ = std::fs::remove_dir(&fresh);
        }
        Ok(Self { _file: file.with_context(what)?, path: folder.join(LEASE) })
    }

    /// Takes a lease that is there; `None` when another holds it or it is gone.
    pub async fn take(path: &Path, note: &str) -> anyhow::Result<Option<Self>> {
        let what = || format!("take the lease {}", path.display());
        let mut file = match open(path, false) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(what),
        };
        for _ in 0..TRIES.0 {
            match file.try_lock() {
                Ok(()) if !is_still(&file, path) => return Ok(None),
                Ok(()) => {
                    let mut noted = || -> io::Result<()> {
                        file.set_len(0)?;
                        file.rewind()?;
                        file.write_all(format!("{note}\n").as_bytes())
                    };
                    noted().with_context(what)?;
                    return Ok(Some(Self { _file: file, path: path.to_owned() }));
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(TRIES.1).await,
                Err(TryLockError::Error(error)) => return Err(error).with_context(what),
            }
        }
        Ok(None)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a lease that nobody holds, for others to take.
pub fn offer(path: &Path) -> anyhow::Result<()> {
    open(path, true).map(drop).with_context(|| format!("make the lease {}", path.display()))
}

/// Whether somebody holds the lease at `path`, made on the machine `host`.
pub fn holder(path: &Path, host: &str) -> Holder {
    if host != self::host() {
        return Holder::Unknown(format!("it belongs to another machine, {host}"));
    }
    match open(path, false).map(|file| file.try_lock_shared()) {
        Ok(Ok(())) => Holder::Nobody,
        Ok(Err(TryLockError::WouldBlock)) => Holder::Living,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Holder::Nobody,
        Ok(Err(TryLockError::Error(error))) | Err(error) => {
            Holder::Unknown(format!("its lease {} cannot be read: {error}", path.display()))
        }
    }
}

/// What the holder of a lease wrote of itself.
pub fn note(path: &Path) -> String {
    let mut text = String::new();
    if let Ok(file) = open(path, false) {
        let _ = file.take(NOTE).read_to_string(&mut text);
    }
    text.trim().to_owned()
}

/// A name for this machine: its host name and the start of its machine id. Where only one of them is the same,
/// it is another machine, or another container with the same engine.
pub fn host() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default().trim().to_owned();
    let id: String = read("/etc/machine-id").chars().take(12).collect();
    let name = read("/proc/sys/kernel/hostname");
    if id.is_empty() { name } else { format!("{name}/{id}") }
}

/// Never a link, a pipe or a device: paths of leases come from labels that others can write.
fn open(path: &Path, create: bool) -> io::Result<File> {
    if !create && !std::fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    OpenOptions::new().read(true).write(true).create_new(create).mode(0o600).open(path)
}

/// Whether a name still leads to a file that was opened by it.
fn is_still(file: &File, path: &Path) -> bool {
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(ours), Ok(named)) => (ours.dev(), ours.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(test)]
#[path = "lease_tests.rs"]
mod tests;
