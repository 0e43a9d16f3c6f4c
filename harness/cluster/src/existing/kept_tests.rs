use super::*;
use seatrial_model::ObjectRef;
use seatrial_model::names::RUN_LABEL;

fn item(kind: &str, name: &str, uid: &str) -> Item {
    let object = ObjectRef {
        api_version: "v1".to_owned(),
        kind: kind.to_owned(),
        name: name.to_owned(),
        ..ObjectRef::default()
    };
    Item { object, uid: uid.to_owned(), ..Item::default() }
}

fn annotated(item: Item, annotations: &[(&str, &str)]) -> Item {
    let annotations = annotations.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Item { annotations: annotations.collect(), ..item }
}

fn owned(item: Item, owner: &str) -> Item {
    Item { owners: vec![owner.to_owned()], ..item }
}

fn intent(names: &[(&str, &str)]) -> Intent {
    let one = |(kind, name): &(&str, &str)| Intended {
        object: item(kind, name, "").object,
        of: "the chart".to_owned(),
        ..Intended::default()
    };
    Intent {
        releases: vec!["demo".to_owned()],
        objects: names.iter().map(one).collect(),
        ..Intent::default()
    }
}

#[test]
fn what_runs_what_holds_data_and_releases_occupy_a_namespace_and_settings_do_not() {
    let items = [
        item("ConfigMap", "settings", "1"),
        item("ServiceAccount", "default", "2"),
        item("Deployment", "shop", "3"),
        owned(item("Pod", "shop-1", "4"), "3"),
        owned(item("Pod", "gone-1", "5"), "99"),
        item("PersistentVolumeClaim", "data", "6"),
        item("Secret", "sh.helm.release.v1.shop.v2", "7"),
    ];
    assert_eq!(
        occupied(&items),
        ["Deployment/shop", "PersistentVolumeClaim/data", "Pod/gone-1", "the release shop"]
    );
    assert_eq!(occupied(&items[..2]), Vec::<String>::new());
}

#[tokio::test]
async fn a_cell_is_let_in_alone_and_only_where_nothing_of_its_names_is_there() {
    let kept = Kept::new("team");
    let scopes = Scopes::default();
    let items = [item("ConfigMap", "settings", "1")];
    let said = |answer: Result<(), Trouble>| answer.unwrap_err().to_string();
    let taken = said(kept.admit(&intent(&[("ConfigMap", "settings")]), &scopes, &items).await);
    assert!(taken.contains("holds already what would be created: ConfigMap/settings"), "{taken}");
    kept.admit(&intent(&[("ConfigMap", "other")]), &scopes, &items).await.unwrap();
    let busy = said(kept.admit(&intent(&[]), &scopes, &items).await);
    assert!(busy.contains("another cell is in it"), "{busy}");
}

#[test]
fn only_what_the_guests_releases_and_requirements_made_is_theirs() {
    let guest = Guest {
        before: ["1".to_owned()].into(),
        releases: ["demo".to_owned()].into(),
        hooks: [("Pod".to_owned(), "demo-test".to_owned())].into(),
        claims: ["data-db-".to_owned()].into(),
    };
    let items = [
        annotated(item("ConfigMap", "before", "1"), &[(RELEASE, "demo")]),
        annotated(item("ConfigMap", "kept", "2"), &[(RELEASE, "demo")]),
        annotated(item("ConfigMap", "theirs", "3"), &[(RELEASE, "shop")]),
        annotated(item("ConfigMap", "required", "4"), &[(REQUIREMENT, "db"), (RUN_LABEL, "r1")]),
        annotated(item("ConfigMap", "of-another-run", "5"), &[(REQUIREMENT, "db"), (RUN_LABEL, "r2")]),
        item("Secret", "sh.helm.release.v1.demo.v1", "6"),
        item("Secret", "sh.helm.release.v1.demo-2.v1", "7"),
        item("Pod", "demo-test", "8"),
        item("PersistentVolumeClaim", "data-db-0", "9"),
        item("PersistentVolumeClaim", "data-other-0", "10"),
        owned(item("Pod", "demo-1", "11"), "12"),
        owned(item("Pod", "of-before", "13"), "1"),
    ];
    let sorted = guest.sort(&items, "team", "r1");
    let names = |items: &[&Item]| items.iter().map(|item| item.object.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&sorted.ours),
        ["kept", "required", "sh.helm.release.v1.demo.v1", "demo-test", "data-db-0"]
    );
    assert_eq!(names(&sorted.going), ["demo-1"]);
    assert_eq!(
        names(&sorted.strange),
        ["theirs", "of-another-run", "sh.helm.release.v1.demo-2.v1", "data-other-0"]
    );
}

#[test]
fn hooks_are_read_by_kind_and_name() {
    let yaml = "---\n# Source: x\nkind: Pod\nmetadata: {name: t}\n---\nkind: Job\nmetadata: {name: j}\n";
    let expected = [("Job", "j"), ("Pod", "t")].map(|(kind, name)| (kind.to_owned(), name.to_owned()));
    assert_eq!(hooks(yaml), expected.into());
}
