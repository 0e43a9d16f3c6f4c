//! What is asked of a cluster that stands.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use seatrial_model::suite::{Requirement, WaitMode};
use seatrial_model::time::Millis;
use seatrial_model::{Clean, ObjectRef, Redactor, Trouble};

use crate::{Cancel, Intent, LivePod, PodSecurityAnswer, PodSecurityRequest, PodsRequest, Stack, Watch};

/// Where a cell lives in its cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its namespace.
    pub namespace: String,
    /// Its release.
    pub release: String,
}

/// What a cluster can take, or has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Millicores.
    pub cpu: i64,
    /// Bytes.
    pub memory: i64,
}

/// `helm install` of a chart.
#[derive(Debug, Clone)]
pub struct InstallRequest {
    /// Where.
    pub place: Place,
    /// The chart's folder.
    pub chart: PathBuf,
    /// Its values.
    pub stack: Stack,
    /// For helm, its hooks and all workloads together.
    pub deadline: Duration,
    /// Who decides that it is ready.
    pub wait: WaitMode,
    /// Cleans what is quoted.
    pub redactor: Redactor,
}

/// How an install ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstallAnswer {
    /// The release is deployed and all desired replicas of every workload are ready; with [`WaitMode::Helm`], helm
    /// says so. Holds `helm get manifest`, raw.
    Ready {
        /// The manifest as the release keeps it (hooks are not in it).
        manifest: String,
    },
    /// The chart is at fault: helm refused, a hook failed, or workloads did not become ready in time.
    Failed {
        /// One to three lines: what failed and the last thing seen.
        reason: Clean,
        /// Log tails and events worth reading, bounded to some kilobytes.
        output: Clean,
    },
}

/// `helm test` of a release.
#[derive(Debug, Clone)]
pub struct TestRequest {
    /// Where.
    pub place: Place,
    /// For all hooks together.
    pub deadline: Duration,
    /// Cleans what is quoted.
    pub redactor: Redactor,
}

/// How `helm test` ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestAnswer {
    /// One for each test hook that is a Pod or a Job, in the order in which helm runs them. Empty when the
    /// chart has none.
    pub hooks: Vec<HookOutcome>,
    /// What helm said, when it failed.
    pub said: Clean,
    /// Containers of the release that have ended since it was ready, although they have to go on.
    pub ended: Vec<Ended>,
}

/// A container that ended after its release was ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its Pod.
    pub pod: ObjectRef,
    /// Its name.
    pub container: String,
    /// How often since.
    pub times: u32,
    /// How it ended the last time: `exit code 137, OOMKilled`.
    pub how: Clean,
}

/// One test hook's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookOutcome {
    /// The hook object's name.
    pub name: String,
    /// Its kind, `Pod` or `Job`.
    pub kind: String,
    /// How it ended.
    pub phase: HookPhase,
    /// One line: exit code, reason, last thing seen.
    pub reason: Clean,
    /// How long it ran.
    pub duration: Millis,
    /// Logs of every container, each under a header naming pod and container, bounded (1 MiB kept).
    pub logs: Clean,
}

/// How a hook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookPhase {
    /// It completed.
    Succeeded,
    /// It failed.
    Failed,
    /// It still ran, or was never seen to end, when the deadline came.
    Unfinished,
    /// Helm never started it, because an earlier one failed.
    NotStarted,
}

/// How an uninstall ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UninstallAnswer {
    /// The release is gone; this is what it left.
    Gone(Vec<Leftover>),
    /// Helm could not uninstall it, or objects did not go away in time.
    Failed {
        /// What helm said or what is still there.
        reason: Clean,
    },
}

/// Something a release left behind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leftover {
    /// The object.
    pub object: ObjectRef,
    /// Why it may stay: `helm.sh/resource-policy: keep`, `volume claim of a StatefulSet`, `a hook's object`;
    /// `None` when nothing explains it.
    pub explained: Option<String>,
}

/// A requirement of a cell or of the cluster.
#[derive(Debug, Clone)]
pub struct RequirementRequest {
    /// What.
    pub requirement: Requirement,
    /// The cell's namespace; `None` for the cluster's own requirements.
    pub namespace: Option<String>,
    /// Cleans what is quoted.
    pub redactor: Redactor,
}

/// A file for a person, not yet written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// `events.txt`, `logs/<pod>.<container>.log`, `pods.yaml`; relative, no `..`.
    pub name: String,
    /// Its content.
    pub content: Clean,
}

/// A cluster that was left to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// What leads to it.
    pub kubeconfig: PathBuf,
    /// The command that removes it.
    pub removal: String,
}

/// A cluster that stands.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// What its nodes can take beside what runs on them now; `None` where that cannot be told.
    async fn room(&self) -> Option<Room> {
        None
    }

    /// Whether it stands on when the run has ended, so that no teardown takes along what cells leave.
    fn outlives_run(&self) -> bool {
        false
    }

    /// Whether others use it: then it is told by `admit` what will be created, and may refuse.
    fn is_shared(&self) -> bool {
        false
    }

    /// The namespace in which a requirement of the whole cluster is installed.
    fn home(&self, requirement: &str) -> String {
        requirement.to_owned()
    }

    /// Hears what is about to be created, before anything is. Refusing is trouble: it says nothing of the chart.
    async fn admit(&self, _: &Intent) -> Result<(), Trouble> {
        Ok(())
    }

    /// Creates the cell's namespace, labelled with the run's id.
    async fn open(&self, namespace: &str) -> Result<(), Trouble>;

    /// Installs a requirement and waits until it is ready. A requirement that does not come up is trouble:
    /// nothing can be said of the chart then.
    async fn require(
        &self,
        request: &RequirementRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<(), Trouble>;

    /// Installs a chart and waits for its workloads.
    async fn install(
        &self,
        request: &InstallRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<InstallAnswer, Trouble>;

    /// Runs the release's test hooks.
    async fn test(
        &self,
        request: &TestRequest,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<TestAnswer, Trouble>;

    /// Every Pod that runs, or was seen to run since the install began, in the namespaces that are named:
    /// short-lived ones that are gone again included, those of requirements excluded. Whose they are is for the
    /// caller to tell by their owners.
    async fn pods(&self, request: &PodsRequest) -> Result<Vec<LivePod>, Trouble>;

    /// Asks the API server's own Pod Security admission about a Pod, by a dry run that creates nothing, in a
    /// namespace of the run's own. Not being able to ask, for a lack of rights or because something else refuses the
    /// Pod, is an answer.
    async fn admit_pod(&self, request: &PodSecurityRequest) -> Result<PodSecurityAnswer, Trouble>;

    /// Uninstalls a release and looks at what it left.
    async fn uninstall(
        &self,
        place: &Place,
        deadline: Duration,
        redactor: &Redactor,
        watch: &Watch,
        cancel: &Cancel,
    ) -> Result<UninstallAnswer, Trouble>;

    /// Evidence of a cell: events, Pods as they stand (no Secrets), the last logs of every container.
    /// Never fails: what could not be read is said in a file.
    async fn evidence(&self, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile>;

    /// Deletes the cell's namespace and waits until it is gone, within the deadline.
    async fn close(&self, namespace: &str, deadline: Duration) -> Result<(), Trouble>;

    /// The secret values of a namespace's Secrets and of the chart's, for masking.
    async fn secrets(&self, namespace: &str) -> Redactor;

    /// The file with which a person reaches the cluster; `None` where there is none to show.
    fn kubeconfig(&self) -> Option<PathBuf> {
        None
    }

    /// Removes the cluster and all that belongs to it; of one that outlives the run, what the run made in it.
    /// Idempotent.
    async fn teardown(&self) -> Result<(), Trouble>;

    /// In place of [`Cluster::teardown`]: leaves the cluster to a person as it is, but `without` the namespaces
    /// that are named, their releases included.
    async fn keep(&self, without: &[String]) -> Result<Kept, Trouble>;
}
