//! The ordered list of what has to be there, and what state each item is in. One list serves doctor,
//! set-up and whoever wants to know where things are.

use std::path::Path;
use std::time::Duration;

use seatrial_model::{Clean, Trouble};

use crate::inventory::Inventory;
use crate::machine::Machine;
use crate::needs::Needs;
use crate::progress::{How, Step};
use crate::recipes::{BASE, Image, Node, Program, REGISTRY, Recipes};
use crate::state::{Fix, State};
use crate::tools::{Tool, ToolKind};

/// Where to get a Docker engine.
const INSTALL_DOCKER: &str = "install Docker: https://docs.docker.com/engine/install/";
/// Where to get Go.
const INSTALL_GO: &str = "install Go 1.26 or newer: https://go.dev/doc/install, then run set-up again";

/// One thing that has to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A Docker engine that answers.
    Engine,
    /// A program.
    Tool(Tool),
    /// An image of a recipe: the base, the registry, what charts run.
    Image(Image),
    /// A node image.
    Node(Node),
    /// The images in the registry, under the names that charts use.
    Content {
        /// Tag of the registry's own image.
        registry: String,
        /// The images that have names.
        images: Vec<Image>,
    },
}

/// The items for `needs`, each after those that it is made from.
pub(crate) fn items(root: &Path, needs: &Needs) -> Result<Vec<Item>, Trouble> {
    let recipes = Recipes::of(root);
    let mut kinds: Vec<_> = needs.helm.iter().rev().map(|major| ToolKind::Helm(*major)).collect();
    if needs.peers {
        kinds.extend(ToolKind::PEERS);
    }
    if needs.rivals {
        kinds.extend(ToolKind::RIVALS);
    }
    let mut items = vec![Item::Engine];
    for kind in kinds {
        items.push(Item::Tool(Tool { kind, program: recipes.program(&kind.recipe(), None)? }));
    }
    let base = recipes.base()?;
    items.push(Item::Image(base.clone()));
    for version in needs.releases()? {
        items.push(Item::Node(recipes.node(&version, &base)?));
    }
    if !recipes.serve_charts() {
        return Ok(items);
    }
    let images = recipes.described(&base)?;
    items.extend(images.iter().cloned().map(Item::Image));
    let registry = images.iter().find(|image| image.name == REGISTRY).map(Image::tag).ok_or_else(|| {
        Trouble::new("find the registry's recipe", Clean::own("images/registry has no image.yaml"))
    })?;
    let images = images.into_iter().filter(|image| !image.names.is_empty()).collect();
    items.push(Item::Content { registry, images });
    Ok(items)
}

impl Item {
    /// The name that people read.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Engine => "docker engine".to_owned(),
            Self::Tool(tool) => tool.kind.title(),
            Self::Image(image) if image.name == BASE => "base image".to_owned(),
            Self::Image(image) if image.name == REGISTRY => "registry image".to_owned(),
            Self::Image(image) => format!("image {}", image.name),
            Self::Node(node) => format!("node image {}", node.version),
            Self::Content { .. } => "registry content".to_owned(),
        }
    }

    /// The state, in this look at the machine.
    pub(crate) fn state(&self, machine: &Machine, seen: &Inventory) -> State {
        match self {
            Self::Engine => engine(machine, seen),
            Self::Tool(tool) => match seen.tools.get(&tool.kind) {
                Some(found) => State::found(&found.version, found.path.display()),
                None => State::missing(missing_tool(tool, seen), build(machine, [&tool.program])),
            },
            Self::Image(image) => match seen.images.get(&image.tag()) {
                Some(_) => State::found(image.content.short(), image.tag()),
                None => State::missing("not built", image_fix(machine, seen, &image.programs)),
            },
            Self::Node(node) => node_state(node, machine, seen),
            Self::Content { images, .. } => content(images, machine, seen),
        }
    }

    /// The step of an item that is there.
    pub(crate) fn idle_step(&self, seen: &Inventory) -> Step {
        let found = match self {
            Self::Engine => true,
            Self::Tool(tool) => seen.tools.get(&tool.kind).is_some_and(|tool| !tool.cached),
            Self::Image(_) | Self::Node(_) | Self::Content { .. } => false,
        };
        let how = if found { How::Found } else { How::Cached };
        Step { name: self.title(), how, took: Duration::ZERO }
    }

    /// Programs that it is, or that go into it.
    pub(crate) fn programs(&self) -> &[Program] {
        match self {
            Self::Engine | Self::Content { .. } => &[],
            Self::Tool(tool) => std::slice::from_ref(&tool.program),
            Self::Image(image) => &image.programs,
            Self::Node(node) => &node.programs,
        }
    }

    /// Tags of images that the state depends on.
    pub(crate) fn tags(&self) -> Vec<String> {
        match self {
            Self::Engine | Self::Tool(_) | Self::Content { .. } => Vec::new(),
            Self::Image(image) => vec![image.tag()],
            Self::Node(node) => vec![node.public_tag(), node.tag()],
        }
    }

    /// The program that the state depends on.
    pub(crate) fn tool(&self) -> Option<&Tool> {
        match self {
            Self::Tool(tool) => Some(tool),
            Self::Engine | Self::Image(_) | Self::Node(_) | Self::Content { .. } => None,
        }
    }
}

/// The tag of the node image that is there for a recipe: the public one wherever it could be had.
pub(crate) fn node_tag(node: &Node, seen: &Inventory) -> Option<String> {
    let ours = seen.images.get(&node.tag());
    if seen.images.contains_key(&node.public_tag()) {
        Some(node.public_tag())
    } else {
        ours.filter(|facts| facts.content.as_deref() == Some(node.content.as_str())).map(|_| node.tag())
    }
}

fn node_state(node: &Node, machine: &Machine, seen: &Inventory) -> State {
    if let Some(tag) = node_tag(node, seen) {
        return State::found(format!("v{}", node.version), tag);
    }
    let fix = image_fix(machine, seen, &node.programs);
    if seen.images.contains_key(&node.tag()) {
        return State::Outdated { version: format!("{} is of another recipe", node.tag()), fix };
    }
    State::missing("neither pulled nor built", fix)
}

/// Why a program is not there; one of another version is not silently passed over.
fn missing_tool(tool: &Tool, seen: &Inventory) -> String {
    match seen.misfits.get(&tool.kind).filter(|misfits| !misfits.is_empty()) {
        None => "neither on PATH nor built".to_owned(),
        Some(misfits) => format!("neither on PATH nor built: {}", misfits.join(", ")),
    }
}

fn engine(machine: &Machine, seen: &Inventory) -> State {
    match &seen.engine {
        Ok(version) => State::found(version, machine.docker_host.as_deref().unwrap_or("the default address")),
        Err(why) => State::missing(why, engine_fix(machine, why)),
    }
}

fn engine_fix(machine: &Machine, why: &str) -> Fix {
    let by_hand = |what: &str| Fix::ByHand(what.to_owned());
    if let Some(host) = &machine.docker_host {
        return Fix::ByHand(format!("start the engine at {host}, or unset DOCKER_HOST"));
    }
    if why.contains("permission denied") {
        return by_hand("sudo usermod -aG docker \"$USER\", then log in again");
    }
    match (machine.may_install, machine.which("docker")) {
        (true, _) => Fix::SetUp,
        (false, Some(_)) => by_hand("start Docker: sudo systemctl start docker, or Docker Desktop"),
        (false, None) => by_hand(INSTALL_DOCKER),
    }
}

/// What it takes to build programs: nothing where they are in the cache, else Go.
fn build<'a>(machine: &Machine, programs: impl IntoIterator<Item = &'a Program>) -> Fix {
    let built = |program: &Program| machine.programs().join(program.entry()).is_dir();
    if programs.into_iter().all(built) || machine.which("go").is_some() {
        Fix::SetUp
    } else {
        Fix::ByHand(INSTALL_GO.to_owned())
    }
}

/// What it takes to build an image: the engine, and the programs that go in.
fn image_fix(machine: &Machine, seen: &Inventory, programs: &[Program]) -> Fix {
    match &seen.engine {
        Err(why) if engine_fix(machine, why) != Fix::SetUp => engine_fix(machine, why),
        _ => build(machine, programs),
    }
}

fn content(images: &[Image], machine: &Machine, seen: &Inventory) -> State {
    let names = || images.iter().flat_map(|image| image.names.iter().map(move |name| (image, name)));
    let missing = names().filter(|(image, name)| !holds(seen, image, name)).count();
    let all = names().count();
    let fix = image_fix(machine, seen, &[]);
    if !seen.has_volume {
        State::missing("the volume seatrial-registry is not there", fix)
    } else if missing > 0 {
        State::missing(format!("{missing} of {all} names are not served"), fix)
    } else {
        State::found(format!("{all} names"), "volume seatrial-registry")
    }
}

/// Whether the registry serves the image that this checkout describes under that name.
pub(crate) fn holds(seen: &Inventory, image: &Image, name: &str) -> bool {
    seen.images.get(&image.tag()).is_some_and(|facts| seen.registry.holds(name, &facts.id))
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;
