//! What an overlay may do, and what it did: deviations and findings about it.

use std::collections::BTreeSet;

use serde_json::Value;

use seatrial_manifest::Manifest;
use seatrial_manifest::diff::{self, ObjectDiff, PathDiff};
use seatrial_model::deviation::{Change, Deviation};
use seatrial_model::secret::{MASK, is_secret_key};
use seatrial_model::suite::{Overlay, OverlayAllowance};
use seatrial_model::{Basis, Clean, Finding, Location, Redactor};

/// A value longer than this is cut in reports.
const LONGEST_VALUE: usize = 200;

/// What the overlay changed, without what differs from render to render anyway.
pub(crate) fn deviations(
    before: &Manifest,
    after: &Manifest,
    unstable: &[ObjectDiff],
    overlay: &Overlay,
    file: &str,
    redactor: &Redactor,
) -> Vec<Deviation> {
    without(diff::manifests(before, after), unstable)
        .into_iter()
        .map(|object| Deviation {
            changes: object.paths.iter().map(|path| change(&object, path, redactor)).collect(),
            object: object.object,
            overlay: file.to_owned(),
            reason: overlay.reason.clone(),
        })
        .collect()
}

/// Differences that are not among the known ones.
pub(crate) fn without(found: Vec<ObjectDiff>, known: &[ObjectDiff]) -> Vec<ObjectDiff> {
    let known: BTreeSet<_> = known
        .iter()
        .flat_map(|object| {
            object.paths.iter().map(move |path| (&object.object.kind, &object.object.name, &path.path))
        })
        .collect();
    found
        .into_iter()
        .filter_map(|mut object| {
            let (kind, name) = (object.object.kind.clone(), object.object.name.clone());
            object.paths.retain(|path| !known.contains(&(&kind, &name, &path.path)));
            (!object.paths.is_empty()).then_some(object)
        })
        .collect()
}

/// Findings about what the overlay touches without asking for it by name.
pub(crate) fn trespasses(found: &[Deviation], overlay: &Overlay, file: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for deviation in found {
        for change in &deviation.changes {
            let needed = needed_allowance(&deviation.object.kind, &change.path);
            if let Some(needed) = needed.filter(|needed| !overlay.allow.contains(needed)) {
                let text = format!(
                    "the overlay changes {}, so what is installed is not what was judged; drop the key or write \
                     `allow: [{needed}]` with the reason",
                    if change.path.is_empty() { "the object" } else { &change.path },
                );
                let finding = Finding::of_check("overlay-trespass", Redactor::default().clean(&text))
                    .about(deviation.object.clone())
                    .at(change.path.clone());
                findings.push(Finding { location: Some(location(file)), ..finding });
            }
        }
    }
    findings
}

fn needed_allowance(kind: &str, path: &str) -> Option<OverlayAllowance> {
    let last = path.rsplit('.').next().unwrap_or_default();
    if kind == "NetworkPolicy" {
        Some(OverlayAllowance::NetworkPolicies)
    } else if path.split('.').any(|step| step.starts_with("securityContext")) {
        Some(OverlayAllowance::Security)
    } else if last == "image" {
        Some(OverlayAllowance::Images)
    } else {
        None
    }
}

/// The finding for a key that changes nothing.
pub(crate) fn idle_key(file: &str, key: &str) -> Finding {
    let text = format!(
        "key `{key}` of the overlay changes nothing in what is rendered; remove it, or correct its name"
    );
    let finding = Finding::of_check("overlay-key-idle", Redactor::default().clean(&text)).at(key);
    Finding { location: Some(location(file)), ..finding }
}

fn location(file: &str) -> Location {
    Location { file: file.to_owned(), line: None, basis: Basis::File }
}

fn change(object: &ObjectDiff, path: &PathDiff, redactor: &Redactor) -> Change {
    let secret = object.object.kind == "Secret" || path.path.rsplit('.').next().is_some_and(is_secret_key);
    let show = |value: &Option<Value>| {
        value.as_ref().map(|value| {
            if secret {
                Clean::own(MASK)
            } else if path.path.is_empty() {
                Clean::own("the whole object")
            } else {
                // Cleaned before it is cut: half a secret is not recognised.
                let clean = redactor.clean(&value.to_string());
                let text: String = clean.as_str().chars().take(LONGEST_VALUE).collect();
                redactor.clean(&text)
            }
        })
    };
    Change { path: path.path.clone(), from: show(&path.from), to: show(&path.to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 5, template: \
                          {spec: {containers: [{name: a, image: x, securityContext: {runAsNonRoot: true}}]}}}\n";
    const AFTER: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 1, template: \
                         {spec: {containers: [{name: a, image: y, securityContext: {runAsNonRoot: false}}]}}}\n";

    fn overlay(allow: &[OverlayAllowance]) -> Overlay {
        Overlay { file: "o.yaml".into(), reason: "small".to_owned(), allow: allow.iter().copied().collect() }
    }

    fn found(unstable: &[ObjectDiff]) -> Vec<Deviation> {
        let (before, after) = (Manifest::decode(BEFORE), Manifest::decode(AFTER));
        deviations(&before, &after, unstable, &overlay(&[]), "o.yaml", &Redactor::default())
    }

    #[test]
    fn every_changed_path_is_listed_with_both_values() {
        let changes = &found(&[])[0].changes;
        let replicas = changes.iter().find(|change| change.path == "spec.replicas").unwrap();
        assert_eq!(changes.len(), 3);
        assert_eq!(
            (replicas.from.as_ref().unwrap().as_str(), replicas.to.as_ref().unwrap().as_str()),
            ("5", "1")
        );
    }

    #[test]
    fn security_and_images_must_be_allowed_by_name() {
        let codes = |allow: &[OverlayAllowance]| trespasses(&found(&[]), &overlay(allow), "o.yaml").len();
        assert_eq!(codes(&[]), 2);
        assert_eq!(codes(&[OverlayAllowance::Images]), 1);
        assert_eq!(codes(&[OverlayAllowance::Images, OverlayAllowance::Security]), 0);
    }

    #[test]
    fn what_differs_from_render_to_render_is_no_deviation() {
        let unstable = diff::manifests(&Manifest::decode(BEFORE), &Manifest::decode(AFTER));
        assert_eq!(found(&unstable), []);
    }
}
