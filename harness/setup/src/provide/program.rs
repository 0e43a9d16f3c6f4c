//! Programs built from source into the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use seatrial_model::Trouble;

use super::{file_trouble, workplace};
use crate::bench::{Account, Bench};
use crate::progress::How;
use crate::recipes::Program;

/// What names of unfinished work start with.
pub(crate) const UNFINISHED: &str = ".unfinished-";
/// Kubernetes takes nine minutes on two cores; slower machines and networks exist.
const DEADLINE: Duration = Duration::from_hours(1);

/// The program's folder in the cache, built where it is not there.
pub(super) async fn ensure(
    program: &Program,
    bench: &Bench<'_>,
    account: &mut Account<'_>,
) -> Result<PathBuf, Trouble> {
    let entry = bench.machine.programs().join(program.entry());
    if entry.is_dir() {
        return Ok(entry);
    }
    let title = title(program);
    let build = async |log: &_| {
        let work = workplace(&bench.machine.programs())?;
        let out = work.path().join("out");
        let mut command = bench.script(&program.recipe, "build.sh", DEADLINE).arg(&out);
        if let Some(version) = &program.version {
            command = command.env("KUBERNETES_VERSION", version.to_string());
        }
        bench.run(command, log, &format!("build {title}")).await?;
        fs::rename(&out, &entry).map_err(|error| file_trouble("keep the result as", &entry, &error))?;
        Ok(Some(How::Built))
    };
    account.step(bench, &title, build).await?;
    Ok(entry)
}

/// `helm 4`, `kubernetes 1.36.3`, `etcd`.
fn title(program: &Program) -> String {
    match &program.version {
        Some(version) => format!("{} {version}", program.name),
        None => program.name.replace("helm", "helm "),
    }
}

/// Results in the cache by what they are of, the latest first. Folders with other names are not ours.
pub(crate) fn entries(programs: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let mut found = std::collections::BTreeMap::<String, Vec<_>>::new();
    for entry in fs::read_dir(programs).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((key, content)) = name.rsplit_once('-') else { continue };
        let is_content = content.len() == 12 && content.bytes().all(|byte| byte.is_ascii_hexdigit());
        let Ok(made) = entry.metadata().and_then(|metadata| metadata.modified()) else { continue };
        if is_content && !key.starts_with('.') {
            found.entry(key.to_owned()).or_default().push((std::cmp::Reverse(made), entry.path()));
        }
    }
    let by_age = |(key, mut entries): (String, Vec<_>)| {
        entries.sort();
        (key, entries.into_iter().map(|(_, path)| path).collect())
    };
    found.into_iter().map(by_age).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tests::{Told, bench};
    use crate::machine::tests::bare;
    use crate::recipes::tests::program;
    use rstest::rstest;

    /// A recipe that runs a script.
    fn recipe(folder: &Path, script: &str) -> Program {
        fs::write(folder.join("build.sh"), format!("set -e\nmkdir -p \"$1\"\n{script}\n")).unwrap();
        Program { recipe: folder.to_owned(), ..program("etcd") }
    }

    #[tokio::test]
    async fn a_program_is_built_once() {
        let folder = tempfile::tempdir().unwrap();
        let machine = bare(folder.path());
        let program = recipe(folder.path(), "echo building; echo x >\"$1/etcd\"");
        let mut told = Told::default();
        for _ in 0..2 {
            let mut account = Account::new(&mut told);
            let entry = ensure(&program, &bench(&machine), &mut account).await.unwrap();
            assert_eq!(fs::read_to_string(entry.join("etcd")).unwrap(), "x\n");
        }
        assert_eq!(told.finished, ["built etcd"]);
        assert!(fs::read_to_string(machine.log("etcd")).unwrap().ends_with("\nbuilding\n"));
    }

    #[tokio::test]
    async fn a_build_that_fails_leaves_nothing_and_quotes_its_last_lines() {
        let folder = tempfile::tempdir().unwrap();
        let machine = bare(folder.path());
        let program = recipe(folder.path(), "touch \"$1/half\"; echo no such module >&2; exit 3");
        let mut told = Told::default();
        let mut account = Account::new(&mut told);
        let trouble = ensure(&program, &bench(&machine), &mut account).await.unwrap_err();
        let text = trouble.to_string();
        assert!(text.contains("exit status 3; its last lines:") && text.contains("\n    no such module"));
        assert!(text.contains(&format!("the whole log is {}", machine.log("etcd").display())));
        assert_eq!(fs::read_dir(machine.programs()).unwrap().count(), 0);
    }

    #[rstest]
    #[case("kubernetes-1.36.3-0123456789ab", Some("kubernetes-1.36.3"))]
    #[case("helm4-0123456789ab", Some("helm4"))]
    #[case("helm4-manual", None)]
    #[case(".unfinished-0123456789ab", None)]
    fn only_what_is_named_by_its_content_is_an_entry(#[case] name: &str, #[case] key: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(name)).unwrap();
        let keys: Vec<_> = entries(folder.path()).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, Vec::from_iter(key));
    }
}
