//! Recipes: what is built from which folder of `images/`, and what each result's content address is.
//! Reads the checkout; knows neither Docker nor what is there already.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seatrial_model::{KubernetesVersion, Redactor, Trouble};
use serde::Deserialize;

use crate::content::{Content, Hasher};

/// The folder of the base image.
pub(crate) const BASE: &str = "debian";
/// The folder of the registry's image.
pub(crate) const REGISTRY: &str = "registry";
/// What a node image is put together from.
const NODE_PROGRAMS: [&str; 5] = ["kubernetes", "containerd", "etcd", "coredns", "local-path-provisioner"];

/// Programs built by one `build.sh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// The folder below `images/programs`.
    pub(crate) name: String,
    /// The release, where the recipe takes one.
    pub(crate) version: Option<KubernetesVersion>,
    /// The folder itself.
    pub(crate) recipe: PathBuf,
    /// Its address.
    pub(crate) content: Content,
}

impl Program {
    /// `helm4`, `kubernetes-1.36.3`: what stays the same when the content changes.
    pub(crate) fn key(&self) -> String {
        match &self.version {
            Some(version) => format!("{}-{version}", self.name),
            None => self.name.clone(),
        }
    }

    /// The folder of the result in the cache.
    pub(crate) fn entry(&self) -> String {
        format!("{}-{}", self.key(), self.content.short())
    }
}

/// An image built by a `Dockerfile` or a `build.sh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image {
    /// The folder below `images`.
    pub(crate) name: String,
    /// The folder itself.
    pub(crate) recipe: PathBuf,
    /// Its address.
    pub(crate) content: Content,
    /// Names under which charts refer to it.
    pub(crate) names: Vec<String>,
    /// Programs that go in.
    pub(crate) programs: Vec<Program>,
    /// Build argument → tag of the image it stands for.
    pub(crate) from: BTreeMap<String, String>,
}

impl Image {
    /// The tag: it names the content, so that a tag that is there is the right one.
    pub(crate) fn tag(&self) -> String {
        format!("seatrial/{}:{}", self.name, self.content.short())
    }
}

/// A node image. Its tag says the Kubernetes version; its label says the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The release.
    pub(crate) version: KubernetesVersion,
    /// The folder of the recipe.
    pub(crate) recipe: PathBuf,
    /// Its address.
    pub(crate) content: Content,
    /// Programs that go in.
    pub(crate) programs: Vec<Program>,
    /// Tag of the base image.
    pub(crate) base: String,
}

impl Node {
    /// The tag of an image of ours.
    pub(crate) fn tag(&self) -> String {
        format!("seatrial/node:v{}", self.version)
    }

    /// The tag of the public image.
    pub(crate) fn public_tag(&self) -> String {
        format!("kindest/node:v{}", self.version)
    }
}

/// `images/<name>/image.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    from: Vec<String>,
}

/// Reads recipes below a folder `images`.
pub(crate) struct Recipes {
    folder: PathBuf,
    /// Whether they are the project's own: then charts run its images.
    own: bool,
}

impl Recipes {
    /// The project's recipes; where it has none, those of the checkout that this program was built in, which make
    /// nodes and programs for any project.
    pub(crate) fn of(root: &Path) -> Self {
        let own = root.join("images");
        if own.is_dir() {
            return Self { folder: own, own: true };
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let checkout = here.ancestors().nth(2).unwrap_or(here).join("images");
        Self { folder: if checkout.is_dir() { checkout } else { own }, own: false }
    }

    /// Whether charts run images that are built by these recipes.
    pub(crate) fn serve_charts(&self) -> bool {
        self.own
    }

    /// One program.
    pub(crate) fn program(
        &self,
        name: &str,
        version: Option<&KubernetesVersion>,
    ) -> Result<Program, Trouble> {
        let recipe = self.folder.join("programs").join(name);
        let parameter = version.map(ToString::to_string).unwrap_or_default();
        let content = Hasher::default().with(&parameter).folder(&recipe)?.finish();
        Ok(Program { name: name.to_owned(), version: version.cloned(), recipe, content })
    }

    /// The base image.
    pub(crate) fn base(&self) -> Result<Image, Trouble> {
        self.image(BASE, &Description::default(), &BTreeMap::new())
    }

    /// One node image.
    pub(crate) fn node(&self, version: &KubernetesVersion, base: &Image) -> Result<Node, Trouble> {
        let recipe = self.folder.join("node");
        let programs = NODE_PROGRAMS
            .iter()
            .map(|name| self.program(name, (*name == "kubernetes").then_some(version)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut hasher = Hasher::default().with(base.content.as_str());
        for program in &programs {
            hasher = hasher.with(program.content.as_str());
        }
        let content = hasher.folder(&recipe)?.finish();
        Ok(Node { version: version.clone(), recipe, content, programs, base: base.tag() })
    }

    /// Every image with an `image.yaml`, each after those it starts from; the registry's first where it can be.
    pub(crate) fn described(&self, base: &Image) -> Result<Vec<Image>, Trouble> {
        let mut waiting = self.descriptions()?;
        waiting.sort_by_key(|(name, _)| (name != REGISTRY, name.clone()));
        let mut made = BTreeMap::from([(base.name.clone(), base.clone())]);
        let mut images = Vec::new();
        while !waiting.is_empty() {
            let ready = waiting.iter().position(|(_, it)| it.from.iter().all(|name| made.contains_key(name)));
            let Some(next) = ready else {
                let (name, description) = &waiting[0];
                return Err(self.wrong(name, &format!("`from: {:?}` names no image here", description.from)));
            };
            let (name, description) = waiting.remove(next);
            let image = self.image(&name, &description, &made)?;
            made.insert(name, image.clone());
            images.push(image);
        }
        Ok(images)
    }

    fn image(
        &self,
        name: &str,
        description: &Description,
        made: &BTreeMap<String, Image>,
    ) -> Result<Image, Trouble> {
        let recipe = self.folder.join(name);
        let programs = description
            .programs
            .iter()
            .map(|program| self.program(program, None))
            .collect::<Result<Vec<_>, _>>()?;
        let mut hasher = programs.iter().fold(Hasher::default(), |all, one| all.with(one.content.as_str()));
        let mut from = BTreeMap::new();
        for (place, other) in description.from.iter().enumerate() {
            let Some(other) = made.get(other) else { continue };
            hasher = hasher.with(other.content.as_str());
            from.insert(argument(place, &other.name), other.tag());
        }
        let content = hasher.folder(&recipe)?.finish();
        let names = description.names.clone();
        Ok(Image { name: name.to_owned(), recipe, content, names, programs, from })
    }

    fn descriptions(&self) -> Result<Vec<(String, Description)>, Trouble> {
        let unreadable = |error: std::io::Error| {
            Trouble::new(format!("list {}", self.folder.display()), clean(&error.to_string()))
                .hint("run this at the root of a complete checkout")
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let Ok(text) = std::fs::read_to_string(entry.path().join("image.yaml")) else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            let description =
                serde_yaml::from_str(&text).map_err(|error| self.wrong(&name, &error.to_string()))?;
            found.push((name, description));
        }
        Ok(found)
    }

    fn wrong(&self, name: &str, why: &str) -> Trouble {
        let file = self.folder.join(name).join("image.yaml");
        Trouble::new(format!("read {}", file.display()), clean(why))
    }
}

/// The build argument for the `place`-th image that another starts from.
fn argument(place: usize, name: &str) -> String {
    if place == 0 { "BASE".to_owned() } else { name.to_uppercase().replace('-', "_") }
}

fn clean(text: &str) -> seatrial_model::Clean {
    Redactor::default().clean(text)
}

#[cfg(test)]
#[path = "recipes_tests.rs"]
pub(crate) mod tests;
