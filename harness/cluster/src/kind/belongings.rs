//! What of ours Docker holds, by its labels: listed, and removed by name.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use seatrial_model::names::{HOST_LABEL, LEASE_LABEL, RUN_LABEL};
use seatrial_model::time::Instant;
use seatrial_model::{Clean, Trouble};
use testcontainers::bollard::models::ContainerSummaryStateEnum;
use testcontainers::bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
};
use tokio::time::timeout;

use super::docker::{connect, refused, remove_container, remove_network, remove_volume};

/// For Docker to list or to remove one thing.
const ANSWER: Duration = Duration::from_secs(30);

/// What kind of thing it is, in the order in which they can be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BelongingKind {
    /// A container.
    Container,
    /// A named volume.
    Volume,
    /// A network.
    Network,
}

impl fmt::Display for BelongingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Container => "container",
            Self::Volume => "volume",
            Self::Network => "network",
        })
    }
}

/// One thing that carries a run's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belonging {
    /// What kind of thing.
    pub kind: BelongingKind,
    /// Its name.
    pub name: String,
    /// The run.
    pub run: String,
    /// The run's lease, where it is named.
    pub lease: Option<PathBuf>,
    /// The machine on which the lease lies.
    pub host: Option<String>,
    /// When it was made.
    pub created: Option<Instant>,
    /// Whether it is a container that runs.
    pub running: bool,
}

/// Everything in Docker that carries a run's label.
pub async fn belongings() -> Result<Vec<Belonging>, Trouble> {
    let what = "list what Docker holds";
    let late = |_| Trouble::new(what, Clean::own("Docker did not answer in time"));
    timeout(ANSWER, list(what)).await.map_err(late)?
}

async fn list(what: &str) -> Result<Vec<Belonging>, Trouble> {
    let docker = connect(what).await?;
    let labelled = HashMap::from([("label", vec![RUN_LABEL])]);
    let containers = ListContainersOptionsBuilder::new().all(true).filters(&labelled).build();
    let volumes = ListVolumesOptionsBuilder::new().filters(&labelled).build();
    let networks = ListNetworksOptionsBuilder::new().filters(&labelled).build();
    let (containers, volumes, networks) = tokio::try_join!(
        docker.list_containers(Some(containers)),
        docker.list_volumes(Some(volumes)),
        docker.list_networks(Some(networks)),
    )
    .map_err(|error| refused(what, &error))?;
    let mut found = Vec::new();
    for container in containers {
        let name =
            container.names.iter().flatten().next().map(|name| name.trim_start_matches('/').to_owned());
        let created = container.created.and_then(|seconds| Instant::from_second(seconds).ok());
        let running = container.state == Some(ContainerSummaryStateEnum::RUNNING);
        let one = belonging(BelongingKind::Container, name, container.labels.unwrap_or_default(), created);
        found.extend(one.map(|one| Belonging { running, ..one }));
    }
    for volume in volumes.volumes.unwrap_or_default() {
        let created = volume.created_at.and_then(|at| at.to_string().parse().ok());
        found.extend(belonging(BelongingKind::Volume, Some(volume.name), volume.labels, created));
    }
    for network in networks {
        let created = network.created.and_then(|at| at.to_string().parse().ok());
        let labels = network.labels.unwrap_or_default();
        found.extend(belonging(BelongingKind::Network, network.name, labels, created));
    }
    found.sort_by(|a, b| (&a.run, a.kind, &a.name).cmp(&(&b.run, b.kind, &b.name)));
    Ok(found)
}

fn belonging(
    kind: BelongingKind,
    name: Option<String>,
    mut labels: HashMap<String, String>,
    created: Option<Instant>,
) -> Option<Belonging> {
    Some(Belonging {
        kind,
        name: name?,
        run: labels.remove(RUN_LABEL)?,
        lease: labels.remove(LEASE_LABEL).map(PathBuf::from),
        host: labels.remove(HOST_LABEL),
        created,
        running: false,
    })
}

impl Belonging {
    /// Removes it, a container with its anonymous volumes. One that is not there is fine.
    pub async fn remove(&self) -> Result<(), Trouble> {
        let what = format!("remove the {} {}", self.kind, self.name);
        let docker = connect(&what).await?;
        let removing = async {
            match self.kind {
                BelongingKind::Container => remove_container(&docker, &self.name).await,
                BelongingKind::Volume => remove_volume(&docker, &self.name).await,
                BelongingKind::Network => remove_network(&docker, &self.name).await,
            }
        };
        match timeout(ANSWER, removing).await {
            Ok(answer) => answer.map_err(|error| refused(what, &error)),
            Err(_) => Err(Trouble::new(what, Clean::own("Docker did not do it in time"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_no_run_is_none_of_ours() {
        let labels = |all: &[(&str, &str)]| {
            all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let read =
            |all: &[(&str, &str)]| belonging(BelongingKind::Volume, Some("v".to_owned()), labels(all), None);
        assert_eq!(read(&[("other", "x")]), None);
        let ours = read(&[(RUN_LABEL, "r1"), (LEASE_LABEL, "/x/lease"), (HOST_LABEL, "deck")]).unwrap();
        assert_eq!((ours.run.as_str(), ours.host.as_deref()), ("r1", Some("deck")));
        assert_eq!(ours.lease, Some("/x/lease".into()));
    }
}
