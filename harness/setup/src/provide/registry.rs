//! The registry's content: images pushed into its volume under the names that charts use.

use std::future::pending;
use std::time::Duration;

use seatrial_host::{Probe, Unready, Wait, wait_until};
use seatrial_model::names::ROLE_LABEL;
use seatrial_model::{Clean, Redactor, Trouble};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::bench::{Bench, interrupted};
use crate::docker::{self, QUICK, REGISTRY_VOLUME, ask, docker};
use crate::inventory::Inventory;
use crate::items::holds;
use crate::log::Log;
use crate::progress::How;
use crate::recipes::Image;
use crate::registry_note::{RegistryNote, mirror_path};

/// Compressing a large image on one core.
const PUSH: Duration = Duration::from_mins(10);
const START: Wait = Wait { deadline: Duration::from_secs(30), interval: Duration::from_millis(100) };

/// Pushes what the registry does not serve yet.
pub(super) async fn fill(
    registry: &str,
    images: &[Image],
    seen: &Inventory,
    bench: &Bench<'_>,
    log: &Log,
) -> Result<Option<How>, Trouble> {
    let role = format!("{ROLE_LABEL}=registry");
    // Makes no second one where it is there already.
    ask(["volume", "create", "--label", &role, REGISTRY_VOLUME]).await?;
    sweep().await;
    let container = start(registry).await?;
    let pushed = push_missing(&container, images, seen, bench, log).await;
    // Whatever became of the pushes, the container goes.
    let removed = ask(["rm", "--force", "--volumes", &container]).await;
    pushed.and(removed).map(|_| Some(How::Pushed))
}

/// Removes containers of a set-up that was killed. Only the holder of the lock may.
async fn sweep() {
    let filter = format!("label={ROLE_LABEL}=setup");
    let left = ask(["ps", "--all", "--quiet", "--filter", &filter]).await.unwrap_or_default();
    for container in left.lines() {
        // One that cannot be removed is in nobody's way: ports and names are free.
        let _ = ask(["rm", "--force", "--volumes", container]).await;
    }
}

async fn start(image: &str) -> Result<String, Trouble> {
    let role = format!("{ROLE_LABEL}=setup");
    let volume = format!("{REGISTRY_VOLUME}:/var/lib/registry");
    ask(["run", "--detach", "--label", &role, "--volume", &volume, "--publish", "127.0.0.1::5000", image])
        .await
}

async fn push_missing(
    container: &str,
    images: &[Image],
    seen: &Inventory,
    bench: &Bench<'_>,
    log: &Log,
) -> Result<(), Trouble> {
    let address = wait_until(START, bench.stop.asked(), || started(container)).await.map_err(unready)?;
    let volume = docker::registry_volume().await;
    let mut note = RegistryNote::read(&bench.machine.registry_note()).about(volume.as_ref());
    for (image, name) in images.iter().flat_map(|image| image.names.iter().map(move |name| (image, name))) {
        let Some(facts) = seen.images.get(&image.tag()) else { continue };
        if holds(seen, image, name) {
            continue;
        }
        let pushed = format!("{address}/{}", mirror_path(name));
        ask(["tag", &image.tag(), &pushed]).await?;
        let push = docker(PUSH, ["push", "--quiet", &pushed]);
        let result = bench.run(push, log, &format!("push {name}")).await;
        // The name is the registry's; here it would only keep the image from being pruned.
        let untag = docker(QUICK, ["rmi", "--no-prune", &pushed]).run(pending()).await;
        result?;
        untag.map_err(|error| error.trouble(format!("untag {pushed}")))?;
        note.add(name, &facts.id);
        let written = note.write(&bench.machine.registry_note());
        written.map_err(|error| {
            Trouble::new("note what the registry holds", Redactor::default().clean(&format!("{error:#}")))
        })?;
    }
    Ok(())
}

fn unready(unready: Unready) -> Trouble {
    const WHAT: &str = "start the registry";
    match unready {
        Unready::Cancelled { .. } => interrupted(WHAT),
        other => other.trouble(WHAT),
    }
}

/// The address of a registry in a container, once it answers. One that ended will not.
async fn started(container: &str) -> Probe<String> {
    let Ok(published) = ask(["port", container, "5000/tcp"]).await else {
        let said = docker(QUICK, ["logs", "--tail", "5", container]).run(pending()).await;
        let said = said.map(|said| [said.stdout, said.stderr].concat()).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        return Probe::Failed(Redactor::default().clean(&format!("it ended, and said: {}", said.trim())));
    };
    let address = published.lines().next().unwrap_or_default().to_owned();
    match answers(&address).await {
        Probe::Ready(()) => Probe::Ready(address),
        Probe::NotYet(status) => Probe::NotYet(status),
        Probe::Failed(reason) => Probe::Failed(reason),
    }
}

/// Whether a registry answers there: the base of its API, by plain HTTP.
async fn answers(address: &str) -> Probe<()> {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"GET /v2/ HTTP/1.0\r\n\r\n").await?;
        let mut answer = String::new();
        stream.take(1024).read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    match ask.await {
        Ok(answer) if answer.split_whitespace().nth(1) == Some("200") => Probe::Ready(()),
        Ok(answer) => Probe::NotYet(Redactor::default().clean(answer.lines().next().unwrap_or_default())),
        Err(_) => Probe::NotYet(Clean::own("it does not listen yet")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use tokio::net::TcpListener;

    #[rstest]
    #[case("HTTP/1.0 200 OK\r\n\r\n{}", true)]
    #[case("HTTP/1.0 503 Service Unavailable\r\n\r\n", false)]
    #[case("", false)]
    #[tokio::test]
    async fn a_registry_answers_when_its_api_does(#[case] answer: &str, #[case] ready: bool) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 64];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"GET /v2/ "));
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let (probe, ()) = tokio::join!(answers(&address), serve);
        assert_eq!(probe == Probe::Ready(()), ready);
    }

    #[tokio::test]
    async fn nobody_listening_is_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        assert_eq!(answers(&address).await, Probe::NotYet(Clean::own("it does not listen yet")));
    }
}
