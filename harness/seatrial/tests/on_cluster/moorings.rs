//! What is left after `kill -9` and who removes it; clusters that stand or are kept. On a chart without images.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use seatrial_host::{Lease, lease, marked};

use crate::project::{machine, nothing_is_left, root};

/// Installs at once; with `mode: hanging` helm waits for a hook that no node takes, with `mode: failing` a Pod can
/// never start.
const TEMPLATE: &str = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: dinghy}
{{- if eq .Values.mode "hanging" }}
---
apiVersion: v1
kind: Pod
metadata: {name: hook, annotations: {helm.sh/hook: pre-install}}
spec: {nodeSelector: {sea: none}, restartPolicy: Never, containers: [{name: c, image: "none:1"}]}
{{- else if eq .Values.mode "failing" }}
---
apiVersion: v1
kind: Pod
metadata: {name: wreck}
spec: {containers: [{name: c, image: "NO SUCH IMAGE"}]}
{{- end }}
"#;

const SUITE: &str = "apiVersion: seatrial.dev/v1\nkind: Suite\ndescription: trial\nclusters: [{kubernetes: \"1.36\", \
                     nodeLabels: {deck: upper}}]\nchecks: [render, install, uninstall]\npolicies: {packs: \
                     {prod-readiness: default}}\ncharts:\n  - chart: ../charts/dinghy\n    profiles: [MODE]\n";

/// A project with a tiny chart, and a state folder of its own in which set-up's programs are found.
struct Dock(tempfile::TempDir);

impl Dock {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let chart = folder.path().join("charts/dinghy");
        for made in [&chart.join("templates"), &folder.path().join("suites"), &folder.path().join("state")] {
            std::fs::create_dir_all(made).unwrap();
        }
        std::fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: dinghy\nversion: 0.1.0\n").unwrap();
        std::fs::write(chart.join("templates/all.yaml"), TEMPLATE).unwrap();
        std::fs::write(chart.join("values.yaml"), "mode: good\n").unwrap();
        for mode in ["good", "hanging", "failing"] {
            std::fs::write(chart.join(format!("values-{mode}.yaml")), format!("mode: {mode}\n")).unwrap();
            let suite = folder.path().join(format!("suites/{mode}.yaml"));
            std::fs::write(suite, SUITE.replace("MODE", mode)).unwrap();
        }
        for name in ["images", "policies"] {
            std::os::unix::fs::symlink(root().join(name), folder.path().join(name)).unwrap();
        }
        for entry in std::fs::read_dir(cache()).unwrap() {
            let entry = entry.unwrap();
            if !["runs", "clusters"].contains(&entry.file_name().to_str().unwrap()) {
                std::os::unix::fs::symlink(entry.path(), folder.path().join("state").join(entry.file_name()))
                    .unwrap();
            }
        }
        Self(folder)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatrial"));
        command.arg("--root").arg(self.0.path()).args(args);
        command.env("SEATRIAL_CACHE", self.0.path().join("state"));
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Starts a command and reads what it says until a line holds `until`. Its run, what it said, and itself.
    fn start(&self, args: &[&str], until: &str) -> (Child, String) {
        let mut child = self.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut said = String::new();
        let found = lines.by_ref().any(|line| {
            said += &format!("{line}\n");
            line.contains(until)
        });
        assert!(found, "`{until}` was never said:\n{said}");
        // Nobody reads what it says from now on; it must not notice.
        std::mem::forget(lines);
        (child, said)
    }

    /// The run that began last.
    fn latest(&self) -> String {
        let latest = std::fs::read_link(self.0.path().join("reports/latest")).unwrap();
        latest.to_str().unwrap().to_owned()
    }

    fn record(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.0.path().join("reports/latest/run.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// Where set-up keeps what it made.
fn cache() -> PathBuf {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    folder("SEATRIAL_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("seatrial")))
        .unwrap_or_else(|| folder("HOME").unwrap().join(".cache/seatrial"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn docker(args: &[&str]) -> String {
    let output = Command::new("docker").args(args).output().unwrap();
    assert!(output.status.success(), "docker {args:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A container as a run has it that lives for as long as the lease is held.
fn living(folder: &Path) -> (Lease, String) {
    let run = format!("living-{}", std::process::id());
    let lease = Lease::found(&folder.join(&run), &run).unwrap();
    let labels = [
        format!("dev.seatrial.run={run}"),
        format!("dev.seatrial.lease={}", lease.path().display()),
        format!("dev.seatrial.host={}", lease::host()),
    ];
    let image = std::env::var("SEATRIAL_REGISTRY_IMAGE").expect("set by `make test`");
    let mut args = vec!["create", "--name", &run];
    args.extend(labels.iter().flat_map(|label| ["--label", label]));
    docker(&[&args[..], &[&image]].concat());
    (lease, run)
}

#[test]
fn after_kill_9_the_next_run_says_what_was_left_and_clean_removes_exactly_that() {
    let _machine = machine();
    let dock = Dock::new();
    let (lease, living) = living(&dock.0.path().join("elsewhere"));

    let (child, _) = dock.start(&["suite", "hanging"], "kubeadm init");
    kill(child);
    let booting = dock.latest();
    let (child, heard) = dock.start(&["suite", "hanging"], "helm install");
    // Helm waits for its hook now.
    std::thread::scope(|_| {
        let until = Instant::now() + Duration::from_mins(1);
        while !marked().iter().any(|one| one.run == dock.latest() && one.program == "helm") {
            assert!(Instant::now() < until, "helm never started");
        }
    });
    kill(child);
    let installing = dock.latest();
    assert!(
        heard.contains(&format!("run {booting} was killed and left 2 containers, 1 volume")),
        "the next run tells: {heard}"
    );
    let finished = std::fs::read_to_string(dock.0.path().join("reports").join(&booting).join("run.json"));
    assert!(finished.unwrap().contains("\"interrupted\": true"), "its record is finished by the next run");

    let dry = dock.run(&["clean"]);
    let listed = said(&dry);
    assert_eq!(dry.status.code(), Some(0), "{listed}");
    for part in [booting.as_str(), &installing, "program    helm", "container", "volume"] {
        assert!(listed.contains(part), "{part} is not listed:\n{listed}");
    }
    assert!(!listed.contains(&format!("container  {living}")), "{listed}");
    assert!(
        docker(&["ps", "--quiet", "--filter", &format!("label=dev.seatrial.run={booting}")]).lines().count()
            == 2
    );

    let cleaned = dock.run(&["clean", "--yes"]);
    assert_eq!(cleaned.status.code(), Some(0), "{}", said(&cleaned));
    nothing_is_left(&booting);
    nothing_is_left(&installing);
    assert!(!marked().iter().any(|one| one.run == installing), "helm runs on");
    assert!(dock.0.path().join("reports").join(&installing).join("junit.xml").is_file());
    assert_eq!(docker(&["ps", "--all", "--quiet", "--filter", &format!("name={living}")]).lines().count(), 1);

    // Its owner ends: it is litter as well.
    drop(lease);
    let cleaned = dock.run(&["clean", "--yes", "--run", &living]);
    assert_eq!(cleaned.status.code(), Some(0), "{}", said(&cleaned));
    nothing_is_left(&living);
}

#[test]
fn a_run_killed_while_it_removes_its_cluster_has_its_record_and_clean_takes_the_rest() {
    let _machine = machine();
    let dock = Dock::new();
    let (child, _) = dock.start(&["suite", "good"], "being removed");
    kill(child);
    let run = dock.latest();
    let cleaned = dock.run(&["clean", "--yes"]);
    assert_eq!(cleaned.status.code(), Some(0), "{}", said(&cleaned));
    nothing_is_left(&run);
    let record = dock.record();
    assert_eq!(record["cells"][0]["verdict"], "passed", "what was done is not lost: {record}");
}

#[test]
fn two_suites_at_once_do_not_meet() {
    let _machine = machine();
    let dock = Dock::new();
    let start = |suite: &str| {
        let mut command = dock.command(&["suite", suite, "--reports", &format!("reports-{suite}")]);
        command.current_dir(dock.0.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let runs = ["good", "failing"].map(|suite| (suite, start(suite)));
    for ((suite, child), code) in runs.into_iter().zip([0, 1]) {
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(code), "{suite}: {}", said(&ended));
        let reports = dock.0.path().join(format!("reports-{suite}/latest/run.json"));
        let record: serde_json::Value = serde_json::from_slice(&std::fs::read(reports).unwrap()).unwrap();
        nothing_is_left(record["run"].as_str().unwrap());
    }
}

#[test]
fn a_standing_cluster_is_used_again_faster_and_only_by_one_run_and_goes_when_it_is_told_to() {
    let _machine = machine();
    let dock = Dock::new();
    let timed = |args: &[&str]| {
        let began = Instant::now();
        let output = dock.run(args);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        (began.elapsed(), said(&output))
    };
    let (booted, _) = timed(&["suite", "good", "--reuse"]);
    let first = dock.latest();
    let (again, _) = timed(&["suite", "good", "--reuse"]);
    assert!(again * 2 < booted, "{again:?} after {booted:?}");
    let steps = dock.record()["clusters"][0]["steps"].to_string();
    assert!(steps.contains("standing cluster") && !steps.contains("kubeadm"), "{steps}");
    nothing_is_left(&dock.latest());

    // A run that is killed in it leaves a release and a namespace; the next one clears them away.
    let (child, _) = dock.start(&["suite", "hanging", "--reuse"], "helm install");
    let (_, list) = timed(&["cluster", "list"]);
    assert!(list.contains("running") && list.contains(&format!("in use by {}", dock.latest())), "{list}");
    let name = list.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let refused = dock.run(&["cluster", "down", &name]);
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    kill(child);
    let cleaned = dock.run(&["clean", "--yes"]);
    assert_eq!(cleaned.status.code(), Some(0), "{}", said(&cleaned));
    assert!(said(&cleaned).contains(&format!("standing: cluster {name}")), "{}", said(&cleaned));
    let node = format!("seatrial-{first}-");
    let node = docker(&["ps", "--format", "{{.Names}}", "--filter", &format!("name={node}")]);
    let node = node.lines().find(|name| !name.ends_with("registry")).unwrap().to_owned();
    let kubectl = |args: &[&str]| {
        let own = ["exec", &node, "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf"];
        docker(&[&own[..], args].concat())
    };
    assert!(kubectl(&["get", "namespaces"]).contains("dinghy-hanging"));
    timed(&["suite", "good", "--reuse"]);
    assert!(!kubectl(&["get", "namespaces"]).contains("dinghy"), "every cell's namespace is gone");
    assert!(kubectl(&["get", "nodes", "--show-labels"]).contains("deck=upper"));

    // Ctrl-C leaves the cluster, and no release that is pending.
    let (mut child, _) = dock.start(&["suite", "hanging", "--reuse"], "helm install");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!kubectl(&["get", "namespaces"]).contains("dinghy"));
    assert!(!kubectl(&["get", "secrets", "--all-namespaces"]).contains("sh.helm.release"));

    timed(&["cluster", "down", &name]);
    nothing_is_left(&first);
    let (_, list) = timed(&["cluster", "list"]);
    assert!(list.contains("no cluster stands"), "{list}");
}

#[test]
fn a_cluster_that_was_brought_up_is_used_and_an_interrupted_boot_leaves_nothing() {
    let _machine = machine();
    let dock = Dock::new();
    let (mut child, _) = dock.start(&["cluster", "up", "--name", "pier"], "kubeadm init");
    let runs = std::fs::read_dir(dock.0.path().join("state/runs")).unwrap();
    let run = runs.map(|entry| entry.unwrap().file_name().into_string().unwrap()).next().unwrap();
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    nothing_is_left(&run);

    let up = dock.run(&["cluster", "up", "--name", "pier"]);
    assert_eq!(up.status.code(), Some(0), "{}", said(&up));
    let again = dock.run(&["cluster", "up", "--name", "pier"]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    let used = dock.run(&["suite", "good", "--reuse"]);
    assert_eq!(used.status.code(), Some(0), "{}", said(&used));
    assert!(dock.record()["clusters"][0]["steps"].to_string().contains("standing cluster"));
    let down = dock.run(&["cluster", "down", "--all"]);
    assert_eq!(down.status.code(), Some(0), "{}", said(&down));
    assert_eq!(docker(&["volume", "ls", "--quiet", "--filter", "label=dev.seatrial.role=node"]), "");
}

#[test]
fn a_cluster_on_which_a_cell_failed_is_kept_with_what_the_cell_made() {
    let _machine = machine();
    let dock = Dock::new();
    let output = dock.run(&["suite", "failing", "--keep", "failed"]);
    let heard = said(&output);
    assert_eq!(output.status.code(), Some(1), "{heard}");
    let run = dock.latest();
    let line = heard.lines().find(|line| line.contains("is kept")).unwrap_or_else(|| panic!("{heard}"));
    let kubeconfig = line.split("KUBECONFIG=").nth(1).unwrap().split(';').next().unwrap();
    assert!(Path::new(kubeconfig).is_file(), "{line}");
    let node = docker(&["ps", "--format", "{{.Names}}", "--filter", &format!("name=seatrial-{run}-")]);
    let node = node.lines().find(|name| !name.ends_with("registry")).unwrap().to_owned();
    let pods = docker(&[
        "exec",
        &node,
        "kubectl",
        "--kubeconfig=/etc/kubernetes/admin.conf",
        "get",
        "pods",
        "--namespace",
        "dinghy-failing",
    ]);
    assert!(pods.contains("wreck"), "{pods}");
    let clean = dock.run(&["clean", "--yes"]);
    assert!(said(&clean).contains("kept: cluster"), "{}", said(&clean));
    assert!(docker(&["ps", "--format", "{{.Names}}"]).contains(&node), "clean leaves what was kept");
    let removal = line.split('`').nth(1).unwrap();
    let name = removal.rsplit(' ').next().unwrap();
    assert_eq!(removal, format!("seatrial cluster down {name}"));
    let down = dock.run(&["clean", "--kept", "--yes"]);
    assert_eq!(down.status.code(), Some(0), "{}", said(&down));
    nothing_is_left(&run);
}
