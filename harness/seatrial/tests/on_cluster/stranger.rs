//! A node of our own, reached as a cluster of strangers would be: by a context of a kubeconfig file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use seatrial_cluster::KindBackend;
use seatrial_helm::Helm;
use seatrial_model::suite::ClusterSpec;
use seatrial_model::{HelmMajor, KubernetesVersion, Redactor};
use seatrial_ports::{
    Backend, Cancel, Cluster, PodSecurityAnswer, PodSecurityLevel, PodSecurityRequest, Watch,
};

/// The context that the suite allows.
pub const CONTEXT: &str = "staging-eu";

/// Pods that are asked about at the same time.
const AT_ONCE: usize = 8;

const SUITE: &str = "apiVersion: seatrial.dev/v1\nkind: Suite\ndescription: trial\nclusters: [{kubernetes: \
                     \"1.36\", nodeLabels: {disk: ssd}}]\ncontexts: [staging-eu]\nchecks: [lint, render, install, \
                     test, uninstall]\nlimits: {install: 90s}\ncharts:\n  - chart: ../charts/buoy\n    profiles: \
                     [default, far, slow]\n";

pub struct Stranger {
    runtime: tokio::runtime::Runtime,
    cluster: Arc<dyn Cluster>,
    node: String,
    kubernetes: KubernetesVersion,
    /// Kubeconfigs of the cluster's owner and of its guests.
    pub folder: tempfile::TempDir,
    /// A project with the chart `buoy`.
    pub project: tempfile::TempDir,
}

impl Stranger {
    pub fn boot() -> Self {
        Self::of("1.36")
    }

    /// A node of that version.
    pub fn of(kubernetes: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let run = format!("test-stranger-{}-{}", kubernetes.replace('.', "-"), std::process::id());
        let helm = std::env::var("SEATRIAL_HELM4").expect("`make test` sets SEATRIAL_HELM4");
        let helm = Helm::new(BTreeMap::from([(HelmMajor::V4, PathBuf::from(helm))])).unwrap();
        let backend = KindBackend::new(&run, folder.path(), helm, None);
        let (spec, watch, cancel) = (spec(kubernetes), Watch::default(), Cancel::default());
        let booting = backend.provision(&spec, Duration::from_mins(4), &watch, &cancel);
        let cluster = runtime.block_on(booting).map(|booted| booted.cluster).unwrap();
        let filter = format!("label=dev.seatrial.run={run}");
        let node = said(Command::new("docker").args(["ps", "--format", "{{.Names}}", "--filter", &filter]));
        let mine = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let text = std::fs::read_to_string(mine).unwrap();
        let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
        config["contexts"][0]["name"] = CONTEXT.into();
        // Nothing may depend on it.
        config["current-context"] = "another".into();
        std::fs::write(folder.path().join("owner.json"), config.to_string()).unwrap();
        let node = node.trim().to_owned();
        Self { runtime, cluster, node, kubernetes: spec.kubernetes, folder, project: project() }
    }

    pub fn remove(self) {
        self.runtime.block_on(self.cluster.teardown()).unwrap();
    }

    /// The owner's kubeconfig.
    pub fn owner(&self) -> PathBuf {
        self.folder.path().join("owner.json")
    }

    /// `kubectl`, as the owner.
    pub fn kubectl(&self, args: &str) -> String {
        let admin = "--kubeconfig=/etc/kubernetes/admin.conf";
        said(
            Command::new("docker").args(["exec", &self.node, "kubectl", admin]).args(args.split_whitespace()),
        )
    }

    /// `kubectl apply` of a manifest, as the owner.
    pub fn apply(&self, manifest: &str) {
        let args = [
            "exec",
            "-i",
            &self.node,
            "kubectl",
            "--kubeconfig=/etc/kubernetes/admin.conf",
            "apply",
            "-f",
            "-",
        ];
        let mut child = Command::new("docker").args(args).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{manifest}");
    }

    /// What the API server says of a Pod at a level.
    pub fn admits(&self, pod: &serde_json::Value, level: PodSecurityLevel) -> PodSecurityAnswer {
        self.admit(std::slice::from_ref(pod), level).remove(0)
    }

    /// The same of many, some of them at a time.
    pub fn admit(&self, pods: &[serde_json::Value], level: PodSecurityLevel) -> Vec<PodSecurityAnswer> {
        let ask = |pod: &serde_json::Value| {
            let request = PodSecurityRequest {
                pod: pod.clone(),
                level,
                kubernetes: self.kubernetes.clone(),
                redactor: Redactor::default(),
            };
            async move { self.cluster.admit_pod(&request).await.unwrap() }
        };
        let asked: Vec<_> = pods.iter().map(ask).collect();
        self.runtime.block_on(futures::stream::iter(asked).buffered(AT_ONCE).collect())
    }

    /// The node's container.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// A kubeconfig of a service account that has the rights of `admin` in its own namespace, and none elsewhere.
    pub fn guest(&self, namespace: &str) -> PathBuf {
        self.kubectl(&format!("create namespace {namespace}"));
        self.kubectl(&format!("create serviceaccount ci -n {namespace}"));
        self.kubectl(&format!(
            "create rolebinding ci -n {namespace} --clusterrole=admin --serviceaccount={namespace}:ci"
        ));
        let token = self.kubectl(&format!("create token ci -n {namespace} --duration=1h"));
        let text = std::fs::read_to_string(self.owner()).unwrap();
        let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
        config["users"][0]["user"] = serde_json::json!({ "token": token.trim() });
        let file = self.folder.path().join(format!("{namespace}.json"));
        std::fs::write(&file, config.to_string()).unwrap();
        file
    }

    /// The state is soon what it was: volumes go a moment after their claims, by a controller that is not ours.
    pub fn is_as_before(&self, before: &str) {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            let now = self.state();
            if now == before {
                return;
            }
            let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
            let (now, before) = (lines(&now), lines(before));
            let changed: Vec<_> = now.symmetric_difference(&before).collect();
            assert!(Instant::now() < until, "the cluster is not as it was: {changed:#?}");
            std::thread::yield_now();
        }
    }

    /// What must be the same before and after: the node, namespaces, and what lives in none.
    pub fn state(&self) -> String {
        let node = "{.items[*].metadata.labels}{.items[*].metadata.annotations}{.items[*].status.capacity}\
                    {.items[*].status.allocatable}";
        let names = "-o name";
        [
            self.kubectl(&format!("get nodes -o jsonpath={node}")),
            self.kubectl(&format!("get namespaces,clusterroles,clusterrolebindings,crds {names}")),
            self.kubectl("get persistentvolumes -o name"),
            self.kubectl("get deployments,statefulsets,configmaps,secrets -A -o name"),
        ]
        .join("\n")
    }
}

fn spec(kubernetes: &str) -> ClusterSpec {
    ClusterSpec {
        name: "stranger".to_owned(),
        kubernetes: kubernetes.parse().unwrap(),
        helm: HelmMajor::V4,
        image: None,
        node_labels: [("disk".to_owned(), "ssd".to_owned())].into(),
        extended_resources: BTreeMap::new(),
        requirements: Vec::new(),
    }
}

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir_all(folder.path().join("charts")).unwrap();
    std::fs::create_dir(folder.path().join("suites")).unwrap();
    std::fs::write(folder.path().join("suites/trial.yaml"), SUITE).unwrap();
    let chart = own.join("tests/on_cluster/buoy");
    said(Command::new("cp").arg("-r").arg(chart).arg(folder.path().join("charts")));
    for name in ["policies", "images"] {
        std::os::unix::fs::symlink(own.join("../..").join(name), folder.path().join(name)).unwrap();
    }
    folder
}

pub fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}
