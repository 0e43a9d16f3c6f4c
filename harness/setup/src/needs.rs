//! What a purpose needs: versions of Kubernetes, majors of Helm, and the peers that tests and figures compare with.
//! Knows nothing of the machine.

use std::collections::BTreeSet;

use seatrial_model::{Clean, HelmMajor, KubernetesVersion, Trouble};

/// Releases that node images are built of, newest first. The first is the default.
const RELEASES: [KubernetesVersion; 2] = [release(36, 3), release(35, 4)];

const fn release(minor: u32, patch: u32) -> KubernetesVersion {
    KubernetesVersion { major: 1, minor, patch: Some(patch) }
}

/// The minor versions that a release is known for, newest first: what a suite may name.
pub fn known_versions() -> Vec<KubernetesVersion> {
    RELEASES.into_iter().map(|release| KubernetesVersion { patch: None, ..release }).collect()
}

/// What has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Versions as they were asked for, minors or releases.
    pub kubernetes: BTreeSet<KubernetesVersion>,
    /// Major versions of Helm.
    pub helm: BTreeSet<HelmMajor>,
    /// Whether the programs are needed that tests compare with (`kind`, `opa`, the witness).
    pub peers: bool,
    /// Whether the programs are needed that only figures are compared with (`conftest`, `kubeconform`).
    pub rivals: bool,
}

impl Needs {
    /// What a suite needs: the versions that its clusters name. A cluster with an image of its own needs no
    /// version from here.
    pub fn suite(
        kubernetes: impl IntoIterator<Item = KubernetesVersion>,
        helm: impl IntoIterator<Item = HelmMajor>,
    ) -> Self {
        let (kubernetes, helm) = (kubernetes.into_iter().collect(), helm.into_iter().collect());
        Self { kubernetes, helm, peers: false, rivals: false }
    }

    /// What the project's own tests need: every release, both Helms, the peers.
    pub fn test() -> Self {
        Self { peers: true, ..Self::suite(known_versions(), HelmMajor::ALL) }
    }

    /// What `make bench` needs: all that tests need, and what figures are compared with.
    pub fn bench() -> Self {
        Self { rivals: true, ..Self::test() }
    }

    /// The releases behind the versions asked for, newest first, each once.
    pub(crate) fn releases(&self) -> Result<Vec<KubernetesVersion>, Trouble> {
        let resolved = self.kubernetes.iter().map(resolve).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(resolved.into_iter().rev().collect())
    }
}

/// The release that serves a version: itself where it has a patch level, else the one known for its minor.
pub(crate) fn resolve(asked: &KubernetesVersion) -> Result<KubernetesVersion, Trouble> {
    if asked.patch.is_some() {
        return Ok(asked.clone());
    }
    RELEASES.into_iter().find(|release| asked.is_served_by(release)).ok_or_else(|| {
        let known: Vec<_> = known_versions().iter().map(ToString::to_string).collect();
        Trouble::new(
            format!("choose a release of Kubernetes {asked}"),
            Clean::own("no release of that minor version is known here"),
        )
        .hint(format!("write {} or a full version such as {}.0", known.join(" or "), asked))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn version(text: &str) -> KubernetesVersion {
        text.parse().unwrap()
    }

    #[rstest]
    #[case("1.36", "1.36.3")]
    #[case("1.35", "1.35.4")]
    #[case("1.36.1", "1.36.1")]
    fn a_minor_becomes_the_known_release_and_a_release_stays(#[case] asked: &str, #[case] release: &str) {
        assert_eq!(resolve(&version(asked)).unwrap(), version(release));
    }

    #[test]
    fn an_unknown_minor_is_refused_with_what_to_write() {
        let trouble = resolve(&version("1.12")).unwrap_err();
        assert_eq!(
            trouble.to_string(),
            "could not choose a release of Kubernetes 1.12: no release of that minor version is known here \
             (write 1.36 or 1.35 or a full version such as 1.12.0)"
        );
    }

    #[test]
    fn two_ways_to_ask_for_one_release_are_one_need() {
        let needs = Needs::suite([version("1.35"), version("1.36"), version("1.36.3")], []);
        assert_eq!(needs.releases().unwrap(), [version("1.36.3"), version("1.35.4")]);
    }
}
