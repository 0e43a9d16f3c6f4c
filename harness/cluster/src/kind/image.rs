//! Which node image serves a version.

use std::time::Duration;

use futures::StreamExt;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{KubernetesVersion, Redactor, Trouble};
use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::{CreateImageOptionsBuilder, ListImagesOptionsBuilder};
use tokio::time::timeout;

use super::docker::{connect, refused};

/// Repositories whose tags are Kubernetes versions, the preferred first.
const REPOSITORIES: [&str; 2] = ["kindest/node", "seatrial/node"];
/// The label in which images of ours say their version.
const VERSION_LABEL: &str = "dev.seatrial.kubernetes";
/// How long a pull may take; the image has about 400 MB.
const PULL: Duration = Duration::from_mins(5);

/// A node image and the version in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeImage {
    /// `repository:tag`, or what the suite wrote.
    pub name: String,
    /// The version that will run.
    pub version: KubernetesVersion,
}

/// Finds the image for a cluster, pulling it where none is there.
pub(super) async fn find(spec: &ClusterSpec) -> Result<NodeImage, Trouble> {
    let what = format!("find a node image for Kubernetes {}", spec.kubernetes);
    let docker = connect(&what).await?;
    if let Some(name) = &spec.image {
        return named(&docker, &what, name, &spec.kubernetes).await;
    }
    let options = ListImagesOptionsBuilder::new().build();
    let images = docker.list_images(Some(options)).await.map_err(|error| refused(&what, &error))?;
    let tags: Vec<String> = images.into_iter().flat_map(|image| image.repo_tags).collect();
    if let Some(image) = choose(&tags, &spec.kubernetes) {
        return Ok(image);
    }
    let name = format!("{}:v{}", REPOSITORIES[0], spec.kubernetes);
    match pull(&docker, &name).await {
        Ok(()) => Ok(NodeImage { name, version: spec.kubernetes.clone() }),
        Err(why) => {
            let why = format!("no local image of that version, and {name} could not be pulled: {why}");
            Err(Trouble::new(what, Redactor::default().clean(&why))
                .hint("`seatrial setup` or `make setup` builds one; `image:` in the suite names another"))
        }
    }
}

/// The newest patch of the asked version among local tags; of equal ones the preferred repository's.
pub(super) fn choose(tags: &[String], asked: &KubernetesVersion) -> Option<NodeImage> {
    tags.iter()
        .filter_map(|name| {
            let (repository, tag) = name.rsplit_once(':')?;
            let rank = REPOSITORIES.iter().position(|known| *known == repository)?;
            let version = version_of_tag(tag)?;
            asked.is_served_by(&version).then_some((version.patch, std::cmp::Reverse(rank), name, version))
        })
        .max_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)))
        .map(|(.., name, version)| NodeImage { name: name.clone(), version })
}

/// `v1.36.3`, also with a suffix such as `v1.36.3-2`.
fn version_of_tag(tag: &str) -> Option<KubernetesVersion> {
    let tag = tag.split_once(['-', '_']).map_or(tag, |(version, _)| version);
    tag.strip_prefix('v')?.parse().ok()
}

/// An image that the suite names: pulled where it is not there, its version told by label or tag.
async fn named(
    docker: &Docker,
    what: &str,
    name: &str,
    asked: &KubernetesVersion,
) -> Result<NodeImage, Trouble> {
    let mut inspected = docker.inspect_image(name).await;
    if inspected.is_err() {
        pull(docker, name).await.map_err(|why| refused(what, &format!("image {name}: {why}")))?;
        inspected = docker.inspect_image(name).await;
    }
    let image = inspected.map_err(|error| refused(what, &error))?;
    let label = image.config.and_then(|config| config.labels?.remove(VERSION_LABEL));
    let tag = name.split('@').next().and_then(|name| name.rsplit_once(':')).map(|(_, tag)| tag);
    let version = label.as_deref().or(tag).and_then(version_of_tag).unwrap_or_else(|| asked.clone());
    if !asked.is_served_by(&version) {
        let why = format!("image {name} is Kubernetes {version}");
        return Err(refused(what, &why).hint("make `kubernetes:` and `image:` of the cluster agree"));
    }
    Ok(NodeImage { name: name.to_owned(), version })
}

async fn pull(docker: &Docker, name: &str) -> Result<(), String> {
    let options = CreateImageOptionsBuilder::new().from_image(name).build();
    let mut progress = Box::pin(docker.create_image(Some(options), None, None));
    let pulling = async {
        while let Some(step) = progress.next().await {
            step.map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    timeout(PULL, pulling).await.unwrap_or_else(|_| Err(format!("not done after {} s", PULL.as_secs())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1.36", &["seatrial/node:v1.36.1", "seatrial/node:v1.36.3"], Some("seatrial/node:v1.36.3"))]
    #[case("1.36", &["seatrial/node:v1.36.3", "kindest/node:v1.36.3"], Some("kindest/node:v1.36.3"))]
    #[case("1.36", &["seatrial/node:v1.36.10", "kindest/node:v1.36.9"], Some("seatrial/node:v1.36.10"))]
    #[case("1.36.1", &["seatrial/node:v1.36.1", "seatrial/node:v1.36.3"], Some("seatrial/node:v1.36.1"))]
    #[case("1.35", &["seatrial/node:v1.36.3", "seatrial/node:latest", "other/node:v1.35.4"], None)]
    #[case("1.35", &["kindest/node:v1.35.4-arm"], Some("kindest/node:v1.35.4-arm"))]
    fn the_newest_patch_wins_then_the_preferred_repository(
        #[case] asked: &str,
        #[case] tags: &[&str],
        #[case] chosen: Option<&str>,
    ) {
        let tags: Vec<String> = tags.iter().map(ToString::to_string).collect();
        let image = choose(&tags, &asked.parse().unwrap());
        assert_eq!(image.map(|image| image.name).as_deref(), chosen);
    }
}
