//! What the schema of a Kubernetes version has against objects, as findings: `schema` and `vet` tell it by this.

use seatrial_manifest::schema::{Fault, SchemaError};
use seatrial_manifest::{Object, pod};
use seatrial_model::{Finding, HelmMajor, KubernetesVersion, Location, PodPath, Redactor, Severity};

/// An error of an object, with what becomes of it with that Helm; with either where none is named. `custom` is where
/// custom kinds hold Pods.
pub fn finding(
    object: &Object,
    error: &SchemaError,
    helm: Option<HelmMajor>,
    custom: &[PodPath],
    redactor: &Redactor,
    place: impl Fn(&Object, Option<&str>) -> Option<Location>,
) -> Finding {
    let path = error.path.to_string();
    let dropped = error.fault == Fault::UnknownField && helm == Some(HelmMajor::V3) && !error.hardening;
    Finding {
        severity: if dropped { Severity::Medium } else { Severity::High },
        container: container(object, &path, custom),
        location: place(object, Some(&path)),
        ..Finding::of_check(error.fault.id(), redactor.clean(&error.told(helm)))
            .about(object.reference.clone())
            .at(path)
    }
}

/// The version's own schema does not ship: what is found is right for another one.
pub fn other_version(
    asked: &KubernetesVersion,
    taken: &KubernetesVersion,
    redactor: &Redactor,
) -> Option<Finding> {
    let (asked, taken) = (asked.minor_text(), taken.minor_text());
    if asked == taken {
        return None;
    }
    let message = format!("no schema of Kubernetes {asked} ships with seatrial: that of {taken} was taken");
    Some(Finding::of_check("schema-of-another-version", redactor.clean(&message)).audited())
}

/// The container that a path leads into.
fn container(object: &Object, path: &str, custom: &[PodPath]) -> Option<String> {
    let containers = pod::within(object, custom)?.containers();
    let holds = |one: &&pod::Container<'_>| {
        path.strip_prefix(&one.path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let one = containers.iter().find(holds)?;
    (!one.name.is_empty()).then(|| one.name.to_owned())
}
