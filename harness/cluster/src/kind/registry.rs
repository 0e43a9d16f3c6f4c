//! The run's own registry: one container that serves the images which the set-up pushed into its volume.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use seatrial_model::Trouble;
use seatrial_model::names::{dns_label, registry_of};
use serde_json::Value;
use testcontainers::bollard::Docker;
use testcontainers::core::{IntoContainerPort, Mount};
use testcontainers::runners::AsyncRunner;
use testcontainers::{GenericImage, ImageExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::docker::{connect, refused, remove_container};
use super::node::{keep, loopback};
use super::owner::Owner;

/// Where a registry listens in its container.
const PORT: u16 = 5000;
/// How long it may take to answer.
const START: Duration = Duration::from_secs(30);
/// What an answer may hold.
const ANSWER: u64 = 4 * 1024 * 1024;

/// Which registry to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySpec {
    /// Its image, `seatrial/registry:<tag>`.
    pub image: String,
    /// The named volume with its images. It outlives runs and is shared by them.
    pub volume: String,
    /// Names of images that it serves, as charts write them: nodes ask it for what these names' registries have.
    pub serves: Vec<String>,
}

impl RegistrySpec {
    /// Registries that it stands before. Before any other it would only hide what that one answers: a node reports the
    /// mirror's `not found`, whatever came of the registry that is meant.
    pub(super) fn hosts(&self) -> BTreeSet<&str> {
        self.serves.iter().map(|name| registry_of(name).0).collect()
    }
}

/// A registry that answers.
pub(super) struct Registry {
    /// Its container.
    pub container: String,
    /// `http://172.17.0.2:5000`, as nodes reach it.
    pub mirror: String,
    /// `company/ml-inference:1.4.2`, all it serves, sorted.
    pub images: Vec<String>,
}

/// The registry's container in a run.
fn name(run: &str) -> String {
    dns_label(&format!("seatrial-{run}-registry"), 63)
}

/// Starts the registry of a run and asks what it serves.
pub(super) async fn start(owner: &Owner, spec: &RegistrySpec) -> Result<Registry, Trouble> {
    let what = "start the image registry";
    let docker = connect(what).await?;
    let name = name(owner.run());
    // What an earlier try may have left under the name.
    remove_container(&docker, &name).await.map_err(|error| refused(what, &error))?;
    let (image, tag) = spec.image.rsplit_once(':').unwrap_or((&spec.image, "latest"));
    let container = GenericImage::new(image, tag)
        .with_exposed_port(PORT.tcp())
        .with_container_name(&name)
        .with_labels(owner.labels("registry"))
        .with_mount(Mount::volume_mount(&spec.volume, "/var/lib/registry"))
        .with_startup_timeout(START)
        .with_host_config_modifier(|host| {
            host.publish_all_ports = Some(false);
            host.port_bindings = Some([(format!("{PORT}/tcp"), Some(vec![loopback()]))].into());
        })
        .start()
        .await
        .map_err(|error| refused(what, &error).hint("`seatrial setup` or `make setup` builds its image"))?;
    let asked = async {
        let address = container.get_bridge_ip_address().await?;
        let port = container.get_host_port_ipv4(PORT).await?;
        let local = SocketAddr::from(([127, 0, 0, 1], port));
        anyhow::Ok((address, images(local).await?))
    };
    let asked = timeout(START, asked).await.unwrap_or_else(|_| bail!("no answer in {} s", START.as_secs()));
    keep(container);
    match asked {
        Ok((address, images)) => Ok(Registry { container: name, mirror: mirror(address), images }),
        Err(error) => {
            remove(owner.run()).await?;
            Err(refused(what, &format!("{error:#}")))
        }
    }
}

/// Looks at a registry that an earlier run left running.
pub(super) async fn look(docker: &Docker, container: &str) -> anyhow::Result<Registry> {
    let facts = docker.inspect_container(container, None).await?;
    let settings = facts.network_settings.unwrap_or_default();
    let networks = settings.networks.unwrap_or_default();
    let address = networks.values().find_map(|network| network.ip_address.clone()?.parse::<IpAddr>().ok());
    let ports = settings.ports.unwrap_or_default();
    let bound =
        ports.get(&format!("{PORT}/tcp")).and_then(|bindings| bindings.as_ref()?.first()?.host_port.clone());
    let (Some(address), Some(Ok(port))) = (address, bound.map(|port| port.parse::<u16>())) else {
        bail!("it does not run");
    };
    let local = SocketAddr::from(([127, 0, 0, 1], port));
    Ok(Registry { container: container.to_owned(), mirror: mirror(address), images: images(local).await? })
}

/// Removes the registry of a run, if there is one. Its volume stays.
pub(super) async fn remove(run: &str) -> Result<(), Trouble> {
    let what = "remove the image registry";
    let name = name(run);
    let docker = connect(what).await?;
    let hint = format!("docker rm --force --volumes {name}");
    remove_container(&docker, &name).await.map_err(|error| refused(what, &error).hint(hint))
}

fn mirror(address: IpAddr) -> String {
    format!("http://{}", SocketAddr::new(address, PORT))
}

/// containerd's `hosts.toml` for a registry: ask the mirror first, then the registry that is meant.
pub(super) fn hosts(mirror: &str) -> String {
    format!("[host.\"{mirror}\"]\n  capabilities = [\"pull\", \"resolve\"]\n")
}

/// Every `repository:tag`, once the registry answers.
async fn images(registry: SocketAddr) -> anyhow::Result<Vec<String>> {
    let catalog = loop {
        match get(registry, "/v2/_catalog?n=1000").await {
            Ok(catalog) => break catalog,
            Err(error) => tracing::debug!(%error, "registry"),
        }
        sleep(Duration::from_millis(100)).await;
    };
    let mut images = Vec::new();
    for repository in texts(&catalog, "repositories") {
        // A repository whose tags were all deleted answers 404.
        if let Ok(tags) = get(registry, &format!("/v2/{repository}/tags/list")).await {
            images.extend(texts(&tags, "tags").map(|tag| format!("{repository}:{tag}")));
        }
    }
    images.sort();
    Ok(images)
}

fn texts<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    value[key].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// One plain HTTP/1.0 request: the answer ends with the connection.
async fn get(registry: SocketAddr, path: &str) -> anyhow::Result<Value> {
    let mut stream = TcpStream::connect(registry).await?;
    stream.write_all(format!("GET {path} HTTP/1.0\r\nHost: {registry}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(ANSWER).read_to_end(&mut answer).await?;
    body(&answer).with_context(|| format!("GET {path}"))
}

fn body(answer: &[u8]) -> anyhow::Result<Value> {
    let text = std::str::from_utf8(answer).context("not text")?;
    let (head, body) = text.split_once("\r\n\r\n").context("no HTTP answer")?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    ensure!(status == "200", "status {status}");
    serde_json::from_str(body).context("not JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_asked_first_and_no_server_is_named_so_that_the_real_one_is_asked_next() {
        let text = hosts(&mirror([172, 17, 0, 2].into()));
        assert_eq!(text, "[host.\"http://172.17.0.2:5000\"]\n  capabilities = [\"pull\", \"resolve\"]\n");
    }

    #[test]
    fn it_stands_before_the_registries_of_what_it_serves_and_no_others() {
        let serves = ["company/app:1", "redis:7", "quay.io/a/b:1", "localhost:5000/c:1"];
        let spec = RegistrySpec {
            image: String::new(),
            volume: String::new(),
            serves: serves.map(str::to_owned).to_vec(),
        };
        assert_eq!(spec.hosts(), ["docker.io", "localhost:5000", "quay.io"].into());
    }

    #[test]
    fn an_answer_is_its_json_and_anything_but_200_is_an_error() {
        let answer = b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n{\"tags\":[\"1\",\"2\"]}";
        assert_eq!(texts(&body(answer).unwrap(), "tags").collect::<Vec<_>>(), ["1", "2"]);
        let error = body(b"HTTP/1.0 404 Not Found\r\n\r\n{}").unwrap_err();
        assert_eq!(error.to_string(), "status 404");
    }
}
