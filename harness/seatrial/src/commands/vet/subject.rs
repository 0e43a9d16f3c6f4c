//! What there is to judge: charts and manifests, found where they are.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::super::Stop;
use crate::cli::VetArgs;

/// More than this of one text is not read: charts of the largest kind render to a few MiB.
const MOST_BYTES: u64 = 64 << 20;
/// What it is called in findings.
pub(super) const STANDARD_INPUT: &str = "<standard input>";
/// Folders inside one another that are looked into.
const DEPTH: usize = 8;

/// One thing to judge.
pub(super) enum Subject {
    /// A chart's folder.
    Chart(PathBuf),
    /// Texts that are one release, with what they are called.
    Manifests(Vec<(String, String)>),
}

/// Everything that is asked for, in order.
pub(super) fn subjects(args: &VetArgs) -> Result<Vec<Subject>, Stop> {
    let here = [PathBuf::from(".")];
    let what = if args.what.is_empty() { &here[..] } else { &args.what };
    let mut all = Vec::new();
    for path in what {
        if path.as_os_str() == "-" {
            let text = read(std::io::stdin().lock(), "standard input")?;
            if text.trim().is_empty() {
                return Err(Stop::Usage(
                    "error: standard input is empty: there is nothing to judge".to_owned(),
                ));
            }
            all.push(Subject::Manifests(vec![(STANDARD_INPUT.to_owned(), text)]));
        } else if path.is_dir() {
            all.extend(of_folder(path)?);
        } else {
            all.push(Subject::Manifests(vec![of_file(path)?]));
        }
    }
    Ok(all)
}

fn of_folder(folder: &Path) -> Result<Vec<Subject>, Stop> {
    if folder.join("Chart.yaml").is_file() {
        return Ok(vec![Subject::Chart(folder.to_owned())]);
    }
    let (mut charts, mut files) = (Vec::new(), Vec::new());
    walk(folder, DEPTH, &mut charts, &mut files)?;
    if !charts.is_empty() {
        return Ok(charts.into_iter().map(Subject::Chart).collect());
    }
    if files.is_empty() {
        let text = format!(
            "error: {} holds neither a chart (a folder with Chart.yaml) nor manifests (*.yaml, *.yml, *.json)",
            folder.display()
        );
        return Err(Stop::Usage(text));
    }
    Ok(vec![Subject::Manifests(files.iter().map(|file| of_file(file)).collect::<Result<_, _>>()?)])
}

/// Charts, without those inside others, and files that may be manifests; in the order of their names.
fn walk(
    folder: &Path,
    depth: usize,
    charts: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), Stop> {
    let unreadable =
        |error: std::io::Error| Stop::Usage(format!("error: {} cannot be read: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let is_text =
            path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|one| end == *one));
        if path.is_dir() && path.join("Chart.yaml").is_file() {
            charts.push(path);
        } else if path.is_dir() && depth > 0 {
            walk(&path, depth - 1, charts, files)?;
        } else if path.is_file() && is_text {
            files.push(path);
        }
    }
    Ok(())
}

fn of_file(path: &Path) -> Result<(String, String), Stop> {
    let shown = path.display().to_string();
    let file = std::fs::File::open(path)
        .map_err(|error| Stop::Usage(format!("error: {shown} cannot be read: {error}")))?;
    Ok((shown.clone(), read(file, &shown)?))
}

fn read(from: impl Read, shown: &str) -> Result<String, Stop> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Usage(format!("error: {shown} cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Stop::Usage(format!("error: {shown} is larger than {} MiB", MOST_BYTES >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| Stop::Usage(format!("error: {shown} is not UTF-8 text")))
}
