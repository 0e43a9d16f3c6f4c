//! A project with one chart and one profile, and the program run in it in surroundings of its own: what it leaves
//! there is seen.

use std::io::{Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::table::Row;

/// A render that every check accepts, with one test hook.
const MANIFEST: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\nspec: \
                        {containers: [{name: t, image: i:1}]}\n";

/// The only cell's namespace.
const CELL: &str = "demo-default";
/// The only cluster.
pub const CLUSTER: &str = "k8s-1.36-helm4";

/// However slow the machine is.
const PATIENCE: Duration = Duration::from_secs(100);

pub struct Project {
    pub folder: tempfile::TempDir,
    /// Folders searched for programs, before the machine's own.
    pub path: Vec<PathBuf>,
    /// More of the environment.
    pub env: Vec<(String, String)>,
}

/// What a run gave.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Everything it printed, in one line with single blanks: wrapping is not what is tested.
    pub console: String,
    pub took: Duration,
}

impl Project {
    /// A project whose run plays the script of a row.
    pub fn of(row: &Row) -> Self {
        let project = Self::new();
        let mut cell = Self::good_cell();
        for (key, value) in row.cell.as_object().into_iter().flatten() {
            cell[key] = value.clone();
        }
        let mut script = json!({"cells": {CELL: cell}});
        for (key, value) in row.more.as_object().into_iter().flatten() {
            script[key] = value.clone();
        }
        project.script(&script);
        project
    }

    /// A project whose every answer is good.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        for name in ["policies", "images"] {
            std::os::unix::fs::symlink(own.join(name), folder.path().join(name)).unwrap();
        }
        let project = Self { folder, path: Vec::new(), env: Vec::new() };
        project.write("charts/demo/Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n");
        project.write("charts/demo/values.yaml", "a: 1\n");
        project.write("charts/demo/templates/a.yaml", MANIFEST);
        project.write("charts/need/Chart.yaml", "apiVersion: v2\nname: need\nversion: 0.1.0\n");
        project.suite("default");
        project.script(&json!({"cells": {CELL: Self::good_cell()}}));
        for name in ["tmp", "cache", "bin"] {
            std::fs::create_dir(project.at(name)).unwrap();
        }
        project
    }

    /// A cell of a script that passes.
    pub fn good_cell() -> Value {
        json!({"manifest": MANIFEST, "hooks": [{"name": "t", "logs": "ok\n"}]})
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: &str) {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// The suite, with a profile as it is written there.
    pub fn suite(&self, profile: &str) {
        let profile = if profile == "default" { "{name: default, requirements: [need]}" } else { profile };
        let suite = format!(
            "apiVersion: seatrial.dev/v1\nkind: Suite\nchecks: [render, install, test, uninstall]\nclusters: \
             [{{kubernetes: \"1.36\"}}]\nrequirements: {{need: {{scope: cell, chart: ../charts/need}}}}\ncharts: [{{chart: \
             ../charts/demo, profiles: [{profile}]}}]\n"
        );
        self.write("suites/trial.yaml", &suite);
    }

    /// The script; the calls it gets are noted.
    pub fn script(&self, script: &Value) {
        let mut script = script.clone();
        script["log"] = json!(self.at("calls.log"));
        let text = serde_json::to_string(&script).unwrap().replace("CLUSTER", CLUSTER);
        self.write("script.yaml", &text);
    }

    /// Renders with helm instead of the script, and lets `bin/helm` be the fake one.
    pub fn with_fake_helm(&mut self, script: &Value) {
        let mut helm = script.clone();
        helm["log"] = json!(self.at("helm.log"));
        self.write("helm.yaml", &helm.to_string());
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_seatrial"), self.at("bin/helm")).unwrap();
        self.env.push(("SEATRIAL_FAKE_HELM".into(), self.at("helm.yaml").display().to_string()));
        self.with_helm_of_the_machine();
    }

    /// Renders with whatever helm is found.
    pub fn with_helm_of_the_machine(&mut self) {
        let mut script: Value =
            serde_json::from_str(&std::fs::read_to_string(self.at("script.yaml")).unwrap()).unwrap();
        script["helm"] = json!("machine");
        self.script(&script);
        self.path.push(self.at("bin"));
    }

    /// The program on this project, through `wrapper` where there is one.
    pub fn command(&self, wrapper: &[&str], args: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_seatrial");
        let mut command = match wrapper {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        let path: Vec<PathBuf> =
            self.path.iter().cloned().chain(["/usr/bin".into(), "/bin".into(), "/usr/sbin".into()]).collect();
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("PATH", std::env::join_paths(path).unwrap())
            .env("TMPDIR", self.at("tmp"))
            .env("SEATRIAL_CACHE", self.at("cache"))
            .env("COLUMNS", "160")
            .envs(self.env.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    /// Starts it; files take what it says, because nobody reads while it runs.
    fn started(mut command: Command) -> Running {
        let mut said = tempfile::tempfile().unwrap();
        let [out, err] = [said.try_clone().unwrap(), said.try_clone().unwrap()];
        said.rewind().unwrap();
        Running { child: command.stdout(out).stderr(err).spawn().unwrap(), said, began: Instant::now() }
    }

    pub fn start(&self) -> Running {
        Self::started(self.command(&[], &["suite", "trial", "--script", "script.yaml"]))
    }

    pub fn run(&self) -> Ran {
        self.start().end()
    }

    pub fn run_in(&self, wrapper: &[&str], args: &[&str]) -> Ran {
        Self::started(self.command(wrapper, args)).end()
    }

    /// A file of the last run.
    pub fn latest(&self, name: &str) -> Option<String> {
        std::fs::read(self.at("reports/latest").join(name))
            .ok()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    pub fn record(&self) -> Value {
        serde_json::from_str(&self.latest("run.json").expect("there is a record")).unwrap()
    }

    /// Waits until a file has a line that begins so: the step has come.
    pub fn await_line(&self, file: &str, begin: &str) {
        until(|| {
            let text = std::fs::read_to_string(self.at(file)).unwrap_or_default();
            text.lines().any(|line| line.starts_with(begin))
        });
    }

    /// What is left beside reports: temporary files, and processes, which get a moment to die of KILL.
    pub fn litter(&self) -> Vec<String> {
        let soon = Instant::now() + Duration::from_secs(3);
        while !self.processes().is_empty() && Instant::now() < soon {
            pause(Duration::from_millis(20));
        }
        let files = std::fs::read_dir(self.at("tmp")).unwrap();
        let mut left: Vec<String> = files.map(|entry| entry.unwrap().path().display().to_string()).collect();
        left.extend(self.processes());
        left
    }

    /// Processes that this project's environment was handed to.
    pub fn processes(&self) -> Vec<String> {
        let mark = format!("TMPDIR={}", self.at("tmp").display()).into_bytes();
        let of = |entry: std::fs::DirEntry| {
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let ours = environment.split(|byte| *byte == 0).any(|variable| variable == mark);
            ours.then(|| format!("process {}", entry.file_name().display()))
        };
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| of(entry.ok()?)).collect()
    }
}

pub struct Running {
    child: Child,
    said: std::fs::File,
    began: Instant,
}

impl Running {
    /// Sends a signal, unless it has ended.
    pub fn signal(&mut self, name: &str) {
        if !self.has_ended() {
            let id = self.child.id().to_string();
            let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap();
            assert!(sent.success());
        }
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for the end; what does not come to one is a hang.
    pub fn end(mut self) -> Ran {
        let until = self.began + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > until {
                self.child.kill().unwrap();
                panic!("it hangs:\n{}", self.said());
            }
            pause(Duration::from_millis(10));
        };
        let took = self.began.elapsed();
        Ran { code: status.code(), signal: status.signal(), console: self.said(), took }
    }

    fn said(&mut self) -> String {
        let mut said = Vec::new();
        self.said.rewind().unwrap();
        self.said.read_to_end(&mut said).unwrap();
        flat(&said)
    }
}

/// Text in one line with single blanks.
pub fn flat(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Waits until something is so.
pub fn until(mut so: impl FnMut() -> bool) {
    let late = Instant::now() + PATIENCE;
    while !so() {
        assert!(Instant::now() < late, "it never came to be so");
        pause(Duration::from_millis(10));
    }
}

#[expect(clippy::disallowed_methods, reason = "a test thread, and no executor's")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
