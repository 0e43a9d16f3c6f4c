//! What the account may do, asked before anything is done, and what to ask an administrator for.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use k8s_openapi::api::authentication::v1::SelfSubjectReview;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use kube::api::PostParams;
use kube::discovery::ApiResource;
use kube::{Api, Client, Error};

/// Questions at the same time.
const AT_ONCE: usize = 8;

/// Verbs on everything that a release brings: helm creates, reads, patches and deletes it, Helm 4 watches it while it
/// goes, and the harness lists what is there.
const OF_RELEASE: [&str; 6] = ["create", "delete", "get", "list", "patch", "watch"];

/// What helm keeps its records in, and what the harness watches.
const IN_NAMESPACE: [(&str, &str, &[&str]); 9] = [
    ("", "secrets", &["create", "delete", "get", "list", "update"]),
    ("", "pods", &["get", "list", "watch"]),
    ("", "pods/log", &["get"]),
    ("", "events", &["list", "watch"]),
    ("", "persistentvolumeclaims", &["delete", "get", "list", "watch"]),
    ("apps", "deployments", &["list", "watch"]),
    ("apps", "statefulsets", &["list", "watch"]),
    ("apps", "daemonsets", &["list", "watch"]),
    ("batch", "jobs", &["list", "watch"]),
];

/// One thing that the account must be allowed to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Right {
    /// Where; `None` in the whole cluster.
    pub namespace: Option<String>,
    pub group: String,
    /// `pods`, `pods/log`.
    pub resource: String,
    pub verb: &'static str,
}

fn rights(namespace: Option<&str>, group: &str, resource: &str, verbs: &[&'static str]) -> Vec<Right> {
    let right = |verb: &&'static str| Right {
        namespace: namespace.map(str::to_owned),
        group: group.to_owned(),
        resource: resource.to_owned(),
        verb,
    };
    verbs.iter().map(right).collect()
}

/// What every cell needs in its namespace.
pub(super) fn in_namespace(namespace: &str) -> Vec<Right> {
    let all = IN_NAMESPACE.iter();
    all.flat_map(|(group, resource, verbs)| rights(Some(namespace), group, resource, verbs)).collect()
}

/// What a run needs that makes its namespaces by itself.
pub(super) fn of_namespaces() -> Vec<Right> {
    rights(None, "", "namespaces", &["create", "delete", "get"])
}

/// What is needed to create an object of a kind and to remove it again.
pub(super) fn of_kind(resource: &ApiResource, namespace: Option<&str>) -> Vec<Right> {
    rights(namespace, &resource.group, &resource.plural, &OF_RELEASE)
}

/// What is needed to see a kind in the whole cluster.
pub(super) fn listing(resource: &ApiResource) -> Vec<Right> {
    rights(None, &resource.group, &resource.plural, &["list"])
}

/// Those of `wanted` that the account does not have, ordered.
pub(super) async fn missing(client: &Client, wanted: &BTreeSet<Right>) -> Result<Vec<Right>, Error> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    let ask = |right: Right| {
        let reviews = reviews.clone();
        async move {
            let answer = reviews.create(&PostParams::default(), &question(&right)).await?;
            let allowed = answer.status.is_some_and(|status| status.allowed);
            Ok((!allowed).then_some(right))
        }
    };
    let asked: Vec<_> = wanted.iter().cloned().map(ask).collect();
    let answers: Vec<Result<Option<Right>, Error>> =
        futures::stream::iter(asked).buffered(AT_ONCE).collect().await;
    Ok(answers.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn question(right: &Right) -> SelfSubjectAccessReview {
    let (resource, subresource) = match right.resource.split_once('/') {
        Some((resource, sub)) => (resource, Some(sub.to_owned())),
        None => (right.resource.as_str(), None),
    };
    let attributes = ResourceAttributes {
        group: Some(right.group.clone()),
        namespace: right.namespace.clone(),
        resource: Some(resource.to_owned()),
        subresource,
        verb: Some(right.verb.to_owned()),
        ..ResourceAttributes::default()
    };
    SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(attributes),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    }
}

/// Who the API server takes the account for, where it says so.
pub(super) async fn account(client: &Client) -> Option<String> {
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let answer = reviews.create(&PostParams::default(), &SelfSubjectReview::default()).await.ok()?;
    answer.status?.user_info?.username
}

/// `create, delete namespaces in the whole cluster; list pods in demo-x`.
pub(super) fn told(missing: &[Right]) -> String {
    let mut verbs: BTreeMap<(&Option<String>, String), Vec<&str>> = BTreeMap::new();
    for right in missing {
        verbs.entry((&right.namespace, qualified(right))).or_default().push(right.verb);
    }
    let line = |((namespace, resource), verbs): (&(&Option<String>, String), &Vec<&str>)| {
        let place =
            namespace.as_deref().map_or("in the whole cluster".to_owned(), |name| format!("in {name}"));
        format!("{} {resource} {place}", verbs.join(", "))
    };
    verbs.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// `deployments.apps`.
fn qualified(right: &Right) -> String {
    if right.group.is_empty() {
        right.resource.clone()
    } else {
        format!("{}.{}", right.resource, right.group)
    }
}

/// The smallest role that holds `wanted`, as YAML: a `Role` in `namespace`, or a `ClusterRole`.
pub(super) fn role<'a>(wanted: impl IntoIterator<Item = &'a Right>, namespace: Option<&str>) -> String {
    let mut verbs: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for right in wanted {
        verbs.entry((&right.group, &right.resource)).or_default().insert(right.verb);
    }
    let mut resources: BTreeMap<(&str, Vec<&str>), Vec<&str>> = BTreeMap::new();
    for ((group, resource), verbs) in verbs {
        resources.entry((group, verbs.into_iter().collect())).or_default().push(resource);
    }
    let head = match namespace {
        Some(namespace) => format!("kind: Role\nmetadata: {{ name: seatrial, namespace: {namespace} }}"),
        None => "kind: ClusterRole\nmetadata: { name: seatrial }".to_owned(),
    };
    let rule = |((group, verbs), resources): ((&str, Vec<&str>), Vec<&str>)| {
        format!(
            "  - {{ apiGroups: [\"{group}\"], resources: [{}], verbs: [{}] }}\n",
            resources.join(", "),
            verbs.join(", ")
        )
    };
    let rules: String = resources.into_iter().map(rule).collect();
    format!("apiVersion: rbac.authorization.k8s.io/v1\n{head}\nrules:\n{rules}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn missing_rights_are_told_by_place_and_resource() {
        let mut missing = of_namespaces();
        missing.extend(rights(Some("team"), "apps", "deployments", &["list", "watch"]));
        missing.extend(rights(Some("team"), "", "pods/log", &["get"]));
        assert_eq!(
            told(&missing),
            "create, delete, get namespaces in the whole cluster; list, watch deployments.apps in team; get pods/log in \
             team"
        );
    }

    #[test]
    fn the_role_is_one_that_kubernetes_reads_and_holds_what_is_wanted() {
        let wanted = [of_namespaces(), in_namespace("team")].concat();
        let role: Value = serde_yaml::from_str(&role(&wanted, None)).unwrap();
        assert_eq!(role["kind"], "ClusterRole");
        let rules = role["rules"].as_array().unwrap();
        for right in &wanted {
            let holds = |rule: &Value| {
                let has =
                    |key: &str, value: &str| rule[key].as_array().unwrap().iter().any(|one| one == value);
                has("apiGroups", &right.group)
                    && has("resources", &right.resource)
                    && has("verbs", right.verb)
            };
            assert!(rules.iter().any(holds), "{right:?} is not in {rules:?}");
        }
        let text = super::role(&wanted, Some("team"));
        assert!(text.contains("kind: Role\nmetadata: { name: seatrial, namespace: team }"), "{text}");
    }

    #[test]
    fn a_subresource_is_asked_for_as_one() {
        let [right] = &rights(Some("n"), "", "pods/log", &["get"])[..] else { panic!() };
        let asked = question(right).spec.resource_attributes.unwrap();
        assert_eq!((asked.resource.as_deref(), asked.subresource.as_deref()), (Some("pods"), Some("log")));
    }
}
