//! Programs that a run calls: taken from PATH where one fits, else from the cache.

use std::future::pending;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_host::Command;
use seatrial_model::HelmMajor;

use crate::machine::{Machine, is_program};
use crate::recipes::Program;

/// A program that has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tool {
    /// Which.
    pub(crate) kind: ToolKind,
    /// How it is built where it is not there.
    pub(crate) program: Program,
}

/// The programs that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ToolKind {
    Helm(HelmMajor),
    Kind,
    Opa,
    /// Kubernetes' own code for the tests to compare with; a program of ours.
    Witness,
    Conftest,
    Kubeconform,
}

/// A program that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundTool {
    /// Where.
    pub(crate) path: PathBuf,
    /// What it says that it is.
    pub(crate) version: String,
    /// Whether it comes from the cache and not from the machine.
    pub(crate) cached: bool,
}

impl ToolKind {
    /// What only tests need.
    pub(crate) const PEERS: [Self; 3] = [Self::Kind, Self::Opa, Self::Witness];
    /// What only figures are compared with.
    pub(crate) const RIVALS: [Self; 2] = [Self::Conftest, Self::Kubeconform];

    /// The name that people read.
    pub(crate) fn title(self) -> String {
        match self {
            Self::Helm(major) => format!("helm {major}"),
            Self::Kind => "kind".to_owned(),
            Self::Opa => "opa".to_owned(),
            Self::Witness => "witness".to_owned(),
            Self::Conftest => "conftest".to_owned(),
            Self::Kubeconform => "kubeconform".to_owned(),
        }
    }

    /// The recipe's folder.
    pub(crate) fn recipe(self) -> String {
        self.title().replace(' ', "")
    }

    /// The file that the recipe makes.
    fn binary(self) -> &'static str {
        match self {
            Self::Helm(_) => "helm",
            Self::Kind => "kind",
            Self::Opa => "opa",
            Self::Witness => "witness",
            Self::Conftest => "conftest",
            Self::Kubeconform => "kubeconform",
        }
    }

    /// The names under which PATH may have it. A program there that has the name of ours is another one, and figures
    /// are compared with the version that the recipe names.
    fn on_path(self) -> Vec<String> {
        match self {
            Self::Helm(_) => vec![self.binary().to_owned(), self.recipe()],
            Self::Kind | Self::Opa => vec![self.binary().to_owned()],
            Self::Witness | Self::Conftest | Self::Kubeconform => Vec::new(),
        }
    }

    fn version_args(self) -> &'static [&'static str] {
        match self {
            Self::Helm(_) => &["version", "--short"],
            Self::Kind | Self::Opa => &["version"],
            Self::Witness | Self::Conftest => &["--version"],
            Self::Kubeconform => &["-v"],
        }
    }

    fn fits(self, version: &str) -> bool {
        match self {
            Self::Helm(major) => {
                version.trim_start_matches('v').split('.').next() == Some(&major.to_string())
            }
            // Rules are written in the language of the first major version.
            Self::Opa => version.trim_start_matches('v').starts_with("1."),
            Self::Kind | Self::Witness | Self::Conftest | Self::Kubeconform => true,
        }
    }
}

impl Tool {
    /// The file in the cache, whether or not it is there.
    fn built(&self, machine: &Machine) -> PathBuf {
        machine.programs().join(self.program.entry()).join(self.kind.binary())
    }

    /// Looks on PATH under the plain name and that of the major version, then in the cache. Gives what was looked
    /// at and does not fit, where none does.
    pub(crate) async fn find(&self, machine: &Machine) -> Result<FoundTool, Vec<String>> {
        let mut misfits = Vec::new();
        let built = self.built(machine);
        let on_path = self.kind.on_path();
        let on_path = on_path.iter().filter_map(|name| machine.which(name));
        for (path, cached) in on_path.map(|path| (path, false)).chain([(built, true)]) {
            if !is_program(&path) {
                continue;
            }
            match self.version(&path).await {
                Some(version) if self.kind.fits(&version) => return Ok(FoundTool { path, version, cached }),
                Some(version) => misfits.push(format!("{} is {version}", path.display())),
                None => misfits.push(format!("{} does not say its version", path.display())),
            }
        }
        Err(misfits)
    }

    async fn version(&self, path: &Path) -> Option<String> {
        let ask = Command::new(path, Duration::from_secs(10)).args(self.kind.version_args());
        let outcome = ask.run(pending()).await.ok().filter(seatrial_host::Outcome::success)?;
        read_version(&outcome.stdout_text())
    }
}

/// The first word that is a version, without build metadata.
fn read_version(text: &str) -> Option<String> {
    let is_version = |word: &&str| {
        let digits = word.trim_start_matches('v');
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.contains('.')
    };
    let word = text.split_whitespace().find(is_version)?;
    Some(word.split('+').next().unwrap_or(word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::tests::{bare, put_program};
    use crate::recipes::tests::program;
    use rstest::rstest;

    fn helm(major: HelmMajor) -> Tool {
        let kind = ToolKind::Helm(major);
        Tool { kind, program: program(&kind.recipe()) }
    }

    /// A program that says a version.
    fn put_helm(folder: &Path, name: &str, version: &str) -> PathBuf {
        put_program(folder, name, &format!("{version}+gabc"))
    }

    #[rstest]
    #[case("v3.22.0+g0\n", Some("v3.22.0"))]
    #[case("Version: 1.22.0\nGo Version: go1.26\n", Some("1.22.0"))]
    #[case("kind v0.33.0 go1.26.8 linux/amd64\n", Some("v0.33.0"))]
    #[case("Conftest: v0.71.1\nOPA: 1.18.0\n", Some("v0.71.1"))]
    #[case("Usage: other thing\n", None)]
    fn a_version_is_read_from_what_the_programs_print(#[case] text: &str, #[case] version: Option<&str>) {
        assert_eq!(read_version(text).as_deref(), version);
    }

    #[tokio::test]
    async fn a_helm_on_the_path_is_used_for_its_own_major_version_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = put_helm(folder.path(), "helm", "v4.3.1");
        let machine = Machine { path: vec![folder.path().to_owned()], ..bare(folder.path()) };
        let found = helm(HelmMajor::V4).find(&machine).await;
        let misfit = format!("{} is v4.3.1", path.display());
        assert_eq!(found, Ok(FoundTool { path, version: "v4.3.1".into(), cached: false }));
        assert_eq!(helm(HelmMajor::V3).find(&machine).await, Err(vec![misfit]));
    }

    #[tokio::test]
    async fn an_opa_of_the_first_major_version_is_taken_from_the_path_and_a_program_of_one_version_never() {
        let folder = tempfile::tempdir().unwrap();
        let machine = Machine { path: vec![folder.path().to_owned()], ..bare(folder.path()) };
        let tool = |kind: ToolKind| Tool { kind, program: program(&kind.recipe()) };
        let path = put_program(folder.path(), "opa", "Version: 0.70.0");
        let misfit = format!("{} is 0.70.0", path.display());
        assert_eq!(tool(ToolKind::Opa).find(&machine).await, Err(vec![misfit]));
        put_program(folder.path(), "opa", "Version: 1.22.0");
        let found = FoundTool { path, version: "1.22.0".into(), cached: false };
        assert_eq!(tool(ToolKind::Opa).find(&machine).await, Ok(found));
        for kind in [ToolKind::Witness, ToolKind::Conftest, ToolKind::Kubeconform] {
            put_program(folder.path(), kind.binary(), "v0.37.1");
            assert_eq!(tool(kind).find(&machine).await, Err(Vec::new()));
        }
    }

    #[tokio::test]
    async fn a_helm_named_for_its_major_version_and_one_in_the_cache_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let named = put_helm(folder.path(), "helm3", "v3.22.0");
        let machine = Machine { path: vec![folder.path().to_owned()], ..bare(folder.path()) };
        let four = helm(HelmMajor::V4);
        let entry = machine.programs().join(four.program.entry());
        let built = put_helm(&entry, "helm", "v4.3.1");
        assert_eq!(helm(HelmMajor::V3).find(&machine).await.unwrap().path, named);
        let found = four.find(&machine).await.unwrap();
        assert_eq!((found.path, found.cached), (built, true));
    }
}
