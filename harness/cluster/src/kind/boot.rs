//! From a started container to a cluster: kubeadm, network and storage, node Ready, DNS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Node};
use k8s_openapi::api::rbac::v1::ClusterRole;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client, ResourceExt};
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Clean, KubernetesVersion, Redactor, Trouble};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::image::NodeImage;
use super::kubeadm::PODS;
use super::prepare::{Mirror, Shell};
use super::steps::Steps;
use crate::apply::{Terms, apply};
use crate::{kubeconfig, trouble};

/// Between two looks.
pub(super) const LOOK: Duration = Duration::from_millis(50);
/// The administrator's kubeconfig in the node.
const ADMIN: &str = "/etc/kubernetes/admin.conf";
/// For the API server to take the network's and storage's objects.
const ADD_ONS: Duration = Duration::from_mins(1);

/// A cluster that answers.
pub(super) struct Standing {
    pub client: Client,
    pub kubeconfig: PathBuf,
    pub version: KubernetesVersion,
    pub enforces_network_policy: bool,
}

/// What a boot is about.
pub(super) struct Boot<'a> {
    pub shell: Shell<'a>,
    pub spec: &'a ClusterSpec,
    pub image: &'a NodeImage,
    pub port: u16,
    pub mirror: Option<Mirror<'a>>,
    /// Where the kubeconfig is written.
    pub kubeconfig: &'a Path,
}

impl Boot<'_> {
    /// Takes every step. The caller bounds the time, cancels by dropping, and removes the node on trouble.
    pub(super) async fn run(&self, steps: &mut Steps<'_>) -> Result<Standing, Trouble> {
        steps.next("containerd");
        let configured = self.shell.configure(&self.image.version, self.mirror.as_ref());
        tokio::try_join!(configured, self.shell.containerd())?;

        steps.next("kubeadm init");
        self.shell.start_api_server().await?;
        let (root, text) = self.first_kubeconfig().await?;
        let client = kubeconfig::connect(&text).await.map_err(|error| self.wrong_kubeconfig(&error))?;
        let namespaces: Api<Namespace> = Api::all(client.clone());
        seen(&namespaces, "kube-system", steps).await;

        steps.next("add-ons and controllers");
        let controllers = async {
            // The rights of the controllers are written together with this one.
            let roles: Api<ClusterRole> = Api::all(client.clone());
            seen(&roles, "cluster-admin", steps).await;
            self.shell.start_controllers().await?;
            self.shell.finish_init().await
        };
        tokio::try_join!(self.shell.add_ons(root), self.add_ons(&client), controllers)?;
        let client = self.connect().await?;

        steps.next("node Ready");
        self.node_ready(&client, steps).await?;
        self.adorn(&client).await?;

        steps.next("cluster DNS answers");
        self.dns_ready(&client, steps).await;
        while let Err(why) = self.shell.ask_dns().await {
            steps.say(&why);
            sleep(LOOK).await;
        }
        let version = self.version(&client).await?;
        let enforces_network_policy = self.enforces_network_policy(&client).await;
        Ok(Standing { client, kubeconfig: self.kubeconfig.to_owned(), version, enforces_network_policy })
    }

    fn what(&self, doing: &str) -> String {
        format!("{doing} of the cluster {}", self.spec.name)
    }

    /// A kubeconfig whose rights do not wait for the API server to write its roles: where it lies in the node, and its
    /// text for this machine. Before Kubernetes 1.29 that is the administrator's own.
    async fn first_kubeconfig(&self) -> Result<(&'static str, String), Trouble> {
        let file = "/etc/kubernetes/super-admin.conf";
        match self.shell.read(file).await {
            Ok(text) => Ok((file, self.reachable(&text)?)),
            Err(_) => Ok((ADMIN, self.reachable(&self.shell.read(ADMIN).await?)?)),
        }
    }

    async fn connect(&self) -> Result<Client, Trouble> {
        let text = self.reachable(&self.shell.read(ADMIN).await?)?;
        kubeconfig::write(self.kubeconfig, &text).map_err(|error| self.wrong_kubeconfig(&error))?;
        kubeconfig::connect(&text).await.map_err(|error| self.wrong_kubeconfig(&error))
    }

    fn reachable(&self, kubeconfig: &str) -> Result<String, Trouble> {
        kubeconfig::rewrite(kubeconfig, &format!("https://127.0.0.1:{}", self.port))
            .map_err(|error| self.wrong_kubeconfig(&error))
    }

    /// The text of a kubeconfig is never quoted: it is a key.
    fn wrong_kubeconfig(&self, error: &anyhow::Error) -> Trouble {
        Trouble::new(self.what("take over the kubeconfig"), Redactor::default().clean(&format!("{error:#}")))
    }

    /// Network and storage as the image brings them.
    async fn add_ons(&self, client: &Client) -> Result<(), Trouble> {
        for file in ["/kind/manifests/default-cni.yaml", "/kind/manifests/default-storage.yaml"] {
            let text = self.shell.read(file).await?;
            let terms = Terms { namespace: "kube-system", annotations: &[], until: Instant::now() + ADD_ONS };
            apply(client, &fill(&text), &terms).await.map_err(|error| {
                let why = Redactor::default().clean(&format!("{file}: {error:#}"));
                Trouble::new(self.what("install network and storage"), why)
            })?;
        }
        Ok(())
    }

    async fn node_ready(&self, client: &Client, steps: &mut Steps<'_>) -> Result<(), Trouble> {
        let nodes: Api<Node> = Api::all(client.clone());
        loop {
            match nodes.get_opt(self.shell.node).await {
                Ok(Some(node)) => match not_ready(&node) {
                    None => return Ok(()),
                    Some(why) => steps.say(&why),
                },
                Ok(None) => steps.say("the node has not registered"),
                Err(error) => steps.say(&trouble::say(&error)),
            }
            sleep(LOOK).await;
        }
    }

    /// CoreDNS is asked for by the API first: a question in the node costs more than one to the API server.
    async fn dns_ready(&self, client: &Client, steps: &mut Steps<'_>) {
        let deployments: Api<Deployment> = Api::namespaced(client.clone(), "kube-system");
        loop {
            match deployments.get("coredns").await {
                Ok(found) => match found.status.and_then(|status| status.ready_replicas) {
                    Some(1..) => return,
                    _ => steps.say("CoreDNS is not ready"),
                },
                Err(error) => steps.say(&trouble::say(&error)),
            }
            sleep(LOOK).await;
        }
    }

    /// Labels and extended resources that the suite asks for.
    async fn adorn(&self, client: &Client) -> Result<(), Trouble> {
        let nodes: Api<Node> = Api::all(client.clone());
        let (name, parameters) = (self.shell.node, PatchParams::default());
        let failed = |error| trouble::of(self.what("put labels and resources on the node"), &error);
        if !self.spec.node_labels.is_empty() {
            let labels = Patch::Merge(json!({ "metadata": { "labels": self.spec.node_labels } }));
            nodes.patch(name, &parameters, &labels).await.map_err(failed)?;
        }
        if !self.spec.extended_resources.is_empty() {
            let status = Patch::Merge(resources(&self.spec.extended_resources));
            nodes.patch_status(name, &parameters, &status).await.map_err(failed)?;
        }
        Ok(())
    }

    async fn version(&self, client: &Client) -> Result<KubernetesVersion, Trouble> {
        let what = || self.what("ask the version");
        let info = client.apiserver_version().await.map_err(|error| trouble::of(what(), &error))?;
        // `v1.36.3`, or `v1.36.3-suffix` of a build of one's own.
        let version = info.git_version.split(['-', '+']).next().unwrap_or_default();
        version.parse().map_err(|error: String| Trouble::new(what(), Redactor::default().clean(&error)))
    }

    /// Our image says so in an object; kind's own network enforces since its version 0.24.
    async fn enforces_network_policy(&self, client: &Client) -> bool {
        let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "kube-system");
        match maps.get_opt("static-network").await {
            Ok(Some(map)) => {
                map.data.unwrap_or_default().get("enforcesNetworkPolicy").is_some_and(|says| says == "true")
            }
            Ok(None) => self.image.name.starts_with("kindest/"),
            Err(_) => false,
        }
    }
}

/// Waits until an object is there, and says what comes instead.
async fn seen<K>(api: &Api<K>, name: &str, steps: &mut Steps<'_>)
where
    K: Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    while let Err(error) = api.get(name).await {
        steps.say(&trouble::say(&error));
        sleep(LOOK).await;
    }
}

/// The network's manifest is a template in kind's own images.
fn fill(manifest: &str) -> String {
    manifest.replace("{{ .PodSubnet }}", PODS).replace("{{.PodSubnet}}", PODS)
}

fn not_ready(node: &Node) -> Option<String> {
    let conditions = node.status.iter().flat_map(|status| status.conditions.iter().flatten());
    match conditions.into_iter().find(|condition| condition.type_ == "Ready") {
        Some(ready) if ready.status == "True" => None,
        Some(ready) => {
            Some(ready.message.clone().unwrap_or_else(|| format!("{} is not ready", node.name_any())))
        }
        None => Some("the kubelet has not reported".to_owned()),
    }
}

fn resources(wanted: &BTreeMap<String, u64>) -> Value {
    let quantities: BTreeMap<&String, String> =
        wanted.iter().map(|(name, count)| (name, count.to_string())).collect();
    json!({ "status": { "capacity": quantities, "allocatable": quantities } })
}

/// Trouble of a boot that was cut off.
pub(super) fn cut_off(cluster: &str, step: &str, after: Option<Duration>) -> Trouble {
    let what = format!("boot the cluster {cluster}");
    match after {
        None => Trouble::new(what, Clean::own("interrupted")),
        Some(after) => {
            let why = format!("not ready within {} s; last step: {step}", after.as_secs());
            Trouble::new(what, Redactor::default().clean(&why))
                .hint("`limits.boot` in the suite gives it longer")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_gets_its_addresses_however_the_template_is_written() {
        assert_eq!(fill("a {{ .PodSubnet }} b {{.PodSubnet}}"), "a 10.244.0.0/16 b 10.244.0.0/16");
    }

    #[test]
    fn resources_are_quantities_in_capacity_and_allocatable() {
        let patch = resources(&[("nvidia.com/gpu".to_owned(), 8)].into());
        assert_eq!(patch["status"]["capacity"]["nvidia.com/gpu"], "8");
        assert_eq!(patch["status"]["allocatable"]["nvidia.com/gpu"], "8");
    }

    #[test]
    fn a_node_that_is_not_ready_says_why() {
        let node = |status: &str| {
            serde_json::from_value::<Node>(json!({ "metadata": { "name": "n" }, "status": { "conditions": [
                { "type": "Ready", "status": status, "message": "cni plugin not initialized" }] } }))
            .unwrap()
        };
        assert_eq!(not_ready(&node("False")).as_deref(), Some("cni plugin not initialized"));
        assert_eq!(not_ready(&node("True")), None);
        assert_eq!(not_ready(&Node::default()).as_deref(), Some("the kubelet has not reported"));
    }
}
