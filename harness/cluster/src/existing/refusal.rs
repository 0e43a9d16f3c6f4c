//! What may not be created on a cluster that others use. Pure.

use std::collections::BTreeSet;
use std::fmt;

use seatrial_ports::{Intended, Intent};

use super::scopes::Scopes;

/// Why an object is refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// It lives in no namespace.
    ClusterScoped,
    /// Nobody knows where objects of its kind live.
    Unknown,
    /// It names a namespace that is not the cell's.
    Foreign,
}

/// An object that is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused<'a> {
    pub one: &'a Intended,
    pub why: Why,
}

impl fmt::Display for Refused<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Intended { object, of, .. } = self.one;
        match self.why {
            Why::ClusterScoped => write!(f, "{object} of {of} lives in no namespace"),
            Why::Unknown => {
                write!(
                    f,
                    "{object} ({}) of {of} is of a kind that the cluster does not serve",
                    object.api_version
                )
            }
            Why::Foreign => write!(f, "{object} of {of} is to go to the namespace {}", object.namespace),
        }
    }
}

/// Objects that stay: definitions that are there already and that nobody would touch.
pub(super) fn created<'a>(intent: &'a Intent, scopes: &Scopes) -> Vec<&'a Intended> {
    let is_there = |one: &&Intended| {
        let served = one.defines.as_ref().and_then(|kind| scopes.get(&kind.group, &kind.kind));
        one.yields && served.is_some()
    };
    intent.objects.iter().filter(|one| !is_there(one)).collect()
}

/// Whether objects of an intended object's kind live in namespaces, definitions of the same intent included.
pub(super) fn is_namespaced(one: &Intended, intent: &Intent, scopes: &Scopes) -> Option<bool> {
    let (group, kind) = (one.object.group(), one.object.kind.as_str());
    scopes.is_namespaced(group, kind).or_else(|| {
        let mut defined = intent.objects.iter().filter_map(|other| other.defines.as_ref());
        defined.find(|own| own.group == group && own.kind == kind).map(|own| own.namespaced)
    })
}

/// What is refused. With `cluster_scoped`, objects that live in no namespace are allowed, and those in namespaces
/// that the same intent brings; others' namespaces never are.
pub(super) fn refused<'a>(intent: &'a Intent, scopes: &Scopes, cluster_scoped: bool) -> Vec<Refused<'a>> {
    let created = created(intent, scopes);
    let mut own: BTreeSet<&str> = [intent.namespace.as_str()].into();
    if cluster_scoped {
        let brought =
            created.iter().filter(|one| one.object.kind == "Namespace" && one.object.group().is_empty());
        own.extend(brought.map(|one| one.object.name.as_str()));
    }
    let why = |one: &Intended| match is_namespaced(one, intent, scopes) {
        Some(false) => (!cluster_scoped).then_some(Why::ClusterScoped),
        None => Some(Why::Unknown),
        Some(true) => {
            let named = one.object.namespace.as_str();
            (!named.is_empty() && !own.contains(named)).then_some(Why::Foreign)
        }
    };
    created.into_iter().filter_map(|one| Some(Refused { one, why: why(one)? })).collect()
}

/// What helps against refusals.
pub(super) fn hint(refused: &[Refused<'_>]) -> Option<String> {
    let any = |why: &Why| refused.iter().any(|one| one.why == *why);
    let mut hints = Vec::new();
    if any(&Why::ClusterScoped) {
        hints.push("--allow-cluster-scoped allows what lives in no namespace, and removes it afterwards");
    }
    if any(&Why::Foreign) {
        hints.push(
            "nothing allows to touch namespaces of others: leave `metadata.namespace` out in the chart",
        );
    }
    if any(&Why::Unknown) {
        hints.push("a requirement may bring the definition of a kind that is missing");
    }
    (!hints.is_empty()).then(|| hints.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_model::ObjectRef;
    use seatrial_ports::Definition;

    fn one(api_version: &str, kind: &str, namespace: &str, name: &str) -> Intended {
        let object = ObjectRef {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        };
        Intended { object, of: "the chart".to_owned(), ..Intended::default() }
    }

    fn intent(objects: Vec<Intended>) -> Intent {
        Intent { namespace: "demo-x-1".to_owned(), objects, ..Intent::default() }
    }

    fn boats(yields: bool) -> Intended {
        let definition = one("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "boats.sea.io");
        let defines = Definition { group: "sea.io".to_owned(), kind: "Boat".to_owned(), namespaced: true };
        Intended { yields, defines: Some(defines), ..definition }
    }

    fn whys(intent: &Intent, scopes: &Scopes, allow: bool) -> Vec<Why> {
        refused(intent, scopes, allow).into_iter().map(|refused| refused.why).collect()
    }

    #[rstest]
    #[case(one("v1", "ConfigMap", "", "a"), &[], &[])]
    #[case(one("v1", "ConfigMap", "demo-x-1", "a"), &[], &[])]
    #[case(one("v1", "ConfigMap", "kube-system", "a"), &[Why::Foreign], &[Why::Foreign])]
    #[case(one("rbac.authorization.k8s.io/v1", "ClusterRole", "", "a"), &[Why::ClusterScoped], &[])]
    #[case(one("v1", "Namespace", "", "kube-system"), &[Why::ClusterScoped], &[])]
    #[case(one("sea.io/v1", "Boat", "", "a"), &[Why::Unknown], &[Why::Unknown])]
    #[case(boats(false), &[Why::ClusterScoped], &[])]
    fn only_the_cells_own_namespace_is_free(
        #[case] object: Intended,
        #[case] without: &[Why],
        #[case] with: &[Why],
    ) {
        let intent = intent(vec![object]);
        assert_eq!(whys(&intent, &Scopes::default(), false), without);
        assert_eq!(whys(&intent, &Scopes::default(), true), with);
    }

    #[test]
    fn a_namespace_of_the_releases_own_is_free_only_with_the_flag() {
        let intent = intent(vec![one("v1", "Namespace", "", "jobs"), one("v1", "Secret", "jobs", "a")]);
        assert_eq!(whys(&intent, &Scopes::default(), false), [Why::ClusterScoped, Why::Foreign]);
        assert_eq!(whys(&intent, &Scopes::default(), true), []);
    }

    #[test]
    fn a_definition_that_is_there_and_stays_as_it_is_needs_no_flag() {
        let scopes = Scopes::of(&[("sea.io", "Boat", "boats", true)]);
        let boat = one("sea.io/v1", "Boat", "", "a");
        assert_eq!(whys(&intent(vec![boats(true), boat.clone()]), &scopes, false), []);
        assert_eq!(whys(&intent(vec![boats(false)]), &scopes, false), [Why::ClusterScoped]);
        // Not there yet: its objects are known by the definition that comes along.
        assert_eq!(whys(&intent(vec![boats(true), boat]), &Scopes::default(), false), [Why::ClusterScoped]);
    }

    #[test]
    fn a_refusal_names_the_object_who_brings_it_and_what_to_write() {
        let role = one("rbac.authorization.k8s.io/v1", "ClusterRole", "", "reader");
        let intent = intent(vec![role, one("v1", "Secret", "kube-system", "a")]);
        let refused = refused(&intent, &Scopes::default(), false);
        let said: Vec<String> = refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "ClusterRole/reader of the chart lives in no namespace",
                "Secret/a of the chart is to go to the namespace kube-system"
            ]
        );
        let hint = hint(&refused).unwrap();
        assert!(hint.contains("--allow-cluster-scoped") && hint.contains("namespaces of others"), "{hint}");
    }
}
