//! Which files a folder of policies holds, and what each is for, told by its path alone.

use std::path::{Path, PathBuf};

use crate::load_error::LoadError;

/// The folder of what rules share.
const LIBRARY: &str = "lib";
/// The file of a pack that says what the pack is, without its ending.
pub(crate) const PACK: &str = "pack";
/// What the names of test files end in, as for `opa test`.
const TEST: &str = "_test";

/// What a file is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `<pack>/<rule>.rego`
    Rule {
        /// The folder's name.
        pack: String,
        /// The file's name without its ending.
        stem: String,
    },
    /// `<pack>/pack.rego`
    Pack {
        /// The folder's name.
        pack: String,
    },
    /// `lib/<name>.rego`
    Library,
    /// `<pack>/<rule>_test.rego`
    Test {
        /// The folder's name.
        pack: String,
        /// The name of the rule beside it.
        stem: String,
    },
    /// `lib/<name>_test.rego`: tests of the library, and what only tests use.
    LibraryTest,
}

impl Place {
    /// The pack that the file is of.
    pub(crate) fn pack(&self) -> Option<&str> {
        match self {
            Self::Rule { pack, .. } | Self::Pack { pack } | Self::Test { pack, .. } => Some(pack),
            Self::Library | Self::LibraryTest => None,
        }
    }

    /// Pack and name of the rule that the file holds.
    pub(crate) fn rule(&self) -> Option<(&str, &str)> {
        match self {
            Self::Rule { pack, stem } => Some((pack, stem)),
            _ => None,
        }
    }
}

/// A file to load.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its name in messages.
    pub(crate) file: String,
    /// What it is for.
    pub(crate) place: Place,
}

/// Every Rego file under `folder`, in the order of their names. Files that would be data to OPA and files out
/// of place are mistakes; other files (a README) are left alone, and so are hidden ones.
pub(crate) fn scan(folder: &Path, errors: &mut Vec<LoadError>) -> Vec<Entry> {
    let mut entries = Vec::new();
    descend(folder, &mut Vec::new(), &mut entries, errors);
    entries
}

fn descend(folder: &Path, trail: &mut Vec<String>, entries: &mut Vec<Entry>, errors: &mut Vec<LoadError>) {
    let listed = std::fs::read_dir(folder)
        .and_then(|list| list.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>());
    let mut paths = match listed {
        Ok(paths) => paths,
        Err(error) => {
            errors.push(LoadError::new(&shown(folder), None, format!("cannot be read: {error}")));
            return;
        }
    };
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        trail.push(name);
        if path.is_dir() {
            descend(&path, trail, entries, errors);
        } else {
            match place(trail) {
                Ok(Some(place)) => entries.push(Entry { file: shown(&path), path, place }),
                Ok(None) => {}
                Err(message) => errors.push(LoadError::new(&shown(&path), None, message)),
            }
        }
        trail.pop();
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

pub(crate) fn place(trail: &[String]) -> Result<Option<Place>, &'static str> {
    let Some((name, folders)) = trail.split_last() else { return Ok(None) };
    if [".json", ".yaml", ".yml"].iter().any(|ending| name.ends_with(ending)) {
        return Err("data files are not read here, but would be by opa; put parameters into the suite");
    }
    let Some(stem) = name.strip_suffix(".rego") else { return Ok(None) };
    match folders {
        [folder] if folder == LIBRARY && stem.ends_with(TEST) => Ok(Some(Place::LibraryTest)),
        [folder] if folder == LIBRARY => Ok(Some(Place::Library)),
        [pack] if stem == PACK => Ok(Some(Place::Pack { pack: pack.clone() })),
        [pack] => {
            let pack = pack.clone();
            Ok(Some(match stem.strip_suffix(TEST) {
                Some(stem) => Place::Test { pack, stem: stem.to_owned() },
                None => Place::Rule { pack, stem: stem.to_owned() },
            }))
        }
        _ => Err("is out of place: rules live in <pack>/<rule>.rego, what they share in lib/<name>.rego"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn placed(path: &str) -> Result<Option<Place>, &'static str> {
        place(&path.split('/').map(str::to_owned).collect::<Vec<_>>())
    }

    #[rstest]
    #[case("lib/pods.rego", Some(Place::Library))]
    #[case("lib/pods_test.rego", Some(Place::LibraryTest))]
    #[case("pack/a-rule_test.rego", Some(Place::Test { pack: "pack".into(), stem: "a-rule".into() }))]
    #[case("pack/a-rule.rego", Some(Place::Rule { pack: "pack".into(), stem: "a-rule".into() }))]
    #[case("pack/pack.rego", Some(Place::Pack { pack: "pack".into() }))]
    #[case("lib/pack.rego", Some(Place::Library))]
    #[case("README.md", None)]
    fn a_path_tells_what_a_file_is_for(#[case] path: &str, #[case] expected: Option<Place>) {
        assert_eq!(placed(path), Ok(expected));
    }

    #[rstest]
    #[case("a-rule.rego", "out of place")]
    #[case("pack/deeper/a-rule.rego", "out of place")]
    #[case("pack/data.json", "data files")]
    fn a_file_out_of_place_is_a_mistake(#[case] path: &str, #[case] mistake: &str) {
        assert!(placed(path).unwrap_err().contains(mistake));
    }
}
