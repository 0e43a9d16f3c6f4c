//! Images built from a `Dockerfile` with a context put together here, or by a script.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use seatrial_host::Command;
use seatrial_model::Trouble;

use super::{file_trouble, program, workplace};
use crate::bench::{Account, Bench};
use crate::content;
use crate::docker::{CONTENT_LABEL, docker};
use crate::progress::How;
use crate::recipes::Image;

const DEADLINE: Duration = Duration::from_mins(30);
/// Makes a Debian system where no image of one can be pulled.
const BOOTSTRAP: &str = "debootstrap";

/// Builds an image and the programs that go in.
pub(super) async fn build(
    image: &Image,
    title: &str,
    bench: &Bench<'_>,
    account: &mut Account<'_>,
) -> Result<(), Trouble> {
    let mut programs = Vec::new();
    for program in &image.programs {
        programs.push((program.name.clone(), program::ensure(program, bench, account).await?));
    }
    let what = format!("build the {title}");
    if !image.recipe.join("Dockerfile").is_file() {
        install_bootstrap(bench, account).await?;
        let command = bench.script(&image.recipe, "build.sh", DEADLINE).arg(image.tag());
        let build = async |log: &_| bench.run(command, log, &what).await.map(|()| Some(How::Built));
        return account.step(bench, title, build).await.map(|_| ());
    }
    let build = async |log: &_| {
        let context = workplace(&bench.machine.cache)?;
        let filled = copy(&image.recipe, context.path())
            .and_then(|()| {
                programs
                    .iter()
                    .try_for_each(|(name, entry)| copy(entry, &context.path().join("programs").join(name)))
            })
            .and_then(|()| certificates(bench.machine.certificates.as_deref(), context.path()));
        filled.map_err(|error| file_trouble("put together", context.path(), &error))?;
        bench.run(command(image, context.path()), log, &what).await?;
        Ok(Some(How::Built))
    };
    account.step(bench, title, build).await.map(|_| ())
}

fn command(image: &Image, context: &Path) -> Command {
    let label = format!("{CONTENT_LABEL}={}", image.content.as_str());
    let arguments = image.from.iter().flat_map(|(name, tag)| ["--build-arg".into(), format!("{name}={tag}")]);
    docker(DEADLINE, ["build", "--force-rm", "--label", &label, "--tag", &image.tag()])
        .args(arguments)
        .arg(context)
}

/// Where the machine may be changed, the script for the base finds what it needs.
async fn install_bootstrap(bench: &Bench<'_>, account: &mut Account<'_>) -> Result<(), Trouble> {
    if !bench.machine.may_install || bench.machine.which(BOOTSTRAP).is_some() {
        return Ok(());
    }
    let install = format!("apt-get update -q && apt-get install -yq --no-install-recommends {BOOTSTRAP}");
    let command = Command::new("sh", Duration::from_mins(5))
        .args(["-c", &install])
        .env("DEBIAN_FRONTEND", "noninteractive");
    let install = async |log: &_| {
        bench.run(command, log, &format!("install {BOOTSTRAP}")).await.map(|()| Some(How::Installed))
    };
    account.step(bench, BOOTSTRAP, install).await.map(|_| ())
}

/// Copies what counts of a folder, links as links.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for file in content::files(from)? {
        let target = to.join(file.strip_prefix(from).unwrap_or(&file));
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        if file.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&file)?, &target)?;
        } else {
            fs::copy(&file, &target)?;
        }
    }
    Ok(())
}

/// Puts the machine's certificates into a context; an empty file where it has none.
fn certificates(from: Option<&Path>, context: &Path) -> io::Result<()> {
    let bundle = from.map_or(Ok(Vec::new()), fs::read)?;
    fs::write(context.join("ca-certificates.crt"), bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipes::tests::image;
    use seatrial_model::Redactor;

    #[test]
    fn a_context_holds_the_recipe_and_certificates_if_only_empty_ones() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("app/__pycache__")).unwrap();
        fs::write(from.join("app/main.py"), "1").unwrap();
        fs::write(from.join("app/__pycache__/main.pyc"), "2").unwrap();
        std::os::unix::fs::symlink("main.py", from.join("app/link.py")).unwrap();
        copy(&from, &to).unwrap();
        certificates(None, &to).unwrap();
        assert_eq!(fs::read_link(to.join("app/link.py")).unwrap(), Path::new("main.py"));
        assert_eq!(fs::read(to.join("ca-certificates.crt")).unwrap(), b"");
        let names: Vec<_> = content::files(&to).unwrap();
        assert_eq!(names, [to.join("app/link.py"), to.join("app/main.py")]);
    }

    #[test]
    fn a_build_names_its_content_and_what_it_starts_from() {
        let mut image = image("curl", &[]);
        image.from.insert("BASE".into(), "seatrial/debian:1".into());
        let command = command(&image, Path::new("/context"));
        let expected = format!(
            "docker build --force-rm --label dev.seatrial.content={} --tag {} \
             --build-arg BASE=seatrial/debian:1 /context",
            image.content.as_str(),
            image.tag()
        );
        assert_eq!(command.display(&Redactor::default()).as_str(), expected);
    }
}
