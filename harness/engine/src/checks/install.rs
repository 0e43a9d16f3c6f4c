//! `install`: the release comes up, and is what was rendered.

use seatrial_manifest::{Manifest, crd, diff};
use seatrial_model::{Clean, Finding, Redactor, Trouble};
use seatrial_ports::{Cancel, Cluster, InstallAnswer, InstallRequest, Watch};

use super::Conclusion;
use super::render::Learned;
use crate::overlay;

/// Gives the conclusion and, where the release stands, its manifest.
pub(crate) async fn check(
    cluster: &dyn Cluster,
    request: &InstallRequest,
    learned: &Learned,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<(Conclusion, Option<String>), Trouble> {
    match cluster.install(request, watch, cancel).await? {
        InstallAnswer::Failed { reason, output } => Ok((Conclusion::failed(reason).output(output), None)),
        InstallAnswer::Ready { manifest } => {
            let findings = differences(&manifest, learned, &request.redactor);
            Ok((Conclusion::of_findings(findings), Some(manifest)))
        }
    }
}

/// Differences between what was rendered and what the release keeps, which nothing explains. Hooks are no
/// part of a release's manifest.
fn differences(manifest: &str, learned: &Learned, redactor: &Redactor) -> Vec<Finding> {
    let Some(rendered) = &learned.installed else { return Vec::new() };
    let kept = Manifest::decode(manifest);
    if kept.objects.is_empty() && rendered.manifest.released().next().is_some() {
        let text = Clean::own("the release keeps an empty manifest although objects were rendered");
        return vec![Finding::of_check("manifest-differs", text)];
    }
    // Helm installs what lies in crds/ beside the release, so that it stands in the render only.
    let expected = rendered
        .manifest
        .released()
        .filter(|object| object.source.as_deref().is_none_or(|source| !crd::is_crd_source(source)));
    overlay::without(diff::objects(expected, kept.released()), &learned.unstable)
        .into_iter()
        .flat_map(|object| {
            object.paths.into_iter().map(move |path| {
                let what = if path.path.is_empty() { "the whole object" } else { path.path.as_str() };
                let text = format!("{what} differs between what was rendered and what is installed");
                Finding::of_check("manifest-differs", redactor.clean(&text))
                    .about(object.object.clone())
                    .at(path.path)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renders::Rendered;

    const RENDER: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n---\napiVersion: \
                          v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n";

    fn found(manifest: &str) -> Vec<Finding> {
        let learned = Learned { installed: Some(Rendered::new(RENDER.to_owned())), ..Learned::default() };
        differences(manifest, &learned, &Redactor::default())
    }

    #[test]
    fn hooks_are_not_expected_in_a_release() {
        assert_eq!(found("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n"), []);
    }

    #[test]
    fn a_template_in_a_folder_called_crds_is_part_of_the_release() {
        let text = "# Source: demo/templates/crds/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n\
                    # Source: demo/crds/b.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
        let learned = Learned { installed: Some(Rendered::new(text.to_owned())), ..Learned::default() };
        let kept = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
        assert_eq!(differences(kept, &learned, &Redactor::default()), []);
    }

    #[test]
    fn a_changed_path_and_an_empty_manifest_are_findings() {
        let changed = found("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: w}\n");
        assert_eq!(changed[0].path.as_deref(), Some("data.k"));
        assert_eq!(found("").len(), 1);
    }
}
