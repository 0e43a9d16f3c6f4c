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
    /// What was looked at in place of a program that is not there, and why it does not fit.
    pub(crate) misfits: BTreeMap<ToolKind, Vec<String>>,
}

impl Inventory {
    /// Looks for all that `items` are about, everything at once.
    pub(crate) async fn take(machine: &Machine, items: &[Item]) -> Self {
        let tags: Vec<String> = items.iter().flat_map(Item::tags).collect();
        let tools = join_all(
            items.iter().filter_map(Item::tool).map(async |tool| (tool.kind, tool.find(machine).await)),
        );
        let (engine, images, volume, tools) =
            tokio::join!(docker::engine(), docker::images(&tags), docker::registry_volume(), tools);
        let mut seen = Self {
            engine,
            images,
            has_volume: volume.is_some(),
            registry: RegistryNote::read(&machine.registry_note()).about(volume.as_ref()),
            tools: BTreeMap::new(),
            misfits: BTreeMap::new(),
        };
        for (kind, answer) in tools {
            match answer {
                Ok(found) => drop(seen.tools.insert(kind, found)),
                Err(misfits) => drop(seen.misfits.insert(kind, misfits)),
            }
        }
        seen
    }
}
