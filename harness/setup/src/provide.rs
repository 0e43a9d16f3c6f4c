//! Providing one item. Each kind of item has a file of its own; results appear whole or not at all.

mod engine;
mod image;
mod node;
mod program;
mod registry;

use std::io;
use std::path::Path;

use seatrial_model::{Redactor, Trouble};

use crate::bench::{Account, Bench};
use crate::inventory::Inventory;
use crate::items::Item;

pub(crate) use program::{UNFINISHED, entries};

/// Makes an item that is missing or outdated.
pub(crate) async fn provide(
    item: &Item,
    seen: &Inventory,
    bench: &Bench<'_>,
    account: &mut Account<'_>,
) -> Result<(), Trouble> {
    match item {
        Item::Engine => engine::start(&item.title(), bench, account).await,
        Item::Tool(tool) => program::ensure(&tool.program, bench, account).await.map(|_| ()),
        Item::Image(image) => image::build(image, &item.title(), bench, account).await,
        Item::Node(node) => node::provide(node, &item.title(), bench, account).await,
        Item::Content { registry, images } => account
            .step(bench, &item.title(), async |log| registry::fill(registry, images, seen, bench, log).await)
            .await
            .map(|_| ()),
    }
}

/// A folder for work in progress, on the same file system as the results; gone when dropped.
fn workplace(folder: &Path) -> Result<tempfile::TempDir, Trouble> {
    let made = std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::Builder::new().prefix(program::UNFINISHED).tempdir_in(folder));
    made.map_err(|error| file_trouble("make a folder in", folder, &error))
}

/// Trouble with a file or folder of ours.
fn file_trouble(operation: &str, path: &Path, error: &io::Error) -> Trouble {
    let why = Redactor::default().clean(&error.to_string());
    Trouble::new(format!("{operation} {}", path.display()), why)
}
