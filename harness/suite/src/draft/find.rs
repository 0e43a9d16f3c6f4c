//! Folders of charts below a folder.

use std::path::{Path, PathBuf};

use super::shown;

/// How deep charts are looked for, and how much is looked at.
const DEEPEST: usize = 12;
const MOST: usize = 100_000;
/// What holds copies of others' work.
const PASSED_OVER: [&str; 2] = ["node_modules", "target"];

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) folders: Vec<PathBuf>,
    pub(super) left_out: Vec<String>,
}

/// Every chart, by path, but for those in the `charts/` of another: they are part of it. Links are not followed
/// and hidden folders are passed over.
pub(super) fn charts(folder: &Path) -> Result<Found, String> {
    let mut found = Found::default();
    let mut seen = 0;
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((here, depth)) = open.pop() {
        let is_chart = here.join("Chart.yaml").is_file();
        let entries = match here.read_dir() {
            Ok(entries) => entries,
            Err(error) if depth == 0 => return Err(format!("{} cannot be read: {error}", here.display())),
            Err(error) => {
                found.left_out.push(format!("{}: it cannot be read: {error}", shown(&here, folder)));
                continue;
            }
        };
        for entry in entries.flatten() {
            seen += 1;
            if seen > MOST {
                let path = folder.display();
                return Err(format!("{path} holds more than {MOST} files; name the folder of the charts"));
            }
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let subcharts = is_chart && name == "charts";
            let passed = name.starts_with('.') || PASSED_OVER.contains(&name.as_ref()) || subcharts;
            if !passed && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if depth == DEEPEST {
                    let path = shown(&entry.path(), folder);
                    found.left_out.push(format!("{path}: deeper than {DEEPEST} folders, not looked at"));
                } else {
                    open.push((entry.path(), depth + 1));
                }
            }
        }
        if is_chart {
            found.folders.push(here);
        }
    }
    found.folders.sort();
    found.left_out.sort();
    Ok(found)
}
