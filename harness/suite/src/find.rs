//! Suites of a folder, by name.

use std::io;
use std::path::{Path, PathBuf};

use seatrial_document::{Dialect, Node, advice, parse_one};

/// Names of the suites in a folder, sorted: YAML files that say `kind: Suite`, and those that cannot be read
/// as YAML, so that loading them says why.
pub fn list(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if let Some(stem) = stem(&path)
            && path.is_file()
            && may_be_suite(&std::fs::read_to_string(&path)?)
        {
            names.push(stem.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// The file of the suite called `name`, or of the path `name` if that is a YAML file. Otherwise what to write.
pub fn find(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let asked = Path::new(name);
    if stem(asked).is_some() && asked.is_file() {
        return Ok(asked.to_owned());
    }
    let file = folder.join(format!("{name}.yaml"));
    if asked.components().count() == 1 && file.is_file() {
        return Ok(file);
    }
    let names = list(folder)
        .map_err(|error| format!("cannot read the folder of suites {}: {error}", folder.display()))?;
    if names.is_empty() {
        return Err(format!("no suite `{name}`: {} holds none", folder.display()));
    }
    let help = advice(name, names.iter().map(String::as_str));
    let help = help.unwrap_or_else(|| format!("it has {}", names.join(", ")));
    Err(format!("no suite `{name}` in {}; {help}", folder.display()))
}

fn stem(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    name.strip_suffix(".yaml").filter(|stem| !stem.is_empty())
}

fn may_be_suite(text: &str) -> bool {
    parse_one(text, Dialect::Core)
        .map_or(true, |document| document.root.get("kind").and_then(Node::as_str) == Some("Suite"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn folder() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("prod-readiness.yaml", "kind: Suite\n"),
            ("nightly.yaml", "kind: Suite\n"),
            ("waivers.yaml", "kind: Waivers\n"),
            ("torn.yaml", "kind: [\n"),
            ("suite.schema.json", "{}"),
        ] {
            std::fs::write(dir.path().join(file), text).unwrap();
        }
        dir
    }

    #[test]
    fn a_folder_lists_its_suites_and_what_might_be_one() {
        assert_eq!(list(folder().path()).unwrap(), ["nightly", "prod-readiness", "torn"]);
    }

    #[test]
    fn a_suite_is_found_by_name_and_by_path() {
        let dir = folder();
        let file = dir.path().join("nightly.yaml");
        assert_eq!(find(dir.path(), "nightly").unwrap(), file);
        assert_eq!(find(Path::new("elsewhere"), file.to_str().unwrap()).unwrap(), file);
    }

    #[rstest]
    #[case("prod-readyness", "did you mean `prod-readiness`?")]
    #[case("cheese", "one of `nightly`, `prod-readiness`, `torn`")]
    #[case("../suites/nightly", "one of `nightly`, `prod-readiness`, `torn`")]
    fn a_name_that_is_none_gets_the_nearest(#[case] name: &str, #[case] help: &str) {
        let error = find(folder().path(), name).unwrap_err();
        assert!(error.contains(help), "{error}");
    }

    #[test]
    fn a_folder_without_suites_says_so() {
        let dir = tempfile::tempdir().unwrap();
        assert!(find(dir.path(), "a").unwrap_err().contains("holds none"));
    }
}
