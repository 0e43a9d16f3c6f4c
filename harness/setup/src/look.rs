//! Looking without touching: the list for `doctor`, and where a run finds what it needs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seatrial_model::{HelmMajor, KubernetesVersion, Trouble};

use crate::docker::REGISTRY_VOLUME;
use crate::inventory::Inventory;
use crate::items::{Item, items, node_tag};
use crate::machine::Machine;
use crate::needs::Needs;
use crate::run::rows;
use crate::state::{Fix, Row, State};
use crate::tools::ToolKind;

/// Every item that `needs` names with its state, in the order in which set-up provides them.
/// Trouble means that the list itself could not be made.
pub async fn doctor(root: &Path, needs: &Needs) -> Result<Vec<Row>, Trouble> {
    let (machine, items, seen) = look(root, needs).await?;
    Ok(rows(&items, &machine, &seen))
}

/// Where a run finds what it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Helm, by major version.
    pub helm: BTreeMap<HelmMajor, PathBuf>,
    /// Tags of node images, by release.
    pub nodes: BTreeMap<KubernetesVersion, String>,
    /// Tag of the registry's image.
    pub registry_image: String,
    /// The volume that holds the registry's content; mounted at `/var/lib/registry`.
    pub registry_volume: String,
    /// Names that the registry serves, as charts write them.
    pub served: Vec<String>,
    /// The kind program, where it was needed.
    pub kind: Option<PathBuf>,
    /// The opa program, where it was needed.
    pub opa: Option<PathBuf>,
    /// The witness of the tests, where it was needed.
    pub witness: Option<PathBuf>,
    /// The conftest program, where it was needed.
    pub conftest: Option<PathBuf>,
    /// The kubeconform program, where it was needed. The folder `schemas` beside it holds schemas for it.
    pub kubeconform: Option<PathBuf>,
}

impl Located {
    /// The tag of the node image for a version as a suite names it: the newest that serves it.
    pub fn node(&self, asked: &KubernetesVersion) -> Option<(&KubernetesVersion, &str)> {
        let newest = self.nodes.iter().rev().find(|(release, _)| asked.is_served_by(release));
        newest.map(|(release, tag)| (release, tag.as_str()))
    }

    /// The same as environment variables, for tests that are started by others: `SEATRIAL_HELM4`,
    /// `SEATRIAL_KIND`, `SEATRIAL_NODE_1_36`, `SEATRIAL_REGISTRY_IMAGE` …
    pub fn environment(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::from([
            ("SEATRIAL_REGISTRY_IMAGE".to_owned(), self.registry_image.clone()),
            ("SEATRIAL_REGISTRY_VOLUME".to_owned(), self.registry_volume.clone()),
            ("SEATRIAL_REGISTRY_SERVES".to_owned(), self.served.join(",")),
        ]);
        for (major, path) in &self.helm {
            all.insert(format!("SEATRIAL_HELM{major}"), path.display().to_string());
        }
        for (release, tag) in &self.nodes {
            all.insert(format!("SEATRIAL_NODE_{}_{}", release.major, release.minor), tag.clone());
        }
        let peers = [
            ("KIND", &self.kind),
            ("OPA", &self.opa),
            ("WITNESS", &self.witness),
            ("CONFTEST", &self.conftest),
            ("KUBECONFORM", &self.kubeconform),
        ];
        for (name, path) in peers {
            all.extend(path.iter().map(|path| (format!("SEATRIAL_{name}"), path.display().to_string())));
        }
        all
    }
}

/// Where everything is that `needs` names, or what is missing and how to get it.
pub async fn locate(root: &Path, needs: &Needs) -> Result<Located, Vec<Row>> {
    let (machine, items, seen) = look(root, needs).await.map_err(|trouble| vec![unreadable(&trouble)])?;
    let missing: Vec<_> =
        rows(&items, &machine, &seen).into_iter().filter(|row| !row.state.is_found()).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let tool = |kind: ToolKind| seen.tools.get(&kind).map(|found| found.path.clone());
    let mut located = Located {
        kind: tool(ToolKind::Kind),
        opa: tool(ToolKind::Opa),
        witness: tool(ToolKind::Witness),
        conftest: tool(ToolKind::Conftest),
        kubeconform: tool(ToolKind::Kubeconform),
        ..Located::default()
    };
    for item in &items {
        match item {
            Item::Engine | Item::Image(_) => {}
            Item::Tool(wanted) => {
                if let ToolKind::Helm(major) = wanted.kind {
                    located.helm.extend(tool(wanted.kind).map(|path| (major, path)));
                }
            }
            Item::Node(node) => {
                located.nodes.extend(node_tag(node, &seen).map(|tag| (node.version.clone(), tag)));
            }
            Item::Content { registry, images } => {
                located.registry_image.clone_from(registry);
                REGISTRY_VOLUME.clone_into(&mut located.registry_volume);
                located.served = images.iter().flat_map(|image| image.names.clone()).collect();
            }
        }
    }
    Ok(located)
}

async fn look(root: &Path, needs: &Needs) -> Result<(Machine, Vec<Item>, Inventory), Trouble> {
    let machine = Machine::here()?;
    let items = items(root, needs)?;
    let seen = Inventory::take(&machine, &items).await;
    Ok((machine, items, seen))
}

/// The list itself could not be made.
fn unreadable(trouble: &Trouble) -> Row {
    let fix = trouble.hint.clone().unwrap_or_else(|| "see above".to_owned());
    Row {
        name: "list of needs".to_owned(),
        state: State::Missing {
            why: format!("could not {}: {}", trouble.what, trouble.why),
            fix: Fix::ByHand(fix),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_served_by_its_newest_node() {
        let nodes = ["1.36.1", "1.36.3", "1.35.4"];
        let nodes = nodes.map(|release| (release.parse().unwrap(), format!("node:v{release}")));
        let located = Located { nodes: nodes.into(), ..Located::default() };
        let tag = |asked: &str| located.node(&asked.parse().unwrap()).map(|(_, tag)| tag);
        assert_eq!(tag("1.36"), Some("node:v1.36.3"));
        assert_eq!(tag("1.36.1"), Some("node:v1.36.1"));
        assert_eq!(tag("1.34"), None);
    }

    #[test]
    fn the_environment_names_what_was_found_only() {
        let located = Located {
            helm: [(HelmMajor::V4, "/x/helm".into())].into(),
            opa: Some("/x/opa".into()),
            nodes: [("1.36.3".parse().unwrap(), "node:v1.36.3".into())].into(),
            ..Located::default()
        };
        let environment = located.environment();
        assert_eq!(environment["SEATRIAL_HELM4"], "/x/helm");
        assert_eq!(environment["SEATRIAL_OPA"], "/x/opa");
        assert_eq!(environment["SEATRIAL_NODE_1_36"], "node:v1.36.3");
        assert!(!environment.contains_key("SEATRIAL_KIND") && !environment.contains_key("SEATRIAL_HELM3"));
    }
}
