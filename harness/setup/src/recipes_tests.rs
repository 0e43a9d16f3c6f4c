//! Recipes read from checkouts made up here.

use super::*;
use std::fs;

/// A program without a recipe.
pub(crate) fn program(name: &str) -> Program {
    let content = Hasher::default().with(name).finish();
    Program { name: name.to_owned(), version: None, recipe: PathBuf::from("nowhere"), content }
}

/// An image without a recipe.
pub(crate) fn image(name: &str, names: &[&str]) -> Image {
    Image {
        name: name.to_owned(),
        recipe: PathBuf::from("nowhere"),
        content: Hasher::default().with(name).finish(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        programs: Vec::new(),
        from: BTreeMap::new(),
    }
}

/// A checkout with the given files below `images/`.
fn checkout(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let file = root.path().join("images").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    root
}

fn images(root: &Path) -> Result<Vec<Image>, Trouble> {
    let recipes = Recipes::of(root);
    recipes.described(&recipes.base()?)
}

const BUILD: (&str, &str) = ("debian/build.sh", "");

#[test]
fn the_registry_comes_first_and_an_image_after_what_it_starts_from() {
    let root = checkout(&[
        BUILD,
        ("a/image.yaml", "from: [debian, z-tools]"),
        ("registry/image.yaml", "from: [debian]"),
        ("z-tools/image.yaml", "from: [debian]"),
    ]);
    let images = images(root.path()).unwrap();
    let names: Vec<_> = images.iter().map(|image| image.name.as_str()).collect();
    assert_eq!(names, ["registry", "z-tools", "a"]);
    assert_eq!(images[2].from.keys().collect::<Vec<_>>(), ["BASE", "Z_TOOLS"]);
    assert_eq!(images[2].from["Z_TOOLS"], images[1].tag());
}

#[test]
fn a_change_of_the_base_reaches_every_image_above_it() {
    let files = [("a/image.yaml", "from: [debian]"), ("b/image.yaml", "from: [a]")];
    let old = checkout(&[&[BUILD], &files[..]].concat());
    let new = checkout(&[&[("debian/build.sh", "other")], &files[..]].concat());
    let (old, new) = (images(old.path()).unwrap(), images(new.path()).unwrap());
    assert_ne!(old[0].content, new[0].content);
    assert_ne!(old[1].content, new[1].content);
}

#[test]
fn a_change_of_a_program_reaches_the_image_it_goes_into_and_no_other() {
    let files = [BUILD, ("a/image.yaml", "programs: [minio]"), ("b/image.yaml", "names: [b:1]")];
    let old = checkout(&[&files[..], &[("programs/minio/build.sh", "1")]].concat());
    let new = checkout(&[&files[..], &[("programs/minio/build.sh", "2")]].concat());
    let (old, new) = (images(old.path()).unwrap(), images(new.path()).unwrap());
    assert_ne!(old[0].content, new[0].content);
    assert_eq!(old[1].content, new[1].content);
}

#[test]
fn a_project_without_recipes_borrows_those_of_nodes_and_programs() {
    let root = tempfile::tempdir().unwrap();
    let recipes = Recipes::of(root.path());
    assert!(!recipes.serve_charts());
    assert!(recipes.program("helm4", None).is_ok(), "the checkout that this is built in has them");
    let items = crate::items::items(root.path(), &crate::needs::Needs::test()).unwrap();
    assert!(!items.iter().any(|item| matches!(item, crate::items::Item::Content { .. })));
}

#[test]
fn an_image_from_nowhere_is_refused() {
    let root = checkout(&[BUILD, ("a/image.yaml", "from: [alpine]")]);
    let trouble = images(root.path()).unwrap_err();
    assert!(trouble.to_string().ends_with("images/a/image.yaml: `from: [\"alpine\"]` names no image here"));
}

#[test]
fn a_misspelt_key_is_refused() {
    let root = checkout(&[BUILD, ("a/image.yaml", "name: [a:1]")]);
    assert!(images(root.path()).unwrap_err().to_string().contains("unknown field `name`"));
}

#[test]
fn the_same_recipe_for_two_releases_has_two_addresses() {
    let programs = NODE_PROGRAMS.map(|name| format!("programs/{name}/build.sh"));
    let mut files = vec![BUILD, ("node/build.sh", "")];
    files.extend(programs.iter().map(|path| (path.as_str(), "")));
    let root = checkout(&files);
    let recipes = Recipes::of(root.path());
    let base = recipes.base().unwrap();
    let [old, new] =
        ["1.35.4", "1.36.3"].map(|version| recipes.node(&version.parse().unwrap(), &base).unwrap());
    assert_ne!(old.content, new.content);
    assert_eq!(new.programs[0].key(), "kubernetes-1.36.3");
    assert_eq!(old.programs[1], new.programs[1]);
}
