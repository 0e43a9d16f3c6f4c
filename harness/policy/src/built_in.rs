//! The packs that come with the program, for folders that have no policies of their own.

use std::path::Path;

use include_dir::{Dir, File, include_dir};

use crate::layout::{self, Place};
use crate::module::Module;

static PACKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");

/// Every file that rules are judged with, by name. That all of them load is tested.
pub(crate) fn modules() -> Vec<Module> {
    let mut files: Vec<&File<'_>> = PACKS.dirs().flat_map(Dir::files).collect();
    files.sort_by_key(|file| file.path());
    files.into_iter().filter_map(module).collect()
}

fn module(file: &File<'_>) -> Option<Module> {
    let place = place(file.path())?;
    let text = file.contents_utf8()?.to_owned();
    let name = Path::new("policies").join(file.path()).display().to_string();
    Module::parse(name, place, text).ok()
}

/// What a file is for, unless only tests need it.
fn place(path: &Path) -> Option<Place> {
    let trail: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let place = layout::place(&trail).ok()??;
    (!matches!(place, Place::Test { .. } | Place::LibraryTest)).then_some(place)
}
