//! Versions that a cell is defined by: Kubernetes and the major version of Helm.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A Kubernetes version: a minor (`1.36`) as suites name it, or a full one (`1.36.3`) as images carry it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KubernetesVersion {
    /// Always 1 so far.
    pub major: u32,
    /// The minor version, 36 in `1.36`.
    pub minor: u32,
    /// The patch level where it is known.
    pub patch: Option<u32>,
}

impl KubernetesVersion {
    /// `1.36`, without the patch level.
    pub fn minor_text(&self) -> String {
        format!("{}.{}", self.major, self.minor)
    }

    /// Whether an image of version `other` serves a suite that asks for `self`.
    pub fn is_served_by(&self, other: &Self) -> bool {
        (self.major, self.minor) == (other.major, other.minor)
            && (self.patch.is_none() || self.patch == other.patch)
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

impl FromStr for KubernetesVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a Kubernetes version such as 1.36 or 1.36.3");
        let parts = text
            .strip_prefix('v')
            .unwrap_or(text)
            .split('.')
            .map(|part| part.parse::<u32>().map_err(|_| wrong()))
            .collect::<Result<Vec<_>, _>>()?;
        match parts[..] {
            [major, minor] => Ok(Self { major, minor, patch: None }),
            [major, minor, patch] => Ok(Self { major, minor, patch: Some(patch) }),
            _ => Err(wrong()),
        }
    }
}

impl TryFrom<String> for KubernetesVersion {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<KubernetesVersion> for String {
    fn from(version: KubernetesVersion) -> Self {
        version.to_string()
    }
}

/// The major versions of Helm that cells can be installed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum HelmMajor {
    /// Helm 3: client-side apply, three-way merge.
    V3,
    /// Helm 4: server-side apply.
    V4,
}

impl HelmMajor {
    /// Every supported major version, the default last.
    pub const ALL: [Self; 2] = [Self::V3, Self::V4];

    /// The number, 3 or 4.
    pub fn number(self) -> u32 {
        match self {
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }
}

impl fmt::Display for HelmMajor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number().fmt(f)
    }
}

impl TryFrom<u32> for HelmMajor {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        match number {
            3 => Ok(Self::V3),
            4 => Ok(Self::V4),
            other => Err(format!("Helm {other} is not supported; write 3 or 4")),
        }
    }
}

impl From<HelmMajor> for u32 {
    fn from(major: HelmMajor) -> Self {
        major.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1.36", "1.36")]
    #[case("v1.36.3", "1.36.3")]
    fn a_version_reads_back(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(text.parse::<KubernetesVersion>().unwrap().to_string(), shown);
    }

    #[rstest]
    #[case("")]
    #[case("1")]
    #[case("1.x")]
    #[case("1.36.3.1")]
    fn what_is_no_version_is_refused(#[case] text: &str) {
        assert!(text.parse::<KubernetesVersion>().unwrap_err().contains("is not a Kubernetes version"));
    }

    #[test]
    fn a_minor_is_served_by_any_patch_and_a_patch_only_by_itself() {
        let v = |text: &str| text.parse::<KubernetesVersion>().unwrap();
        assert!(v("1.36").is_served_by(&v("1.36.3")));
        assert!(!v("1.36").is_served_by(&v("1.35.4")));
        assert!(!v("1.36.1").is_served_by(&v("1.36.3")));
    }
}
