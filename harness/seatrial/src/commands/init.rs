//! `init`: a first suite for a folder of charts, and the schema that editors complete it by.

use std::path::{Path, PathBuf};

use anyhow::Context;

use seatrial_suite::{Draft, DraftRequest};

use super::{Stop, load};
use crate::cli::InitArgs;
use crate::project::Project;

const SCHEMA: &str = "suite.schema.json";

pub(crate) fn command(root: Option<&Path>, args: &InitArgs) -> Result<u8, Stop> {
    let folder = args.folder.as_deref().or(root).unwrap_or(Path::new("."));
    let folder = opened(folder)?;
    let project = project(root, &folder)?;
    let name = match &args.name {
        Some(name) if is_name(name) => name.clone(),
        Some(name) => {
            let text =
                format!("error: `{name}` cannot be a suite's name\n  use letters, digits, `.`, `_` and `-`");
            return Err(Stop::Usage(text));
        }
        None => default_name(&folder),
    };
    let suites = project.suites();
    let file = suites.join(format!("{name}.yaml"));
    if file.exists() && !args.force {
        let text = "error: {} is there already\n  take another --name, or write over it with --force";
        return Err(Stop::Usage(text.replace("{}", &file.display().to_string())));
    }
    let library = load::library(&project)?;
    let known = load::known(&project, &library);
    let draft =
        seatrial_suite::draft(&DraftRequest { folder: &folder, suites: &suites, name: &name, known: &known })
            .map_err(|why| Stop::Usage(format!("error: {why}")))?;
    std::fs::create_dir_all(&suites).with_context(|| format!("create {}", suites.display()))?;
    seatrial_host::write_atomic(&file, draft.text.as_bytes())?;
    let schema = schema(&suites, args.force)?;
    anstream::print!("{}", told(&project, &file, &draft, schema, &name));
    // What was written is read as every other suite: if a chart defeats the draft, its author hears of it now.
    load::suite(&project, &name, &library)?;
    Ok(0)
}

/// What became of the schema's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Schema {
    Written,
    Same,
    /// One of another version, or somebody's own.
    Kept,
}

fn schema(suites: &Path, force: bool) -> Result<Schema, Stop> {
    let (file, text) = (suites.join(SCHEMA), seatrial_suite::schema_json());
    match std::fs::read_to_string(&file) {
        Ok(own) if own == text => return Ok(Schema::Same),
        Ok(_) if !force => return Ok(Schema::Kept),
        _ => seatrial_host::write_atomic(&file, text.as_bytes())?,
    }
    Ok(Schema::Written)
}

fn opened(folder: &Path) -> Result<PathBuf, Stop> {
    let opened = folder.canonicalize().map_err(|error| error.to_string());
    let opened = opened.and_then(|path| path.is_dir().then_some(path).ok_or("it is not a folder".to_owned()));
    opened.map_err(|why| Stop::Usage(format!("error: cannot look for charts in {}: {why}", folder.display())))
}

/// The project that the suite belongs to: the one named, else the nearest one around the folder, else a new one
/// where the command was given, if the folder lies there, or in the folder itself.
fn project(root: Option<&Path>, folder: &Path) -> Result<Project, Stop> {
    if let Some(root) = root {
        return Ok(Project { root: opened(root)? });
    }
    if let Some(project) = Project::around(folder) {
        return Ok(project);
    }
    let here = std::env::current_dir().context("tell the current folder")?;
    let here = here.canonicalize().unwrap_or(here);
    let root = if folder.starts_with(&here) { here } else { folder.to_owned() };
    Ok(Project { root })
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric();
    name.starts_with(plain) && name.chars().all(|c| plain(c) || "._-".contains(c))
}

/// The folder's, made fit.
fn default_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let fit = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = name.chars().map(fit).collect();
    let name = name.trim_matches(['-', '.', '_']);
    if name.is_empty() { "charts".to_owned() } else { name.to_owned() }
}

fn told(project: &Project, file: &Path, draft: &Draft, schema: Schema, name: &str) -> String {
    let short = |path: &Path| path.strip_prefix(&project.root).unwrap_or(path).display().to_string();
    let mut out = format!("project {}\nwrote {}\n", project.root.display(), short(file));
    let schema_file = short(&project.suites().join(SCHEMA));
    out += &match schema {
        Schema::Written => format!("wrote {schema_file}\n"),
        Schema::Same => String::new(),
        Schema::Kept => {
            format!("kept {schema_file}, which differs; `seatrial schema > {schema_file}` renews it\n")
        }
    };
    for chart in &draft.charts {
        let profiles: Vec<&str> = chart.profiles.iter().map(|(name, _)| name.as_str()).collect();
        out += &format!("  {}: {}\n", chart.name, profiles.join(", "));
        for (profile, _) in chart.profiles.iter().filter(|(_, production)| *production) {
            out += &format!("    {profile} is taken for production, by its name\n");
        }
    }
    for line in &draft.left_out {
        out += &format!("  left out: {line}\n");
    }
    if load::without_policies(project).is_some() {
        out +=
            "no rule is asked: there is no folder policies/ yet; rules live in policies/<pack>/<rule>.rego\n";
    }
    if !project.root.join("images").is_dir() {
        out += "images are pulled from where charts name them: a folder images/ with recipes would build them here\n";
    }
    out + &format!("next: seatrial plan {name}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/srv/ml-platform", "ml-platform")]
    #[case("/srv/My charts!", "My-charts")]
    #[case("/", "charts")]
    #[case("/srv/...", "charts")]
    fn a_suite_is_named_for_its_folder(#[case] folder: &str, #[case] name: &str) {
        assert_eq!(default_name(Path::new(folder)), name);
        assert!(is_name(name));
    }
}
