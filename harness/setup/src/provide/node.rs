//! Node images: pulled where a container registry answers, else built from programs.

use std::os::unix::fs::symlink;
use std::time::Duration;

use seatrial_model::Trouble;

use super::{file_trouble, program, workplace};
use crate::bench::{Account, Bench, is_interruption};
use crate::docker::docker;
use crate::log::Log;
use crate::progress::How;
use crate::recipes::Node;

/// Without a registry the engine gives up by itself within seconds; with one this is a gigabyte.
const PULL: Duration = Duration::from_mins(15);
const BUILD: Duration = Duration::from_mins(30);

/// Pulls the public image, or builds ours.
pub(super) async fn provide(
    node: &Node,
    title: &str,
    bench: &Bench<'_>,
    account: &mut Account<'_>,
) -> Result<(), Trouble> {
    let public = node.public_tag();
    if account.step(bench, &public, async |log| pull(node, bench, log).await).await? {
        return Ok(());
    }
    account.note(&format!("{public} cannot be pulled here: the {title} is built"));
    let mut programs = Vec::new();
    for program in &node.programs {
        programs.push((program.name.clone(), program::ensure(program, bench, account).await?));
    }
    let build = async |log: &_| {
        let work = workplace(&bench.machine.cache)?;
        for (name, entry) in &programs {
            let link = work.path().join(name);
            symlink(entry, &link).map_err(|error| file_trouble("link", &link, &error))?;
        }
        let command = bench
            .script(&node.recipe, "build.sh", BUILD)
            .args([node.version.to_string(), node.tag()])
            .env("BASE", &node.base)
            .env("PROGRAMS", work.path())
            .env("CONTENT", node.content.as_str());
        bench.run(command, log, &format!("build the {title}")).await?;
        Ok(Some(How::Built))
    };
    account.step(bench, title, build).await.map(|_| ())
}

/// That there is no registry, or no such image in it, is no trouble.
async fn pull(node: &Node, bench: &Bench<'_>, log: &Log) -> Result<Option<How>, Trouble> {
    let command = docker(PULL, ["pull", "--quiet", &node.public_tag()]);
    match bench.run(command, log, &format!("pull {}", node.public_tag())).await {
        Ok(()) => Ok(Some(How::Pulled)),
        Err(trouble) if is_interruption(&trouble) => Err(trouble),
        Err(_) => Ok(None),
    }
}
