//! What the registry's volume is known to hold, noted when it was pushed: so that nobody has to start the
//! registry to ask. The note is worth nothing once the volume has been made anew.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use seatrial_model::names::registry_of;
use serde::{Deserialize, Serialize};

use crate::docker::Volume;

/// Names in the registry with the ids of their images.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RegistryNote {
    volume: Option<Volume>,
    names: BTreeMap<String, String>,
}

impl RegistryNote {
    /// The note as it was last written. One that cannot be read says nothing.
    pub(crate) fn read(file: &Path) -> Self {
        std::fs::read(file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    /// Writes the note.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(self).context("write the registry's note")?;
        seatrial_host::write_atomic(file, &text)
    }

    /// The note as far as it is about `volume`: a new volume is empty.
    #[must_use]
    pub(crate) fn about(self, volume: Option<&Volume>) -> Self {
        if self.volume.as_ref() == volume {
            self
        } else {
            Self { volume: volume.cloned(), names: BTreeMap::new() }
        }
    }

    /// Whether the registry serves that image under that name.
    pub(crate) fn holds(&self, name: &str, id: &str) -> bool {
        self.names.get(name).is_some_and(|held| held == id)
    }

    /// Notes a push.
    pub(crate) fn add(&mut self, name: &str, id: &str) {
        self.names.insert(name.to_owned(), id.to_owned());
    }
}

/// Where a node's container runtime asks a mirror for a name: the path without the public registry's host,
/// with `library/` where the name has one word.
pub(crate) fn mirror_path(name: &str) -> String {
    let (host, path) = registry_of(name);
    if host == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::tests::volume;
    use rstest::rstest;

    #[rstest]
    #[case("company/ml-inference:1.4.2", "company/ml-inference:1.4.2")]
    #[case("redis:7", "library/redis:7")]
    #[case("docker.io/redis:7", "library/redis:7")]
    #[case("quay.io/minio/minio:1", "minio/minio:1")]
    #[case("registry.example:5000/tool:1", "tool:1")]
    fn a_name_is_pushed_where_a_mirror_is_asked_for_it(#[case] name: &str, #[case] path: &str) {
        assert_eq!(mirror_path(name), path);
    }

    #[test]
    fn a_note_survives_its_file_and_dies_with_its_volume() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.json");
        let volume = (volume("monday"), volume("tuesday"));
        let mut note = RegistryNote::default().about(Some(&volume.0));
        note.add("a:1", "sha256:1");
        note.write(&file).unwrap();
        let same = RegistryNote::read(&file).about(Some(&volume.0));
        assert!(same.holds("a:1", "sha256:1") && !same.holds("a:1", "sha256:2"));
        assert!(!same.about(Some(&volume.1)).holds("a:1", "sha256:1"));
    }

    #[test]
    fn a_note_that_cannot_be_read_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.json");
        std::fs::write(&file, "{").unwrap();
        assert_eq!(RegistryNote::read(&file), RegistryNote::default());
    }
}
