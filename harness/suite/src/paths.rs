//! Paths as suites write them.

use std::path::{Component, Path, PathBuf};

/// The same path without `.` and without `..` where a folder stands before it. Links are not followed: what
/// somebody wrote stays recognisable.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidied = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match tidied.components().next_back() {
                Some(Component::Normal(_)) => {
                    tidied.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => tidied.push(".."),
            },
            _ => tidied.push(component),
        }
    }
    if tidied.as_os_str().is_empty() { PathBuf::from(".") } else { tidied }
}

/// The same place from the root of the file system.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |path| tidy(&path))
}

/// The way from one folder to another place, both absolute and tidy.
pub(crate) fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

/// Names in the folder of `path`, written as `written` is, that `fits` accepts: what may have been meant.
pub(crate) fn beside(path: &Path, written: &str, fits: impl Fn(&Path) -> bool) -> Vec<String> {
    let prefix = written.rfind('/').map_or("", |slash| &written[..=slash]);
    let folder = path.parent().unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // A folder that cannot be read suggests nothing.
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter(|entry| fits(&entry.path()))
        .filter_map(|entry| Some(format!("{prefix}{}", entry.file_name().to_str()?)))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/a/suites", "/a/charts/x", "../charts/x")]
    #[case("/a/suites", "/a", "..")]
    #[case("/a", "/a", ".")]
    #[case("/a/suites", "/b c/d", "../../b c/d")]
    fn the_way_from_a_folder_leads_there(#[case] from: &str, #[case] to: &str, #[case] way: &str) {
        assert_eq!(relative(Path::new(from), Path::new(to)), Path::new(way));
        assert_eq!(tidy(&Path::new(from).join(way)), Path::new(to));
    }

    #[rstest]
    #[case("suites/../charts/./a", "charts/a")]
    #[case("../../a", "../../a")]
    #[case("a/..", ".")]
    #[case("/../a", "/a")]
    #[case("a/../../b", "../b")]
    fn a_path_is_tidied_by_its_words_alone(#[case] path: &str, #[case] tidied: &str) {
        assert_eq!(tidy(Path::new(path)), Path::new(tidied));
    }
}
