//! Manifests as they are: every place is known.

use seatrial_manifest::{Manifest, Object};
use seatrial_model::{Basis, KubernetesVersion, Location};

use super::Render;

/// All texts as one release.
pub(super) fn render<'a>(
    texts: &[(String, String)],
    production: bool,
    kubernetes: &KubernetesVersion,
) -> Render<'a> {
    let mut whole = Manifest::default();
    for (name, mut manifest) in decoded(texts) {
        // A `# Source:` in a file names the template that it was rendered from; what lies here is the file.
        manifest.objects.iter_mut().for_each(|object| object.source = Some(name.clone()));
        manifest.problems.iter_mut().for_each(|problem| problem.source = Some(name.clone()));
        whole.objects.append(&mut manifest.objects);
        whole.problems.append(&mut manifest.problems);
    }
    Render {
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
    }
}

/// Every text, decoded at the same time as others, in order.
fn decoded(texts: &[(String, String)]) -> Vec<(String, Manifest)> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let one = |(name, text): &(String, String)| (name.clone(), Manifest::decode(text));
    if texts.len() < 2 * threads {
        return texts.iter().map(one).collect();
    }
    std::thread::scope(|scope| {
        let shares = texts.chunks(texts.len().div_ceil(threads));
        let started: Vec<_> =
            shares.map(|share| scope.spawn(move || share.iter().map(one).collect::<Vec<_>>())).collect();
        // A panic in a thread goes on here, as it would without threads.
        started
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The line of the path, or of what stands nearest above it.
fn place(object: &Object, path: Option<&str>) -> Option<Location> {
    let place = object.written.place(path.unwrap_or_default());
    let basis = if place.exact { Basis::Exact } else { Basis::Inferred };
    Some(Location { file: object.source.clone()?, line: Some(place.line), basis })
}
