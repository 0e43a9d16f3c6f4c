use rstest::rstest;
use serde_json::json;

use super::*;

const RENDER: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: a}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: demo}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}}}}
---
# Source: demo/templates/db.yaml
apiVersion: postgres.example.org/v1
kind: Cluster
metadata: {name: db}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {helm.sh/hook: 'pre-install,pre-upgrade'}}
spec: {template: {spec: {containers: [{name: a}]}}}
";

fn object(api_version: &str, kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: "demo".to_owned(),
        name: name.to_owned(),
    }
}

fn pod(name: &str, image: &str, owners: &[(&str, &str, &str)]) -> LivePod {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "demo"},
        "spec": {"nodeName": name, "containers": [{"name": "a", "image": image}]}});
    LivePod { pod, owners: owners.iter().map(|(api, kind, name)| object(api, kind, name)).collect() }
}

fn sorted(pods: Vec<LivePod>) -> Crew {
    sort(pods, &Manifest::decode(RENDER), "demo", &[], true)
}

/// Workload, owner and number of Pods of each subject.
fn told(crew: &Crew) -> Vec<(String, String, usize)> {
    crew.subjects.iter().map(|one| (one.workload.to_string(), one.owner.to_string(), one.pods)).collect()
}

#[test]
fn pods_of_one_template_are_judged_once_and_an_older_template_by_itself() {
    let deployment = |set| [("apps/v1", "ReplicaSet", set), ("apps/v1", "Deployment", "web")];
    let crew = sorted(vec![
        pod("web-1-a", "old", &deployment("web-1")),
        pod("web-2-a", "new", &deployment("web-2")),
        pod("web-2-b", "new", &deployment("web-2")),
    ]);
    let web = |pods| ("Deployment/web".to_owned(), "Deployment/web".to_owned(), pods);
    assert_eq!(told(&crew), [web(1), web(2)]);
    assert_eq!(crew.subjects[0].owner, crew.subjects[0].workload, "named as it was rendered");
}

#[rstest]
#[case::cron_job(&[("batch/v1", "Job", "nightly-1"), ("batch/v1", "CronJob", "nightly")], "CronJob/nightly", "CronJob/nightly")]
#[case::operator(&[("apps/v1", "StatefulSet", "db-x"), ("postgres.example.org/v1beta1", "Cluster", "db")], "Cluster/db", "Cluster/db")]
#[case::adopted(
    &[("apps/v1", "Deployment", "web"), ("fleet.example.org/v1", "Bundle", "all")],
    "Deployment/web", "Bundle/all"
)]
fn a_pod_is_the_releases_by_any_of_its_owners(
    #[case] owners: &[(&str, &str, &str)],
    #[case] workload: &str,
    #[case] owner: &str,
) {
    let crew = sorted(vec![pod("x", "a", owners)]);
    assert_eq!(told(&crew), [(workload.to_owned(), owner.to_owned(), 1)]);
    assert_eq!(crew.subjects[0].owner.namespace.is_empty(), owner != "CronJob/nightly");
}

#[test]
fn what_leads_to_nothing_rendered_is_a_stranger_at_home_only() {
    let requirement = pod("minio-0", "a", &[("apps/v1", "StatefulSet", "minio")]);
    let same_name = pod("web-x", "a", &[("other.example.org/v1", "Deployment", "web")]);
    let mut elsewhere = pod("y", "a", &[("apps/v1", "Deployment", "web")]);
    elsewhere.pod["metadata"]["namespace"] = json!("kube-system");
    elsewhere.owners[0].namespace = "kube-system".to_owned();
    let crew = sorted(vec![requirement, same_name, elsewhere]);
    let names: Vec<String> = crew.strangers.iter().map(ToString::to_string).collect();
    assert_eq!((names, crew.subjects.len()), (vec!["Pod/minio-0".to_owned(), "Pod/web-x".to_owned()], 0));
}

#[test]
fn what_was_not_seen_is_told_with_whether_it_had_to_run() {
    let absent: Vec<_> =
        sorted(Vec::new()).absent.into_iter().map(|(object, why)| (object.to_string(), why)).collect();
    let expected = [
        ("Deployment/web".to_owned(), Absence::Unexplained),
        ("CronJob/nightly".to_owned(), Absence::Idle),
        ("Job/migrate".to_owned(), Absence::Missed),
    ];
    assert_eq!(absent, expected);
}

#[rstest]
#[case("kind: StatefulSet\nspec: {replicas: 0, ", "apps/v1", Absence::Idle)]
#[case("kind: StatefulSet\nspec: {", "apps/v1", Absence::Unexplained)]
#[case("kind: DaemonSet\nspec: {", "apps/v1", Absence::Idle)]
#[case("kind: Job\nspec: {suspend: true, ", "batch/v1", Absence::Idle)]
#[case("kind: Job\nmetadata: {annotations: {helm.sh/hook: test}}\nspec: {", "batch/v1", Absence::Idle)]
#[case("kind: Job\nmetadata: {annotations: {helm.sh/hook: pre-delete}}\nspec: {", "batch/v1", Absence::Idle)]
fn only_what_must_have_pods_is_missed(#[case] start: &str, #[case] api: &str, #[case] expected: Absence) {
    let text = format!("apiVersion: {api}\n{start}template: {{spec: {{containers: []}}}}}}\n");
    let crew = sort(Vec::new(), &Manifest::decode(&text), "demo", &[], false);
    assert_eq!(crew.absent[0].1, expected);
}

#[test]
fn a_custom_kind_of_which_no_pod_was_seen_is_told_where_its_path_is_known() {
    let render = Manifest::decode(
        "apiVersion: apps.kruise.io/v1alpha1\nkind: CloneSet\nmetadata: {name: web}\nspec: {template: {spec: \
         {containers: [{name: a}]}}}\n",
    );
    let path = PodPath {
        group: "apps.kruise.io".to_owned(),
        kind: "CloneSet".to_owned(),
        path: "spec.template.spec".to_owned(),
    };
    let absent = |custom: &[PodPath]| sort(Vec::new(), &render, "demo", custom, true).absent;
    assert_eq!(absent(&[]), []);
    let [(object, why)] = &absent(std::slice::from_ref(&path))[..] else { panic!("one object") };
    assert_eq!((object.to_string().as_str(), *why), ("CloneSet/web", Absence::Idle));
    // Its Pods are the release's, whoever knows of a path.
    let owners = [("apps.kruise.io/v1alpha1", "CloneSet", "web")];
    let crew = sort(vec![pod("web-1", "a", &owners)], &render, "demo", &[path], true);
    assert_eq!((crew.subjects.len(), crew.absent.len()), (1, 0));
}
