//! A whole run on the scripted backend, with the project's own policy pack.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use seatrial_engine::{Inputs, Keep, Options, Pause, Ports, Recorder, Selection, plan, run};
use seatrial_host::Machine;
use seatrial_model::baseline::BaselineInUse;
use seatrial_model::event::Event;
use seatrial_model::record::{CaseRecord, CellRecord, CheckRecord};
use seatrial_model::suite::{
    ChartSpec, ClusterSpec, Expectation, Levels, Limits, Overlay, PolicySpec, Profile, Suite, WaitMode,
};
use seatrial_model::{CheckKind, HelmMajor, Record};
use seatrial_policy::PolicyLibrary;
use seatrial_scripted::{Calls, Script};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A Deployment that fits its schema and that every rule of the pack accepts, and a test hook.
pub const GOOD: &str = "\
---
# Source: demo/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  replicas: 1
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec:
      automountServiceAccountToken: false
      serviceAccountName: demo
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: app:1
          livenessProbe: {tcpSocket: {port: 80}}
          securityContext:
            {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          resources: {limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}, requests: {cpu: 50m, memory: 64Mi}}
---
# Source: demo/templates/account.yaml
apiVersion: v1
kind: ServiceAccount
metadata: {name: demo}
---
# Source: demo/templates/network.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: demo}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
# Source: demo/templates/tests/hook.yaml
apiVersion: v1
kind: Pod
metadata: {name: demo-test, annotations: {helm.sh/hook: test}}
spec:
  automountServiceAccountToken: false
  serviceAccountName: demo
  restartPolicy: Never
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: curl
      image: curl:1
      securityContext:
        {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      resources: {limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 1Gi}, requests: {cpu: 50m, memory: 64Mi}}
";

/// Whether bad cells are held, and whether somebody lets them go on, at once after it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    No,
    Answered,
    Unanswered,
}

/// A run's parts before it runs.
pub struct Trial {
    pub suite: Suite,
    pub script: String,
    pub publishable: bool,
    pub selection: Selection,
    pub jobs: Option<usize>,
    pub keep: Keep,
    pub retries: usize,
    pub fail_fast: bool,
    pub hold: Hold,
    pub baseline: Option<BaselineInUse>,
    pub folder: tempfile::TempDir,
}

/// What a trial gave.
pub struct Outcome {
    pub record: Record,
    pub calls: Calls,
    /// The record as it was published each time, and how many calls had been made by then.
    pub published: Vec<(Record, usize)>,
    pub events: Vec<Event>,
    /// Cells that were held, and how many calls had been made by then.
    pub held: Vec<(String, usize)>,
    pub folder: tempfile::TempDir,
}

pub fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        values: Vec::new(),
        set: Vec::new(),
        production: false,
        expect: Expectation::Works,
        overlay: None,
        requirements: Vec::new(),
        exclusive: false,
        levels: Levels::default(),
        wait: WaitMode::Harness,
    }
}

/// The profiles of a chart `demo` on one cluster, played by `script`. `GOOD` in the script stands for the
/// good manifest.
pub fn trial(profiles: Vec<Profile>, script: &str) -> Trial {
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("demo");
    std::fs::create_dir(&chart).unwrap();
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let suite = Suite {
        name: "trial".to_owned(),
        file: folder.path().join("trial.yaml"),
        description: String::new(),
        clusters: vec![ClusterSpec {
            name: "k8s".to_owned(),
            kubernetes: "1.36".parse().unwrap(),
            helm: HelmMajor::V4,
            image: None,
            node_labels: BTreeMap::new(),
            extended_resources: BTreeMap::new(),
            requirements: Vec::new(),
        }],
        contexts: Vec::new(),
        charts: vec![ChartSpec { name: "demo".to_owned(), path: chart, profiles }],
        checks: CheckKind::ALL.into_iter().collect(),
        policy: PolicySpec {
            folder: policies,
            packs: BTreeMap::from([("prod-readiness".to_owned(), None)]),
            ..PolicySpec::default()
        },
        limits: Limits::default(),
        waivers: Vec::new(),
    };
    let indented = GOOD.lines().fold(String::new(), |text, line| format!("{text}      {line}\n"));
    let script = script.replace("GOOD\n", &format!("|\n{indented}"));
    Trial {
        suite,
        script,
        publishable: true,
        selection: Selection::default(),
        jobs: Some(2),
        keep: Keep::Never,
        retries: 0,
        fail_fast: false,
        hold: Hold::No,
        baseline: None,
        folder,
    }
}

impl Trial {
    pub async fn run(self) -> Outcome {
        self.run_until(|_, _| 0).await
    }

    /// Runs, sending as many signals after each call of `signals` as it returns more than before.
    pub async fn run_until(self, signals: impl Fn(&Event, &Calls) -> usize + Send + 'static) -> Outcome {
        let library = Arc::new(PolicyLibrary::load(&self.suite.policy.folder).unwrap());
        let (renderer, backend, calls) =
            seatrial_scripted::ports(Script::parse(&self.script).expect("the script reads"));
        let ports = Ports { renderer: Arc::new(renderer), backend: Arc::new(backend) };
        let reports = self.folder.path().join("reports");
        std::fs::create_dir(&reports).unwrap();
        let published = Arc::new(Mutex::new(Vec::new()));
        let (sink, log, publishable) = (Arc::clone(&published), calls.clone(), self.publishable);
        let recorder = Recorder::new(reports, move |_: &Path, record: &Record| {
            anyhow::ensure!(publishable, "disk full");
            sink.lock().unwrap().push((record.clone(), log.all().len()));
            Ok(())
        });
        let plan = plan(&Arc::new(self.suite), &self.selection, self.folder.path()).unwrap();
        let inputs = Inputs { plan, library, ports, recorder };
        let (pauses, mut waiting) = mpsc::unbounded_channel::<Pause>();
        let (noted, wanted) = (calls.clone(), self.hold);
        let holding = async move {
            let (mut held, mut unanswered) = (Vec::new(), Vec::new());
            while let Some(pause) = waiting.recv().await {
                held.push((pause.cell.to_string(), noted.all().len()));
                if wanted == Hold::Answered {
                    pause.resume.send(()).unwrap();
                } else {
                    unanswered.push(pause);
                }
            }
            held
        };
        let options = Options {
            run: "r1".to_owned(),
            seatrial: "0".to_owned(),
            jobs: self.jobs,
            machine: || Machine { processors: 2, memory: 8 << 30, available: 8 << 30, runnable: 1 },
            expected: BTreeMap::new(),
            workers: 2,
            keep: self.keep,
            clock: || seatrial_model::time::Instant::UNIX_EPOCH,
            retries: self.retries,
            fail_fast: self.fail_fast,
            pauses: (wanted != Hold::No).then_some(pauses),
            baseline: self.baseline,
        };
        let (events, mut heard) = mpsc::unbounded_channel();
        let (interrupt, interrupts) = mpsc::unbounded_channel();
        let watched = calls.clone();
        let listener = async move {
            let (mut all, mut sent) = (Vec::<Event>::new(), 0);
            loop {
                // A step that hangs says nothing more: what was called by then is looked at all the same.
                match timeout(Duration::from_millis(5), heard.recv()).await {
                    Ok(Some(event)) => all.push(event),
                    Ok(None) => break,
                    Err(_) => {}
                }
                while all.last().is_some_and(|event| sent < signals(event, &watched)) {
                    interrupt.send(()).unwrap();
                    sent += 1;
                }
            }
            all
        };
        let (record, events, held) =
            tokio::join!(run(inputs, options, events, interrupts), listener, holding);
        let published = published.lock().unwrap().clone();
        Outcome { record, calls, published, events, held, folder: self.folder }
    }
}

impl Outcome {
    pub fn exit_code(&self) -> u8 {
        run::exit_code(&self.record)
    }

    pub fn cell(&self, profile: &str) -> &CellRecord {
        self.record.cells.iter().find(|cell| cell.cell.profile == profile).expect("the cell ended")
    }

    pub fn check(&self, profile: &str, check: CheckKind) -> &CheckRecord {
        self.cell(profile).checks.iter().find(|record| record.check == check).expect("the check was asked")
    }

    pub fn case(&self, profile: &str, check: CheckKind, name: &str) -> &CaseRecord {
        self.check(profile, check).cases.iter().find(|case| case.name == name).expect("the case is there")
    }

    pub fn reason(&self, profile: &str, check: CheckKind) -> String {
        self.check(profile, check).reason.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

pub fn overlay(folder: &Path) -> Overlay {
    let file: PathBuf = folder.join("overlay.yaml");
    std::fs::write(&file, "replicas: 1\n").unwrap();
    Overlay { file, reason: "one node".to_owned(), allow: BTreeSet::new() }
}
