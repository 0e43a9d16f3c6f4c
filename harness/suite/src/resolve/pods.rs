//! Where custom kinds hold Pods.

use seatrial_model::PodPath;
use seatrial_model::pod_path::of_workload;

use super::context::Context;
use crate::at::At;
use crate::file::PodPathFile;

/// One path for a kind, and none for kinds of Kubernetes itself.
pub(crate) fn resolve(context: &mut Context<'_>, entries: &[PodPathFile], at: At<'_>) -> Vec<PodPath> {
    let mut paths: Vec<(PodPath, u32)> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let here = at.item(index);
        let (Some(group), Some(kind)) = (&entry.group, &entry.kind) else { continue };
        if let Some(path) = of_workload(group, kind) {
            let message = format!("`{kind}` is a kind of Kubernetes itself and holds its Pod at {path}");
            let help = "remove it: only custom kinds need a path".to_owned();
            context.tell(here.field("kind"), message, Some(help));
            continue;
        }
        let one = PodPath {
            group: group.clone(),
            kind: kind.clone(),
            path: entry.path.clone().unwrap_or_default(),
        };
        if let Some((_, first)) = paths.iter().find(|(other, _)| other.is_of_same(&one)) {
            let message = format!("two paths for `{kind}` of `{group}`");
            context.tell(here.field("kind"), message, Some(format!("the other one stands on line {first}")));
            continue;
        }
        paths.push((one, here.field("kind").span.line()));
    }
    paths.into_iter().map(|(path, _)| path).collect()
}
