//! What helm is called with and how its ends are told apart, on a shell script in helm's place.

use std::collections::BTreeMap;
use std::path::Path;

use rstest::rstest;
use seatrial_ports::Stack;

use super::*;
use crate::release::ReleaseStatus;
use HelmMajor::{V3, V4};

/// A cluster whose helm notes how it was called and then does as `script` says.
fn scripted(major: HelmMajor, script: &str) -> ClusterHelm {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripted-helm");
    let helm = Helm::new(BTreeMap::from([(major, program)])).unwrap();
    std::fs::write(helm.environment().home().join("script"), script).unwrap();
    helm.on_cluster(major, "/kube/config", Some("kind-a".to_owned()))
}

/// What the scripted helm noted.
fn noted(cluster: &ClusterHelm, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(cluster.helm.environment().home().join(file)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn place() -> Place {
    Place { namespace: "deck".to_owned(), release: "rel".to_owned() }
}

fn install() -> InstallRequest {
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/plain");
    let mut redactor = Redactor::default();
    redactor.add("hunter22");
    InstallRequest {
        place: place(),
        chart,
        stack: Stack { values: vec!["/v.yaml".into()], set: vec!["a=b".to_owned()] },
        deadline: Duration::from_mins(1),
        wait: WaitMode::Harness,
        redactor,
    }
}

#[rstest]
#[tokio::test]
async fn install_names_the_cluster_and_leaves_waiting_to_the_harness(#[values(V3, V4)] major: HelmMajor) {
    let cluster = scripted(major, "");
    let request = install();
    assert_eq!(cluster.install(&request, &Cancel::default()).await.unwrap(), Answer::Done);
    let chart = request.chart.to_string_lossy().into_owned();
    let expected = [
        "--kubeconfig",
        "/kube/config",
        "--namespace",
        "deck",
        "--kube-context",
        "kind-a",
        "install",
        "rel",
        &chart,
        "--timeout",
        "60s",
        "--values",
        "/v.yaml",
        "--set",
        "a=b",
    ];
    assert_eq!(noted(&cluster, "argv"), expected);
}

#[rstest]
#[tokio::test]
async fn helm_waits_by_itself_only_when_it_is_to_decide(#[values(V3, V4)] major: HelmMajor) {
    let cluster = scripted(major, "");
    for (wait, flag) in [(WaitMode::Helm, true), (WaitMode::Harness, false)] {
        let request = InstallRequest { wait, ..install() };
        cluster.install(&request, &Cancel::default()).await.unwrap();
        assert_eq!(noted(&cluster, "argv").contains(&"--wait".to_owned()), flag);
    }
}

#[tokio::test]
async fn the_surroundings_are_the_runs_own() {
    let cluster = scripted(V4, "echo '[]'");
    cluster.list("deck", &Cancel::default()).await.unwrap();
    let env = noted(&cluster, "env");
    let home = cluster.helm.environment().home().display().to_string();
    for name in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECONFIG"] {
        let line = env.iter().find(|line| line.starts_with(name)).unwrap();
        assert!(line.starts_with(&format!("{name}={home}/")), "{line}");
    }
}

#[tokio::test]
async fn every_program_carries_the_marks_of_its_run_and_lives_in_the_runs_folder() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripted-helm");
    let marks = BTreeMap::from([("SEATRIAL_RUN".to_owned(), "r1".to_owned())]);
    let helm = Helm::within(BTreeMap::from([(V4, program)]), folder.path(), marks).unwrap();
    assert!(helm.environment().home().starts_with(folder.path()));
    std::fs::write(helm.environment().home().join("script"), "echo '[]'").unwrap();
    let cluster = helm.on_cluster(V4, "/kube/config", None);
    cluster.list("deck", &Cancel::default()).await.unwrap();
    assert!(noted(&cluster, "env").contains(&"SEATRIAL_RUN=r1".to_owned()));
}

#[rstest]
#[case(V3, true)]
#[case(V4, false)]
#[tokio::test]
async fn every_state_is_listed_by_both_versions(#[case] major: HelmMajor, #[case] flag: bool) {
    let cluster = scripted(major, "echo '[]'");
    assert_eq!(cluster.list("deck", &Cancel::default()).await.unwrap(), []);
    assert_eq!(noted(&cluster, "argv").contains(&"--all".to_owned()), flag);
}

#[rstest]
#[case::hook("failed post-install: resource Job/deck/migrate not ready. status: InProgress")]
#[case::unknown_kind("unable to build kubernetes objects: no matches for kind \"Boat\"")]
#[tokio::test]
async fn what_helm_says_of_the_chart_is_a_failure(#[case] said: &str) {
    let cluster = scripted(V4, &format!("echo 'Error: INSTALLATION FAILED: {said}' >&2; exit 1"));
    let answer = cluster.install(&install(), &Cancel::default()).await.unwrap();
    assert_eq!(answer, Answer::Failed(Redactor::default().clean(said)));
}

#[rstest]
#[case::cluster_gone(
    "echo 'Error: INSTALLATION FAILED: kubernetes cluster unreachable: x' >&2; exit 1",
    "unreachable"
)]
#[case::crash("echo 'panic: hunter22' >&2; exit 2", "exit status 2: panic: ****")]
#[case::killed("kill -9 $$", "killed by signal 9")]
#[case::told_to_stop(
    "echo 'Error: INSTALLATION FAILED: release rel failed: context canceled' >&2; exit 1",
    "canceled"
)]
#[tokio::test]
async fn what_says_nothing_of_the_chart_is_trouble(#[case] script: &str, #[case] said: &str) {
    let cluster = scripted(V4, script);
    let trouble = cluster.install(&install(), &Cancel::default()).await.unwrap_err();
    assert!(trouble.why.as_str().contains(said), "{trouble}");
    assert_eq!(trouble.what, "install the release rel in deck");
}

#[tokio::test]
async fn a_helm_that_hangs_past_its_deadline_is_stopped_and_told_from_one_that_failed() {
    let cluster = scripted(V4, "echo 'still here' >&2; exec sleep 60");
    let request = InstallRequest { deadline: Duration::from_millis(100), ..install() };
    let answer = cluster.install(&request, &Cancel::default()).await.unwrap();
    let Answer::Late(last) = answer else { panic!("{answer:?}") };
    assert!(last.as_str().starts_with("stopped after 3.") && last.as_str().ends_with("still here"), "{last}");
}

#[tokio::test]
async fn a_cancelled_install_is_trouble_and_abandon_works_all_the_same() {
    let cluster = scripted(V4, "[ \"$7\" = uninstall ] || exec sleep 60");
    let cancel = Cancel::default();
    cancel.cancel();
    let trouble = cluster.install(&install(), &cancel).await.unwrap_err();
    assert_eq!(trouble.why.as_str(), "interrupted");
    cluster.abandon(&place(), Duration::from_secs(30), &Redactor::default()).await.unwrap();
    let argv = noted(&cluster, "argv");
    for flag in ["--no-hooks", "--ignore-not-found"] {
        assert!(argv.contains(&flag.to_owned()), "{argv:?}");
    }
}

#[tokio::test]
async fn a_status_is_read_and_a_release_that_is_not_there_is_none() {
    let cluster = scripted(V4, "echo '{\"info\":{\"status\":\"failed\"},\"version\":2}'");
    let release = cluster.status(&place(), &Redactor::default(), &Cancel::default()).await.unwrap().unwrap();
    assert_eq!((release.status, release.revision), (ReleaseStatus::Failed, 2));
    let cluster = scripted(V4, "echo 'Error: release: not found' >&2; exit 1");
    assert_eq!(cluster.status(&place(), &Redactor::default(), &Cancel::default()).await.unwrap(), None);
}

#[tokio::test]
async fn a_program_of_another_major_version_is_refused() {
    let cluster = scripted(V3, "echo v4.3.1");
    let trouble = cluster.helm.full_version(V3, &Cancel::default()).await.unwrap_err();
    assert!(trouble.why.as_str().contains("is v4.3.1, not Helm 3"), "{trouble}");
}
