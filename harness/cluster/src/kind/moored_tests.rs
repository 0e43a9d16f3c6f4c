use super::*;
use rstest::rstest;

pub(crate) fn moored(name: &str) -> Moored {
    Moored {
        schema: SCHEMA.to_owned(),
        name: name.to_owned(),
        why: Why::Standing,
        run: "r1".to_owned(),
        since: Instant::UNIX_EPOCH,
        kubernetes: "1.36.3".parse().unwrap(),
        image: "seatrial/node:v1.36.3".to_owned(),
        node: format!("seatrial-r1-{name}"),
        volume: format!("seatrial-r1-{name}-var"),
        registry: Some(MooredRegistry {
            container: "seatrial-r1-registry".to_owned(),
            mirror: "m".to_owned(),
        }),
        node_labels: BTreeMap::new(),
        extended_resources: BTreeMap::new(),
        enforces_network_policy: false,
    }
}

#[tokio::test]
async fn what_is_moored_is_read_back_and_is_its_runs_until_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let moorings = Moorings::new(folder.path().join("clusters"));
    assert_eq!(moorings.all(), []);
    let one = moored("k8s-1.36");
    let lease = moorings.moor(&one, "{}", "r1").unwrap();
    assert_eq!(moorings.all(), [one]);
    assert_eq!((moorings.holder("k8s-1.36"), moorings.user("k8s-1.36")), (Holder::Living, "r1".to_owned()));
    assert!(moorings.take("k8s-1.36", "r2").await.unwrap().is_none());
    drop(lease);
    let second = moorings.take("k8s-1.36", "r2").await.unwrap();
    assert!(second.is_some());
    moorings.forget("k8s-1.36").unwrap();
    assert!(moorings.take("k8s-1.36", "r3").await.unwrap().is_none(), "it is gone");
    moorings.forget("k8s-1.36").unwrap();
}

#[test]
fn a_second_cluster_gets_a_name_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let moorings = Moorings::new(folder.path());
    assert_eq!(moorings.free_name("a"), "a");
    let _lease = moorings.moor(&moored("a"), "{}", "r1").unwrap();
    assert_eq!(moorings.free_name("a"), "a-2");
    assert!(moorings.moor(&moored("a"), "{}", "r2").is_err());
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_is_no_cluster() {
    let folder = tempfile::tempdir().unwrap();
    let moorings = Moorings::new(folder.path());
    let _lease = moorings.moor(&moored("a"), "{}", "r1").unwrap();
    std::fs::write(moorings.of("a").join(FILE), r#"{"schema": "seatrial.dev/cluster/v9"}"#).unwrap();
    assert_eq!((moorings.all(), moorings.names()), (Vec::new(), vec!["a".to_owned()]));
    assert!(moorings.get("a").unwrap_err().to_string().contains(FILE));
}

#[rstest]
#[case("k8s-1.36", true)]
#[case("a", true)]
#[case("", false)]
#[case(".new-a", false)]
#[case("-f", false)]
#[case("../a", false)]
#[case("a b", false)]
fn a_name_stays_in_its_folder(#[case] name: &str, #[case] fit: bool) {
    assert_eq!(is_name(name), fit);
}
