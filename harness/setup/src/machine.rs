//! The machine as far as it decides what may be done: who we are, which system, where things are kept.
//! The only place that reads the environment.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use seatrial_model::{Clean, Trouble};

use crate::content::is_executable;

/// Facts that set-up goes by.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// Where everything that is built is kept.
    pub(crate) cache: PathBuf,
    /// Folders programs are looked for in.
    pub(crate) path: Vec<PathBuf>,
    /// System packages may be installed: root on Debian, where nobody's machine is changed behind their back.
    pub(crate) may_install: bool,
    /// `DOCKER_HOST`, where it is set: that engine is the user's to start.
    pub(crate) docker_host: Option<String>,
    /// Certificates that the machine trusts, for the build stages that fetch something.
    pub(crate) certificates: Option<PathBuf>,
}

impl Machine {
    /// This machine.
    pub(crate) fn here() -> Result<Self, Trouble> {
        let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = folder("SEATRIAL_CACHE")
            .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("seatrial")))
            .or_else(|| folder("HOME").map(|home| home.join(".cache/seatrial")))
            .ok_or_else(|| {
                Trouble::new("find the cache", Clean::own("neither HOME nor XDG_CACHE_HOME is set"))
                    .hint("set SEATRIAL_CACHE to a folder")
            })?;
        Ok(Self {
            cache: std::path::absolute(&cache).unwrap_or(cache),
            path: env::split_paths(env::var_os("PATH").as_deref().unwrap_or(OsStr::new(""))).collect(),
            may_install: is_root() && is_debian(&fs::read_to_string("/etc/os-release").unwrap_or_default()),
            docker_host: env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty()),
            certificates: [folder("SSL_CERT_FILE"), Some("/etc/ssl/certs/ca-certificates.crt".into())]
                .into_iter()
                .flatten()
                .find(|file| file.is_file()),
        })
    }

    /// A program on PATH.
    pub(crate) fn which(&self, name: &str) -> Option<PathBuf> {
        self.path.iter().map(|folder| folder.join(name)).find(|file| is_program(file))
    }

    /// Where built programs are kept, one folder for each content.
    pub(crate) fn programs(&self) -> PathBuf {
        self.cache.join("programs")
    }

    /// What a step's programs said last.
    pub(crate) fn log(&self, step: &str) -> PathBuf {
        let name: String = step.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
        self.cache.join("logs").join(format!("{name}.log"))
    }

    /// What the registry's volume is known to hold.
    pub(crate) fn registry_note(&self) -> PathBuf {
        self.cache.join("registry.json")
    }
}

/// Where everything is kept for this user: `SEATRIAL_CACHE`, or `seatrial` in the folder of caches.
pub fn state_folder() -> Result<PathBuf, Trouble> {
    Ok(Machine::here()?.cache)
}

/// Whether a file is there and may be run.
pub(crate) fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|metadata| is_executable(&metadata))
}

/// Files that this process creates belong to its effective user; `/proc/self` does as well.
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

fn is_debian(os_release: &str) -> bool {
    os_release.lines().any(|line| matches!(line.trim(), "ID=debian" | "ID=\"debian\""))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rstest::rstest;

    /// A machine with an empty PATH and its cache in `folder`.
    pub(crate) fn bare(folder: &Path) -> Machine {
        Machine {
            cache: folder.join("cache"),
            path: Vec::new(),
            may_install: false,
            docker_host: None,
            certificates: None,
        }
    }

    /// Puts a program that prints a line into a folder. Another process writes it: one that this process
    /// had open for writing could be inherited by a test's child at the moment another test starts it.
    pub(crate) fn put_program(folder: &Path, name: &str, line: &str) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join(name);
        let write = "printf '#!/bin/sh\necho \"%s\"\n' \"$2\" >\"$1\" && chmod 755 \"$1\"";
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", write, "sh"]).arg(&file).arg(line);
        assert!(shell.status().unwrap().success());
        file
    }

    #[rstest]
    #[case("ID=debian\nVERSION_ID=\"12\"\n", true)]
    #[case("NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n", false)]
    #[case("", false)]
    fn only_debian_itself_is_debian(#[case] os_release: &str, #[case] expected: bool) {
        assert_eq!(is_debian(os_release), expected);
    }

    #[test]
    fn a_program_on_the_path_is_one_that_may_be_run() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes"), "").unwrap();
        let helm = put_program(folder.path(), "helm", "");
        let machine = Machine { path: vec![folder.path().to_owned()], ..bare(folder.path()) };
        assert_eq!(machine.which("helm"), Some(helm));
        assert_eq!(machine.which("notes"), None);
    }

    #[test]
    fn a_log_is_named_for_its_step() {
        let log = bare(Path::new("/x")).log("node image 1.36.3");
        assert_eq!(log, Path::new("/x/cache/logs/node-image-1.36.3.log"));
    }
}
