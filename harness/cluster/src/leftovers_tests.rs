use rstest::rstest;
use seatrial_model::ObjectRef;

use super::*;

fn item(kind: &str, name: &str, annotations: &[(&str, &str)]) -> Item {
    Item {
        object: ObjectRef { kind: kind.to_owned(), name: name.to_owned(), ..ObjectRef::default() },
        uid: format!("{kind}/{name}"),
        annotations: annotations
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect(),
        ..Item::default()
    }
}

fn owned(mut item: Item, owner: &str) -> Item {
    item.owners.push(owner.to_owned());
    item
}

fn context() -> Context {
    Context {
        namespace: "ns".to_owned(),
        release: "web".to_owned(),
        before: ["Secret/operator-made".to_owned()].into(),
        claims: ["data-web-".to_owned()].into(),
        foreign_claims: ["data-postgresql-".to_owned()].into(),
    }
}

#[rstest]
#[case::kept(item("Secret", "s", &[(POLICY, "keep")]), Some("helm.sh/resource-policy: keep"))]
#[case::hook(item("Job", "migrate", &[(HOOK, "pre-install")]), Some("a hook's object"))]
#[case::claim(item("PersistentVolumeClaim", "data-web-0", &[]), Some("volume claim of a StatefulSet"))]
#[case::no_claim(item("PersistentVolumeClaim", "data-web-x", &[(RELEASE, "web")]), None)]
#[case::made_at_run_time(item("ConfigMap", "cache", &[]), Some("made at run time; it goes with the namespace"))]
#[case::release_record(item("Secret", "sh.helm.release.v1.web.v1", &[]), None)]
fn what_stays_is_listed_with_its_explanation(#[case] item: Item, #[case] explained: Option<&str>) {
    let sorted = in_namespace(&[item], &context());
    assert!(sorted.going.is_empty());
    assert_eq!(sorted.left.len(), 1);
    assert_eq!(sorted.left[0].explained.as_deref(), explained);
}

#[rstest]
#[case::root_certificate(item("ConfigMap", "kube-root-ca.crt", &[]))]
#[case::account(item("ServiceAccount", "default", &[]))]
#[case::another_release(item("Deployment", "postgresql", &[(RELEASE, "postgresql")]))]
#[case::its_record(item("Secret", "sh.helm.release.v1.postgresql.v1", &[]))]
#[case::its_claim(item("PersistentVolumeClaim", "data-postgresql-0", &[]))]
#[case::a_requirement(item("Certificate", "tls", &[(REQUIREMENT, "tls")]))]
#[case::there_before(item("Secret", "operator-made", &[]))]
#[case::owned_by_what_was_there(owned(item("Pod", "x", &[]), "Secret/operator-made"))]
fn what_is_not_the_releases_own_is_not_listed(#[case] item: Item) {
    assert_eq!(in_namespace(&[item], &context()), Sorted::default());
}

#[test]
fn what_belongs_to_a_requirement_through_its_owners_is_not_listed() {
    let items = [
        item("Deployment", "postgresql", &[(RELEASE, "postgresql")]),
        owned(item("ReplicaSet", "postgresql-1", &[]), "Deployment/postgresql"),
        owned(item("Pod", "postgresql-1-x", &[]), "ReplicaSet/postgresql-1"),
    ];
    assert_eq!(in_namespace(&items, &context()), Sorted::default());
}

#[test]
fn what_is_about_to_go_is_waited_for_and_what_an_owner_keeps_is_told_by_the_owner() {
    let mut terminating = item("Pod", "web-0", &[]);
    terminating.terminating = true;
    terminating.finalizers.push("example/wait".to_owned());
    let items = [
        terminating,
        owned(item("ReplicaSet", "web-1", &[]), "Deployment/gone"),
        item("Job", "migrate", &[(HOOK, "pre-install")]),
        owned(item("Pod", "migrate-x", &[]), "Job/migrate"),
    ];
    let sorted = in_namespace(&items, &context());
    assert_eq!(sorted.going, ["Pod/web-0 (finalizers example/wait)", "ReplicaSet/web-1"]);
    let left: Vec<String> = sorted.left.iter().map(|left| left.object.to_string()).collect();
    assert_eq!(left, ["Job/migrate"]);
}

#[test]
fn in_the_cluster_only_what_names_the_release_and_its_namespace_counts() {
    let mine = [(RELEASE, "web"), (RELEASE_NAMESPACE, "ns")];
    let items = [
        item("ClusterRole", "mine", &mine),
        item("ClusterRole", "same-name-elsewhere", &[(RELEASE, "web"), (RELEASE_NAMESPACE, "other")]),
        item("ClusterRole", "unmarked", &[]),
    ];
    let sorted = in_cluster(&items, &context());
    assert_eq!(sorted.left.iter().map(|left| left.object.name.as_str()).collect::<Vec<_>>(), ["mine"]);
    assert_eq!(sorted.left[0].explained, None);
}
