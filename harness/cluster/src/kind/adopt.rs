//! Taking over a cluster that stands: one that fits, is free and is healthy, made as good as a new one.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::Node;
use kube::api::{Patch, PatchParams};
use kube::{Api, Client};
use seatrial_helm::ClusterHelm;
use seatrial_host::Lease;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{Redactor, Trouble};
use serde_json::{Value, json};
use testcontainers::bollard::Docker;
use tokio::time::{sleep, timeout};

use super::docker::{connect, refused};
use super::image::NodeImage;
use super::moored::{Moored, Moorings, Why, text};
use super::prepare::Shell;
use super::registry::{self, Registry};
use super::steps::Steps;
use crate::sweep::{Whose, sweep};
use crate::{kubeconfig, trouble};

/// For all questions about its health together.
const HEALTH: Duration = Duration::from_secs(15);
/// For labels, resources and what earlier runs left.
const CLEARING: Duration = Duration::from_secs(90);
/// DNS is asked so often before it counts as dead: one lost packet is no fault.
const QUESTIONS: u32 = 4;

/// A standing cluster that is this run's now.
pub(super) struct Adopted {
    pub moored: Moored,
    /// Held until the run lets go of it.
    pub lease: Lease,
    pub client: Client,
    pub helm: ClusterHelm,
    pub registry: Option<Registry>,
}

/// What a run looks for.
pub(super) struct Search<'a> {
    pub moorings: &'a Moorings,
    pub run: &'a str,
    pub spec: &'a ClusterSpec,
    pub image: &'a NodeImage,
    /// Whether the node has to pull from a registry of ours.
    pub registry: bool,
}

impl Search<'_> {
    /// The first that fits, is free and is healthy. Those that are not are named in the log, and left as they are.
    pub(super) async fn find(
        &self,
        on: impl Fn(&Moored) -> ClusterHelm,
        steps: &mut Steps<'_>,
    ) -> Option<Adopted> {
        for moored in self.moorings.all().into_iter().filter(|moored| self.fits(moored)) {
            let name = moored.name.clone();
            match self.take(moored, &on, steps).await {
                Ok(Some(adopted)) => return Some(adopted),
                Ok(None) => tracing::info!(cluster = name, "another run uses it"),
                Err(trouble) => tracing::warn!(cluster = name, %trouble, "a standing cluster cannot be used"),
            }
        }
        None
    }

    fn fits(&self, moored: &Moored) -> bool {
        moored.why == Why::Standing
            && moored.kubernetes.minor_text() == self.image.version.minor_text()
            && moored.image == self.image.name
            && moored.registry.is_some() == self.registry
    }

    async fn take(
        &self,
        mut moored: Moored,
        on: impl Fn(&Moored) -> ClusterHelm,
        steps: &mut Steps<'_>,
    ) -> Result<Option<Adopted>, Trouble> {
        let Some(lease) = self.moorings.take(&moored.name, self.run).await? else { return Ok(None) };
        let late = |doing: &str| {
            let why = Redactor::default().clean("it took too long");
            Trouble::new(format!("{doing} the standing cluster {}", self.spec.name), why)
        };
        steps.next("standing cluster");
        steps.say(&moored.name);
        let healthy = timeout(HEALTH, self.healthy(&moored)).await;
        let (client, registry) = healthy.map_err(|_| late("examine"))??;
        let helm = on(&moored);
        steps.next("what earlier runs left");
        let clearing = async {
            self.adorn(&client, &mut moored).await?;
            sweep(&client, &helm, Whose::Anybody).await
        };
        timeout(CLEARING, clearing).await.map_err(|_| late("clear"))??;
        Ok(Some(Adopted { moored, lease, client, helm, registry }))
    }

    /// The node runs from the image that would be booted, the API and DNS answer, and so does the registry.
    async fn healthy(&self, moored: &Moored) -> Result<(Client, Option<Registry>), Trouble> {
        let what = format!("examine the standing cluster {}", moored.name);
        let docker = connect(&what).await?;
        runs_from(&docker, &moored.node, &moored.image).await.map_err(|why| refused(&what, &why))?;
        let registry = match &moored.registry {
            None => None,
            Some(told) => {
                let found = registry::look(&docker, &told.container).await;
                let found = found.map_err(|error| refused(&what, &format!("its registry: {error:#}")))?;
                if found.mirror != told.mirror {
                    let why = format!("its registry is at {} and no longer at {}", found.mirror, told.mirror);
                    return Err(refused(&what, &why));
                }
                Some(found)
            }
        };
        let key = text(&self.moorings.kubeconfig(&moored.name))?;
        let client =
            kubeconfig::connect(&key).await.map_err(|error| refused(&what, &format!("{error:#}")))?;
        client.apiserver_version().await.map_err(|error| trouble::of(&what, &error))?;
        let shell = Shell { docker: &docker, node: &moored.node };
        let mut question = 1;
        while let Err(why) = shell.ask_dns().await {
            if question == QUESTIONS {
                return Err(refused(&what, &format!("cluster DNS: {why}")));
            }
            question += 1;
            sleep(Duration::from_millis(250)).await;
        }
        Ok((client, registry))
    }

    /// Labels and extended resources as the suite asks for them, and none that another suite asked for.
    async fn adorn(&self, client: &Client, moored: &mut Moored) -> Result<(), Trouble> {
        let what = || format!("put labels and resources on the node of the standing cluster {}", moored.name);
        let failed = |error| trouble::of(what(), &error);
        let nodes: Api<Node> = Api::all(client.clone());
        let (node, parameters) = (moored.node.clone(), PatchParams::default());
        let labels = change(&moored.node_labels, &self.spec.node_labels);
        nodes
            .patch(&node, &parameters, &Patch::Merge(json!({ "metadata": { "labels": labels } })))
            .await
            .map_err(failed)?;
        let quantities = |all: &BTreeMap<String, u64>| -> BTreeMap<String, String> {
            all.iter().map(|(name, count)| (name.clone(), count.to_string())).collect()
        };
        let resources =
            change(&quantities(&moored.extended_resources), &quantities(&self.spec.extended_resources));
        let status = json!({ "status": { "capacity": resources, "allocatable": resources } });
        nodes.patch_status(&node, &parameters, &Patch::Merge(status)).await.map_err(failed)?;
        moored.node_labels.clone_from(&self.spec.node_labels);
        moored.extended_resources.clone_from(&self.spec.extended_resources);
        self.moorings.update(moored).map_err(|error| refused(what(), &format!("{error:#}")))
    }
}

/// A merge patch that turns one set into another.
fn change(from: &BTreeMap<String, String>, to: &BTreeMap<String, String>) -> Value {
    let gone = from.keys().filter(|name| !to.contains_key(*name)).map(|name| (name.clone(), Value::Null));
    let there = to.iter().map(|(name, value)| (name.clone(), Value::from(value.clone())));
    gone.chain(there).collect::<serde_json::Map<_, _>>().into()
}

/// Whether a container runs, from the image that has the tag now.
async fn runs_from(docker: &Docker, container: &str, image: &str) -> Result<(), String> {
    let facts = docker.inspect_container(container, None).await.map_err(|error| error.to_string())?;
    if facts.state.and_then(|state| state.running) != Some(true) {
        return Err("its node does not run".to_owned());
    }
    let now = docker.inspect_image(image).await.map_err(|error| error.to_string())?.id;
    if facts.image == now { Ok(()) } else { Err(format!("its node is of an earlier build of {image}")) }
}

#[cfg(test)]
mod tests {
    use super::super::moored::tests::moored;
    use super::*;
    use seatrial_model::HelmMajor;

    #[test]
    fn what_another_suite_asked_for_is_taken_away() {
        let set = |all: &[(&str, &str)]| {
            all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let patch = change(&set(&[("a", "1"), ("b", "2")]), &set(&[("b", "3"), ("c", "4")]));
        assert_eq!(patch, json!({ "a": null, "b": "3", "c": "4" }));
    }

    #[test]
    fn only_a_standing_cluster_of_the_same_version_and_image_with_a_registry_fits() {
        let (moorings, image) = (
            Moorings::new("/none"),
            NodeImage { name: "seatrial/node:v1.36.3".to_owned(), version: "1.36.3".parse().unwrap() },
        );
        let spec = ClusterSpec {
            name: "k8s".to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
            image: None,
            node_labels: BTreeMap::new(),
            extended_resources: BTreeMap::new(),
            requirements: Vec::new(),
        };
        let search = Search { moorings: &moorings, run: "r2", spec: &spec, image: &image, registry: true };
        let good = moored("a");
        assert!(search.fits(&good));
        assert!(!search.fits(&Moored { why: Why::Kept, ..good.clone() }), "a person looks at it");
        assert!(!search.fits(&Moored { image: "kindest/node:v1.36.3".to_owned(), ..good.clone() }));
        assert!(!search.fits(&Moored { kubernetes: "1.35.4".parse().unwrap(), ..good.clone() }));
        assert!(!search.fits(&Moored { registry: None, ..good }));
    }
}
