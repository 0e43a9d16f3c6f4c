//! Manifests as they are: every place is known.

use std::num::NonZeroUsize;

use seatrial_engine::shares;
use seatrial_manifest::{Manifest, Object};
use seatrial_model::{Basis, Clean, KubernetesVersion, Location, Trouble};

use super::super::Stop;
use super::Render;

/// All texts as one release.
pub(super) fn render<'a>(
    texts: &[(String, String)],
    production: bool,
    kubernetes: &KubernetesVersion,
) -> Result<Render<'a>, Stop> {
    let mut whole = Manifest::default();
    for (name, mut manifest) in decoded(texts)? {
        // A `# Source:` in a file names the template that it was rendered from; what lies here is the file.
        manifest.objects.iter_mut().for_each(|object| object.source = Some(name.clone()));
        manifest.problems.iter_mut().for_each(|problem| problem.source = Some(name.clone()));
        whole.objects.append(&mut manifest.objects);
        whole.problems.append(&mut manifest.problems);
    }
    Ok(Render {
        chart: String::new(),
        profile: String::new(),
        manifest: whole,
        production,
        kubernetes: kubernetes.clone(),
        helm: None,
        namespace: "default".to_owned(),
        place: Box::new(place),
        problem: Box::new(|problem| {
            let file = problem.source.clone()?;
            Some(Location { file, line: Some(problem.line), basis: Basis::Exact })
        }),
    })
}

/// Every text, decoded at the same time as others, in order.
fn decoded(texts: &[(String, String)]) -> Result<Vec<(String, Manifest)>, Stop> {
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let one = |(name, text): &(String, String)| (name.clone(), Manifest::decode(text));
    let panicked = || Trouble::new("decode the manifests", Clean::own("a thread that decodes panicked"));
    Ok(shares::each(texts, 2 * threads.get(), threads, one).ok_or_else(panicked)?)
}

/// The line of the path, or of what stands nearest above it.
fn place(object: &Object, path: Option<&str>) -> Option<Location> {
    let place = object.written.place(path.unwrap_or_default());
    let basis = if place.exact { Basis::Exact } else { Basis::Inferred };
    Some(Location { file: object.source.clone()?, line: Some(place.line), basis })
}
