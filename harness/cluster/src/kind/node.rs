//! A node's container and its volume: started, and removed with nothing left.

use std::path::Path;
use std::time::Duration;

use seatrial_model::names::dns_label;
use seatrial_model::{Redactor, Trouble};
use testcontainers::bollard::Docker;
use testcontainers::bollard::models::{HostConfig, PortBinding, VolumeCreateRequest};
use testcontainers::core::{AccessMode, CgroupnsMode, IntoContainerPort, Mount};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};
use tokio::sync::Mutex;
use tokio::time::{sleep, timeout};

use super::docker::{connect, refused, remove_container, remove_volume};
use super::owner::Owner;

/// The API server's port in the node.
const API: u16 = 6443;
/// How long Docker may take to start a container.
const START: Duration = Duration::from_mins(2);
/// How long a removal may take, retries included.
const REMOVAL: Duration = Duration::from_mins(2);

/// What one cluster leaves on the machine.
pub(super) struct Node {
    owner: Owner,
    name: String,
    held: Mutex<Held>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Nothing was started, or all was removed, or it stays.
    Nothing,
    /// A start was tried: there may be a container and a volume.
    Started,
}

impl Node {
    /// A node for a cluster of the suite; nothing is started.
    pub(super) fn new(owner: &Owner, cluster: &str) -> Self {
        let name = dns_label(&format!("seatrial-{}-{cluster}", owner.run()), 63);
        Self { owner: owner.clone(), name, held: Mutex::new(Held::Nothing) }
    }

    /// Name of the container, the host and the Kubernetes node.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Name of the volume.
    pub(super) fn volume(&self) -> String {
        format!("{}-var", self.name)
    }

    /// Starts the container; answers the local port of its API server. Not to be dropped half way: Docker
    /// goes on with a request whose caller left.
    pub(super) async fn start(&self, docker: &Docker, image: &str) -> Result<u16, Trouble> {
        let what = format!("start the node {}", self.name);
        let mut held = self.held.lock().await;
        *held = Held::Started;
        let volume = VolumeCreateRequest {
            name: Some(self.volume()),
            labels: Some(self.owner.labels("node")),
            ..VolumeCreateRequest::default()
        };
        docker.create_volume(volume).await.map_err(|error| refused(&what, &error))?;
        let container = self.request(image).start().await.map_err(|error| refused(&what, &error))?;
        let port = container.get_host_port_ipv4(API).await.map_err(|error| refused(&what, &error));
        keep(container);
        port
    }

    /// The container of the node images' contract.
    fn request(&self, image: &str) -> ContainerRequest<GenericImage> {
        let (name, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
        let mut request = GenericImage::new(name, tag)
            .with_exposed_port(API.tcp())
            .with_container_name(&self.name)
            .with_hostname(&self.name)
            .with_labels(self.owner.labels("node"))
            .with_privileged(true)
            .with_security_opt("seccomp=unconfined")
            .with_security_opt("apparmor=unconfined")
            .with_cgroupns_mode(CgroupnsMode::Private)
            .with_mount(Mount::volume_mount(self.volume(), "/var"))
            .with_startup_timeout(START)
            .with_host_config_modifier(adjust);
        // Some machines have no modules of their own.
        if Path::new("/lib/modules").is_dir() {
            let modules = Mount::bind_mount("/lib/modules", "/lib/modules");
            request = request.with_mount(modules.with_access_mode(AccessMode::ReadOnly));
        }
        request
    }

    /// Leaves container and volume to whoever wrote them down.
    pub(super) async fn leave(&self) {
        *self.held.lock().await = Held::Nothing;
    }

    /// Removes container and volume. Idempotent; retried within two minutes.
    pub(super) async fn remove(&self) -> Result<(), Trouble> {
        let mut held = self.held.lock().await;
        if *held == Held::Nothing {
            return Ok(());
        }
        let what = format!("remove the node {}", self.name);
        let hint = format!("docker rm --force --volumes {0}; docker volume rm --force {0}-var", self.name);
        let docker = connect(&what).await.map_err(|trouble| trouble.hint(&hint))?;
        let removal = async {
            loop {
                let gone = match remove_container(&docker, &self.name).await {
                    Ok(()) => remove_volume(&docker, &self.volume()).await,
                    Err(error) => Err(error),
                };
                match gone {
                    Ok(()) => break,
                    Err(error) => tracing::debug!(%error, node = self.name, "removing the node"),
                }
                sleep(Duration::from_millis(500)).await;
            }
        };
        let late = "Docker did not remove it within two minutes";
        timeout(REMOVAL, removal)
            .await
            .map_err(|_| Trouble::new(&what, Redactor::default().clean(late)).hint(hint))?;
        *held = Held::Nothing;
        Ok(())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if *self.held.get_mut() == Held::Started {
            tracing::warn!(
                node = self.name,
                "dropped without teardown; `docker rm --force --volumes` removes what is left"
            );
        }
    }
}

/// Lets a container outlive its handle. The handle's own destructor would remove it, blocking, and without
/// its volume; here containers are removed by name, awaited, and by nobody else.
pub(super) fn keep(container: ContainerAsync<GenericImage>) {
    std::mem::forget(container);
}

/// What testcontainers has no words for: file systems in memory, and a port on the loopback only.
fn adjust(host: &mut HostConfig) {
    host.tmpfs = Some(["/run", "/tmp"].map(|path| (path.to_owned(), String::new())).into());
    host.publish_all_ports = Some(false);
    host.port_bindings = Some([(format!("{API}/tcp"), Some(vec![loopback()]))].into());
}

/// Any free port of the loopback address.
pub(super) fn loopback() -> PortBinding {
    PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_host_names_and_tell_the_clusters_of_a_run_apart() {
        let [a, b] =
            ["k8s-1.36", "k8s-1-36"].map(|cluster| Node::new(&"r1".into(), cluster).name().to_owned());
        assert!(a.starts_with("seatrial-r1-k8s-1-36"), "{a}");
        assert_ne!(a, b);
    }

    #[test]
    fn the_api_server_is_published_on_the_loopback_address_only() {
        let mut host = HostConfig { publish_all_ports: Some(true), ..HostConfig::default() };
        adjust(&mut host);
        assert_eq!(host.publish_all_ports, Some(false));
        let ports = host.port_bindings.unwrap();
        assert_eq!(ports["6443/tcp"].as_ref().unwrap()[0].host_ip.as_deref(), Some("127.0.0.1"));
    }
}
