//! What is there: one look at the engine, the cache and PATH, taken with as few questions as possible.
//! Judging it is the items' part.

use std::collections::BTreeMap;

use futures::future::join_all;

use crate::docker::{self, ImageFacts};
use crate::items::Item;
use crate::machine::Machine;
use crate::registry_note::RegistryNote;
use crate::tools::{FoundTool, ToolKind};

/// One look.
#[derive(Debug, Clone)]
pub(crate) struct Inventory {
    /// The engine's version, or why none answers.
    pub(crate) engine: Result<String, String>,
    /// Images by tag, of those asked for.
    pub(crate) images: BTreeMap<String, ImageFacts>,
    /// Whether the registry has a volume.
    pub(crate) has_volume: bool,
    /// What that volume holds.
    pub(crate) registry: RegistryNote,
    /// Programs.
    pub(crate) tools: BTreeMap<ToolKind, FoundTool>,
}

impl Inventory {
    /// Looks for all that `items` are about, everything at once.
    pub(crate) async fn take(machine: &Machine, items: &[Item]) -> Self {
        let tags: Vec<String> = items.iter().flat_map(Item::tags).collect();
        let tools = join_all(items.iter().filter_map(Item::tool).map(async |tool| {
            let found = tool.find(machine).await?;
            Some((tool.kind, found))
        }));
        let (engine, images, volume, tools) =
            tokio::join!(docker::engine(), docker::images(&tags), docker::registry_volume(), tools);
        Self {
            engine,
            images,
            has_volume: volume.is_some(),
            registry: RegistryNote::read(&machine.registry_note()).about(volume.as_ref()),
            tools: tools.into_iter().flatten().collect(),
        }
    }
}
