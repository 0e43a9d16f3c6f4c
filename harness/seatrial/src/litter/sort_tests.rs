use super::*;
use rstest::rstest;
use seatrial_cluster::BelongingKind::{self, Container, Volume};
use seatrial_cluster::MooredRegistry;
use seatrial_model::time::Instant;

const HERE: &str = "deck/01";

fn belonging(kind: BelongingKind, run: &str, name: &str) -> Belonging {
    Belonging {
        kind,
        name: name.to_owned(),
        run: run.to_owned(),
        lease: Some(format!("/state/runs/{run}/lease").into()),
        host: Some(HERE.to_owned()),
        created: None,
        running: true,
    }
}

fn trace(run: &str) -> RunTrace {
    RunTrace {
        run: run.to_owned(),
        folder: format!("/state/runs/{run}").into(),
        lease: format!("/state/runs/{run}/lease").into(),
        size: 0,
        since: None,
        record: Some(format!("/reports/{run}").into()),
        half_written: Vec::new(),
    }
}

fn moored(why: Why) -> Moored {
    Moored {
        schema: String::new(),
        name: "pier".to_owned(),
        why,
        run: "dead".to_owned(),
        since: Instant::UNIX_EPOCH,
        kubernetes: "1.36.3".parse().unwrap(),
        image: "node".to_owned(),
        node: "pier-node".to_owned(),
        volume: "pier-node-var".to_owned(),
        registry: Some(MooredRegistry { container: "pier-registry".to_owned(), mirror: "m".to_owned() }),
        node_labels: BTreeMap::new(),
        extended_resources: BTreeMap::new(),
        enforces_network_policy: false,
    }
}

/// The run `living` lives; leases of other machines and of other users cannot be told.
fn holder(lease: &Path, host: &str) -> Holder {
    match (lease.to_str().unwrap(), host) {
        (_, host) if host != HERE => Holder::Unknown("another machine".to_owned()),
        ("/state/runs/living/lease", _) => Holder::Living,
        ("/state/runs/theirs/lease", _) => Holder::Unknown("permission denied".to_owned()),
        _ => Holder::Nobody,
    }
}

fn sorted(found: &Found) -> Sorted {
    sort(found, holder, HERE)
}

fn names(sorted: &Sorted, run: &str) -> Vec<String> {
    let name = |litter: &Litter| match litter {
        Litter::Docker(one) => one.name.clone(),
        Litter::Folder(trace) => trace.folder.display().to_string(),
        Litter::Record(path) | Litter::HalfWritten(path) => path.display().to_string(),
        Litter::Mooring(name) => name.clone(),
        Litter::Program(program) => program.program.clone(),
    };
    sorted.litter.get(run).into_iter().flatten().map(name).collect()
}

#[test]
fn what_a_dead_run_left_is_litter_and_what_a_living_one_holds_is_not() {
    let found = Found {
        docker: Some(vec![
            belonging(Container, "dead", "d-node"),
            belonging(Volume, "dead", "d-node-var"),
            belonging(Container, "living", "l-node"),
        ]),
        folders: vec![trace("dead"), trace("living")],
        ..Found::default()
    };
    let sorted = sorted(&found);
    assert_eq!(sorted.litter.keys().collect::<Vec<_>>(), ["dead"]);
    let expected = ["d-node", "d-node-var", "/reports/dead", "/state/runs/dead"];
    assert_eq!(names(&sorted, "dead"), expected, "the folder with the lease goes last");
    assert_eq!(sorted.living, ["living".to_owned()].into());
    assert_eq!(sorted.doubts, BTreeSet::new());
}

#[rstest]
#[case::of_another_machine(Belonging { host: Some("other/02".to_owned()), ..belonging(Container, "dead", "n") })]
#[case::of_another_user(belonging(Container, "theirs", "n"))]
#[case::without_a_lease(Belonging { lease: None, ..belonging(Container, "dead", "n") })]
#[case::without_a_machine(Belonging { host: None, ..belonging(Container, "dead", "n") })]
fn what_cannot_be_told_is_named_and_never_removed(#[case] one: Belonging) {
    let run = one.run.clone();
    let sorted = sorted(&Found { docker: Some(vec![one]), ..Found::default() });
    assert_eq!(sorted.litter, BTreeMap::new());
    let doubt = sorted.doubts.first().expect("it is named");
    assert_eq!(doubt.what, format!("container n of run {run}"));
}

#[rstest]
#[case(Why::Kept)]
#[case(Why::Standing)]
fn a_cluster_that_outlived_its_run_is_no_litter_nor_is_its_registry(#[case] why: Why) {
    let docker = vec![
        belonging(Container, "dead", "pier-node"),
        belonging(Container, "dead", "pier-registry"),
        belonging(Volume, "dead", "pier-node-var"),
        belonging(Container, "dead", "another-node"),
    ];
    let sorted = sorted(&Found { docker: Some(docker), moored: vec![moored(why)], ..Found::default() });
    assert_eq!(names(&sorted, "dead"), ["another-node"]);
    assert_eq!(sorted.moored.len(), 1);
    assert_eq!(sorted.kept().count(), usize::from(why == Why::Kept));
}

#[test]
fn what_is_known_of_a_cluster_that_is_gone_is_litter_unless_docker_was_not_asked() {
    let gone = Found { docker: Some(Vec::new()), moored: vec![moored(Why::Kept)], ..Found::default() };
    assert_eq!(names(&sorted(&gone), "dead"), ["pier"]);
    let unknown = Found { docker: None, ..gone };
    assert_eq!(sorted(&unknown).litter, BTreeMap::new());
    assert_eq!(sorted(&unknown).moored.len(), 1);
}

#[test]
fn one_run_can_be_asked_for_alone() {
    let docker = vec![belonging(Container, "dead", "a"), belonging(Container, "older", "b")];
    let sorted = sorted(&Found { docker: Some(docker), ..Found::default() }).only("older");
    assert_eq!(sorted.litter.keys().collect::<Vec<_>>(), ["older"]);
}
