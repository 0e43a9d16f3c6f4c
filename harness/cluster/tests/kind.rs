//! The kind backend and a whole cell on a real cluster: needs Docker, Helm, a node image and the charts'
//! images, as set-up provides them. `SEATRIAL_TEST_KUBERNETES` and `SEATRIAL_TEST_HELM` choose other versions.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "kind/troubles.rs"]
mod troubles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use seatrial_cluster::{KindBackend, RegistrySpec};
use seatrial_helm::Helm;
use seatrial_model::suite::{ClusterSpec, Requirement, RequirementSource, WaitMode};
use seatrial_model::{HelmMajor, Redactor};
use seatrial_ports::{
    Backend, Booted, Cancel, Cluster, HookPhase, InstallAnswer, InstallRequest, Place, RequirementRequest,
    Stack, TestRequest, UninstallAnswer, Watch,
};
use tokio::task::JoinSet;

const MINUTE: Duration = Duration::from_mins(1);

/// Which Helm installs: 4, or what `SEATRIAL_TEST_HELM` says.
fn major() -> HelmMajor {
    let number = std::env::var("SEATRIAL_TEST_HELM").map_or(4, |number| number.parse::<u32>().unwrap());
    HelmMajor::try_from(number).unwrap()
}

fn told(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set; `make test` sets it"))
}

/// Helm, as set-up found it.
fn helm() -> Helm {
    let program = PathBuf::from(told(&format!("SEATRIAL_HELM{}", major())));
    Helm::new(BTreeMap::from([(major(), program)])).unwrap()
}

/// The registry as set-up leaves it: its image, and the volume with the charts' images.
fn registry() -> RegistrySpec {
    let serves = told("SEATRIAL_REGISTRY_SERVES").split(',').map(str::to_owned).collect();
    RegistrySpec { image: told("SEATRIAL_REGISTRY_IMAGE"), volume: told("SEATRIAL_REGISTRY_VOLUME"), serves }
}

fn spec(name: &str) -> ClusterSpec {
    let kubernetes = std::env::var("SEATRIAL_TEST_KUBERNETES").unwrap_or_else(|_| "1.36".to_owned());
    ClusterSpec {
        name: name.to_owned(),
        kubernetes: kubernetes.parse().unwrap(),
        helm: major(),
        image: None,
        node_labels: [("accelerator".to_owned(), "a100".to_owned())].into(),
        extended_resources: [("nvidia.com/gpu".to_owned(), 8)].into(),
        requirements: Vec::new(),
    }
}

fn watch() -> Watch {
    let from = Instant::now();
    Watch::new(move |status| println!("{:6.1} s  {status}", from.elapsed().as_secs_f64()))
}

/// Containers and volumes with the run's label.
fn left(run: &str) -> Vec<String> {
    let label = format!("label=dev.seatrial.run={run}");
    let list = |argv: &[&str]| {
        let output = Command::new("docker").args(argv).args(["--filter", &label]).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    [list(&["ps", "--all", "--quiet"]), list(&["volume", "ls", "--quiet"])].concat()
}

fn run_id(test: &str) -> String {
    format!("test-{test}-{}", std::process::id())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_lives_and_leaves_on_a_real_cluster() {
    let (run, folder) = (run_id("cell"), tempfile::tempdir().unwrap());
    let backend = KindBackend::new(&run, folder.path(), helm(), Some(registry()));
    let watch = watch();
    let version = backend.resolve(&spec("k8s")).await.unwrap();
    let Booted { cluster, facts } =
        backend.provision(&spec("k8s"), 3 * MINUTE, &watch, &Cancel::default()).await.unwrap();
    facts.steps.iter().for_each(|step| println!("{:30} {}", step.step, step.duration));
    let pulled = facts.substitutions.iter().find_map(|image| {
        Some(image.strip_suffix(" (local registry)")?.to_owned())
            .filter(|image| image.starts_with("company/curl:"))
    });
    // In a task, so that a panic in it does not keep the cluster.
    let mut living = JoinSet::new();
    let (its, watching) = (Arc::clone(&cluster), watch.clone());
    living
        .spawn(async move { live(its.as_ref(), &watching, &pulled.expect("set-up has pushed curl")).await });
    let lived = living.join_next().await.unwrap();
    let removal = Instant::now();
    cluster.teardown().await.unwrap();
    cluster.teardown().await.unwrap();
    backend.finish().await.unwrap();
    println!("removed in {:?}", removal.elapsed());
    assert_eq!(left(&run), Vec::<String>::new());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the kubeconfig is gone");
    lived.unwrap();
    assert_eq!(facts.kubernetes, version);
    assert!(facts.not_exercised.iter().any(|line| line.kind == "NetworkPolicy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn installs_that_do_not_succeed_say_why_on_a_real_cluster() {
    let (run, folder) = (run_id("troubles"), tempfile::tempdir().unwrap());
    let backend = KindBackend::new(&run, folder.path(), helm(), None);
    let watch = watch();
    let booted = backend.provision(&spec("k8s"), 3 * MINUTE, &watch, &Cancel::default()).await.unwrap();
    // In a task, so that a panic in it does not keep the cluster.
    let mut living = JoinSet::new();
    let (its, its_run) = (Arc::clone(&booted.cluster), run.clone());
    living.spawn(async move {
        troubles::all(its.as_ref(), &watch).await;
        troubles::server_away(its.as_ref(), &watch, &its_run).await;
    });
    let lived = living.join_next().await.unwrap();
    booted.cluster.teardown().await.unwrap();
    backend.finish().await.unwrap();
    assert_eq!(left(&run), Vec::<String>::new());
    lived.unwrap();
}

async fn live(cluster: &dyn Cluster, watch: &Watch, pulled: &str) {
    let (source, cancel) =
        (RequirementSource::Manifests(vec![folder("tests/manifests/definition.yaml")]), Cancel::default());
    let request = requirement("harbours", source, None);
    // Two cells may ask at the same time.
    let (one, other) =
        tokio::join!(cluster.require(&request, watch, &cancel), cluster.require(&request, watch, &cancel));
    one.and(other).unwrap();

    let place = Place { namespace: "probe-default".to_owned(), release: "probe".to_owned() };
    cluster.open(&place.namespace).await.unwrap();
    healthy(cluster, watch, &place, pulled).await;
    cluster.close(&place.namespace, MINUTE).await.unwrap();

    let place = Place { namespace: "probe-broken".to_owned(), release: "probe".to_owned() };
    cluster.open(&place.namespace).await.unwrap();
    broken(cluster, watch, &place).await;
    cluster.close(&place.namespace, MINUTE).await.unwrap();
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn requirement(name: &str, source: RequirementSource, namespace: Option<&str>) -> RequirementRequest {
    RequirementRequest {
        requirement: Requirement { name: name.to_owned(), source, timeout: MINUTE },
        namespace: namespace.map(str::to_owned),
        redactor: Redactor::default(),
    }
}

fn install(place: &Place, set: &[&str], deadline: Duration, redactor: &Redactor) -> InstallRequest {
    InstallRequest {
        place: place.clone(),
        chart: folder("tests/chart"),
        stack: Stack { values: Vec::new(), set: set.iter().map(ToString::to_string).collect() },
        deadline,
        wait: WaitMode::Harness,
        redactor: redactor.clone(),
    }
}

async fn healthy(cluster: &dyn Cluster, watch: &Watch, place: &Place, pulled: &str) {
    let cancel = Cancel::default();
    let request = install(place, &[&format!("pulled={pulled}")], 2 * MINUTE, &Redactor::default());
    let installed = cluster.install(&request, watch, &cancel).await.unwrap();
    let InstallAnswer::Ready { manifest } = installed else { panic!("{installed:#?}") };
    assert!(manifest.contains("kind: StatefulSet"));

    let redactor = cluster.secrets(&place.namespace).await;
    let evidence = cluster.evidence(&place.namespace, &redactor).await;
    let names: Vec<&str> = evidence.iter().map(|file| file.name.as_str()).collect();
    assert!(names.contains(&"events.txt") && names.contains(&"pods.yaml"), "{names:?}");
    let log = evidence.iter().find(|file| file.name.ends_with(".app.log")).unwrap();
    assert_eq!(log.content.as_str(), "started with ****\n");

    let request = TestRequest { place: place.clone(), deadline: MINUTE, redactor: redactor.clone() };
    let tested = cluster.test(&request, watch, &cancel).await.unwrap();
    println!("{tested:#?}");
    let phases: Vec<(&str, HookPhase)> =
        tested.hooks.iter().map(|hook| (hook.name.as_str(), hook.phase)).collect();
    assert_eq!(
        phases,
        [
            ("first", HookPhase::Succeeded),
            ("second", HookPhase::Failed),
            ("job", HookPhase::NotStarted),
            ("third", HookPhase::NotStarted),
        ]
    );
    assert!(tested.hooks[0].logs.as_str().contains("first is done"));
    assert!(tested.hooks[0].logs.as_str().contains("10.96.0.10"));
    // Both replicas, through a Service that is as young as they are.
    assert!(tested.hooks[0].logs.as_str().contains("answered by 2 Pods"), "{}", tested.hooks[0].logs);
    assert_eq!(tested.ended, []);
    assert_eq!(tested.hooks[1].reason.as_str(), "container main ended with exit code 22");
    assert!(tested.hooks[1].logs.as_str().contains("second ends"));

    let gone = cluster.uninstall(place, MINUTE, &redactor, watch, &cancel).await.unwrap();
    let UninstallAnswer::Gone(left) = gone else { panic!("{gone:#?}") };
    let left: Vec<(String, Option<&str>)> =
        left.iter().map(|left| (left.object.to_string(), left.explained.as_deref())).collect();
    assert_eq!(
        left,
        [
            ("ConfigMap/probe-kept".to_owned(), Some("helm.sh/resource-policy: keep")),
            ("ConfigMap/settings".to_owned(), Some("a hook's object")),
            ("PersistentVolumeClaim/data-probe-store-0".to_owned(), Some("volume claim of a StatefulSet")),
        ]
    );
}

async fn broken(cluster: &dyn Cluster, watch: &Watch, place: &Place) {
    let (cancel, redactor) = (Cancel::default(), Redactor::default());
    let request = install(place, &["probe=echo not yet; exit 1", "replicas=1"], MINUTE / 4, &redactor);
    let installed = cluster.install(&request, watch, &cancel).await.unwrap();
    let InstallAnswer::Failed { reason, output } = installed else { panic!("{installed:#?}") };
    println!("{reason}\n{output}");
    assert!(reason.as_str().starts_with("not ready within 15 s: Deployment probe 0/1 ready: pod probe-"));
    assert!(reason.as_str().contains("Readiness probe failed: not yet"), "{reason}");
    assert!(output.as_str().contains("last lines of container app:\n    started with ****\n"), "{output}");
    cluster.uninstall(place, MINUTE, &redactor, watch, &cancel).await.unwrap();

    let request = install(place, &["image=NOT//valid"], MINUTE, &redactor);
    let since = Instant::now();
    let installed = cluster.install(&request, watch, &cancel).await.unwrap();
    let InstallAnswer::Failed { reason, .. } = installed else { panic!("{installed:#?}") };
    println!("{reason}");
    assert!(reason.as_str().contains("InvalidImageName"), "{reason}");
    assert!(since.elapsed() < MINUTE / 2, "what is certain is not waited for");
    cluster.uninstall(place, MINUTE, &redactor, watch, &cancel).await.unwrap();

    let source = RequirementSource::Chart { path: folder("tests/chart"), values: Vec::new() };
    let request = requirement("base", source, Some(&place.namespace));
    cluster.require(&request, watch, &cancel).await.unwrap();
    let request = install(place, &["exit=0", "replicas=1"], 2 * MINUTE, &redactor);
    cluster.install(&request, watch, &cancel).await.unwrap();
    let request = TestRequest { place: place.clone(), deadline: MINUTE, redactor: redactor.clone() };
    let tested = cluster.test(&request, watch, &cancel).await.unwrap();
    assert!(tested.hooks.iter().all(|hook| hook.phase == HookPhase::Succeeded), "{tested:#?}");
    let job = tested.hooks.iter().find(|hook| hook.kind == "Job").unwrap();
    assert!(job.logs.as_str().contains("before it") && job.logs.as_str().contains("job is done"), "{job:#?}");
    let gone = cluster.uninstall(place, MINUTE, &redactor, watch, &cancel).await.unwrap();
    let UninstallAnswer::Gone(left) = gone else { panic!("{gone:#?}") };
    assert!(!left.is_empty());
    assert!(left.iter().all(|left| left.explained.is_some()), "{left:#?}");
    assert!(!left.iter().any(|left| left.object.name.contains("base")), "a requirement stays: {left:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boot_that_is_cancelled_leaves_nothing() {
    let (run, folder) = (run_id("cancel"), tempfile::tempdir().unwrap());
    let backend = KindBackend::new(&run, folder.path(), helm(), None);
    let cancel = Cancel::default();
    let (when, told) = (cancel.clone(), Arc::new(Mutex::new(Vec::new())));
    let heard = Arc::clone(&told);
    let watch = Watch::new(move |status| {
        heard.lock().unwrap().push(status.to_string());
        if status.as_str() == "kubeadm init" {
            when.cancel();
        }
    });
    let Err(trouble) = backend.provision(&spec("k8s"), 3 * MINUTE, &watch, &cancel).await else {
        panic!("it was cancelled")
    };
    assert_eq!(trouble.to_string(), "could not boot the cluster k8s: interrupted");
    assert_eq!(told.lock().unwrap().last().map(String::as_str), Some("removing the node"));
    assert_eq!(left(&run), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_boot_that_is_late_leaves_nothing_and_names_its_last_step() {
    let (run, folder) = (run_id("late"), tempfile::tempdir().unwrap());
    let backend = KindBackend::new(&run, folder.path(), helm(), None);
    let deadline = Duration::from_secs(4);
    let booted = backend.provision(&spec("k8s"), deadline, &Watch::default(), &Cancel::default()).await;
    let Err(trouble) = booted else { panic!("it cannot be ready in {deadline:?}") };
    assert!(trouble.to_string().contains("not ready within 4 s; last step: "), "{trouble}");
    assert_eq!(left(&run), Vec::<String>::new());
}
