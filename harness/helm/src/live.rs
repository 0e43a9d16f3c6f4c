//! Releases of one cluster: install, test, uninstall, and what is known of them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use seatrial_host::Command;
use seatrial_model::suite::WaitMode;
use seatrial_model::{Clean, HelmMajor, Redactor, Trouble};
use seatrial_ports::{Cancel, InstallRequest, Place, TestRequest};

use crate::helm::{Helm, QUICK, Said, call};
use crate::release::{self, Release, ReleaseSummary, Unreadable};
use crate::{said, values};

/// Helm's own `--timeout` is the deadline; the program gets so much longer to say what it waited for.
const LAST_WORD: Duration = Duration::from_secs(3);

/// How a command on a release ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Helm did it.
    Done,
    /// Helm could not, for the chart's sake; this is what it said.
    Failed(Clean),
    /// It was stopped past its deadline, whoever is to blame; this is what it said last.
    Late(Clean),
}

/// One major version of helm on one cluster. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ClusterHelm {
    helm: Helm,
    major: HelmMajor,
    kubeconfig: Kubeconfig,
    context: Option<String>,
}

/// Where helm reads how to reach the cluster.
#[derive(Debug, Clone)]
enum Kubeconfig {
    File(PathBuf),
    /// Several files, merged by helm as `kubectl` does. There is no flag for that.
    List(OsString),
}

impl Helm {
    /// Helm on the cluster that `kubeconfig` (and `context`, or its current one) names. Nothing else in the
    /// environment can name another.
    pub fn on_cluster(
        &self,
        major: HelmMajor,
        kubeconfig: impl Into<PathBuf>,
        context: Option<String>,
    ) -> ClusterHelm {
        ClusterHelm { helm: self.clone(), major, kubeconfig: Kubeconfig::File(kubeconfig.into()), context }
    }

    /// Helm on the cluster of a context that one of these files names.
    pub fn on_context(&self, major: HelmMajor, kubeconfigs: &[PathBuf], context: &str) -> ClusterHelm {
        let kubeconfig = match kubeconfigs {
            [file] => Kubeconfig::File(file.clone()),
            // They come from such a list, so that none of them holds its separator.
            files => Kubeconfig::List(std::env::join_paths(files).unwrap_or_default()),
        };
        ClusterHelm { helm: self.clone(), major, kubeconfig, context: Some(context.to_owned()) }
    }
}

impl ClusterHelm {
    /// The major version.
    pub fn major(&self) -> HelmMajor {
        self.major
    }

    /// `helm install` with hooks. `--wait` is given with [`WaitMode::Helm`] only: else readiness of workloads is the
    /// caller's to watch. The namespace must exist. An interrupted install may leave a release: see [`ClusterHelm::abandon`].
    pub async fn install(&self, request: &InstallRequest, cancel: &Cancel) -> Result<Answer, Trouble> {
        let InstallRequest { place, chart, stack, deadline, wait, redactor } = request;
        let what = format!("install the release {} in {}", place.release, place.namespace);
        let stage = match self.helm.stages().prepare(&self.helm, self.major, chart, cancel).await? {
            Ok(stage) => stage,
            Err(broken) => return Ok(Answer::Failed(redactor.clean(&broken.0))),
        };
        let command = self.command(place, *deadline)?.args(["install", &place.release]).arg(&stage.chart);
        let command = command.args(["--timeout", &values::timeout(*deadline)]);
        let command = match wait {
            WaitMode::Harness => command,
            // The bare flag is helm 4's `watcher`, too.
            WaitMode::Helm => command.arg("--wait"),
        };
        let command = values::stack(command, stack);
        let said = call(&command, &what, redactor, cancel).await?;
        answer(said, &what, redactor, |message| stage.translate(message, chart))
    }

    /// `helm test`. What became of each hook is in [`ClusterHelm::status`].
    pub async fn test(&self, request: &TestRequest, cancel: &Cancel) -> Result<Answer, Trouble> {
        let TestRequest { place, deadline, redactor } = request;
        let what = format!("test the release {} in {}", place.release, place.namespace);
        let timeout = values::timeout(*deadline);
        let command = self.command(place, *deadline)?.args(["test", &place.release, "--timeout", &timeout]);
        answer(call(&command, &what, redactor, cancel).await?, &what, redactor, str::to_owned)
    }

    /// `helm uninstall --wait`, hooks included. A release that is not there is a failure.
    pub async fn uninstall(
        &self,
        place: &Place,
        deadline: Duration,
        redactor: &Redactor,
        cancel: &Cancel,
    ) -> Result<Answer, Trouble> {
        let what = format!("uninstall the release {} in {}", place.release, place.namespace);
        let timeout = values::timeout(deadline);
        let command = self.command(place, deadline)?.args([
            "uninstall",
            &place.release,
            "--wait",
            "--timeout",
            &timeout,
        ]);
        answer(call(&command, &what, redactor, cancel).await?, &what, redactor, str::to_owned)
    }

    /// Removes a release in whatever state it is (`pending-install` too), without hooks and without waiting
    /// for its objects. Idempotent. Cannot be cancelled: it is what follows cancellation.
    pub async fn abandon(
        &self,
        place: &Place,
        deadline: Duration,
        redactor: &Redactor,
    ) -> Result<(), Trouble> {
        let what = format!("remove the release {} in {}", place.release, place.namespace);
        let timeout = values::timeout(deadline);
        let command = self.command(place, deadline)?.args([
            "uninstall",
            &place.release,
            "--no-hooks",
            "--ignore-not-found",
            "--timeout",
            &timeout,
        ]);
        match call(&command, &what, redactor, &Cancel::default()).await? {
            Said::Done(_) => Ok(()),
            Said::Refused { message, .. } => Err(Trouble::new(what, redactor.clean(&message))),
            Said::Late(last) => Err(Trouble::new(what, last)),
        }
    }

    /// The manifest as the release keeps it, hooks not included. Raw: it may hold secrets.
    pub async fn manifest(
        &self,
        place: &Place,
        redactor: &Redactor,
        cancel: &Cancel,
    ) -> Result<String, Trouble> {
        self.get("manifest", place, redactor, cancel).await
    }

    /// The hooks' manifests as the release keeps them. Raw: they may hold secrets.
    pub async fn hooks(
        &self,
        place: &Place,
        redactor: &Redactor,
        cancel: &Cancel,
    ) -> Result<String, Trouble> {
        self.get("hooks", place, redactor, cancel).await
    }

    /// State and hooks of a release; `None` when there is no such release.
    pub async fn status(
        &self,
        place: &Place,
        redactor: &Redactor,
        cancel: &Cancel,
    ) -> Result<Option<Release>, Trouble> {
        let what = format!("read the status of the release {} in {}", place.release, place.namespace);
        let command = self.command(place, QUICK)?.args(["status", &place.release, "--output", "json"]);
        match call(&command, &what, redactor, cancel).await? {
            Said::Done(json) => parsed(release::read_status(&json), what, redactor).map(Some),
            Said::Refused { message, .. } if said::is_no_release(&message) => Ok(None),
            Said::Refused { message, .. } => Err(Trouble::new(what, redactor.clean(&message))),
            Said::Late(last) => Err(Trouble::new(what, last)),
        }
    }

    /// Every release of a namespace, whatever its state.
    pub async fn list(&self, namespace: &str, cancel: &Cancel) -> Result<Vec<ReleaseSummary>, Trouble> {
        let what = format!("list the releases in {namespace}");
        let redactor = Redactor::default();
        let place = Place { namespace: namespace.to_owned(), release: String::new() };
        let command = self.command(&place, QUICK)?.args(["list", "--output", "json", "--max", "0"]);
        let command = match self.major {
            HelmMajor::V3 => command.arg("--all"),
            // Shows all of them, and has no such flag.
            HelmMajor::V4 => command,
        };
        match call(&command, &what, &redactor, cancel).await? {
            Said::Done(json) => parsed(release::read_list(&json), what, &redactor),
            Said::Refused { message, .. } => Err(Trouble::new(what, redactor.clean(&message))),
            Said::Late(last) => Err(Trouble::new(what, last)),
        }
    }

    async fn get(
        &self,
        part: &str,
        place: &Place,
        redactor: &Redactor,
        cancel: &Cancel,
    ) -> Result<String, Trouble> {
        let what = format!("read the {part} of the release {} in {}", place.release, place.namespace);
        let command = self.command(place, QUICK)?.args(["get", part, &place.release]);
        match call(&command, &what, redactor, cancel).await? {
            Said::Done(text) => Ok(text),
            Said::Refused { message, .. } => Err(Trouble::new(what, redactor.clean(&message))),
            Said::Late(last) => Err(Trouble::new(what, last)),
        }
    }

    fn command(&self, place: &Place, deadline: Duration) -> Result<Command, Trouble> {
        let command = self.helm.command(self.major, deadline.saturating_add(LAST_WORD))?;
        let command = match &self.kubeconfig {
            Kubeconfig::File(file) => command.arg("--kubeconfig").arg(file),
            Kubeconfig::List(files) => command.env("KUBECONFIG", files),
        };
        let command = command.args(["--namespace", &place.namespace]);
        Ok(match &self.context {
            Some(context) => command.args(["--kube-context", context]),
            None => command,
        })
    }
}

fn answer(
    said: Said,
    what: &str,
    redactor: &Redactor,
    translate: impl Fn(&str) -> String,
) -> Result<Answer, Trouble> {
    match said {
        Said::Done(_) => Ok(Answer::Done),
        Said::Refused { message, .. } if said::is_unreachable(&message) || said::is_stopped(&message) => {
            Err(Trouble::new(what, redactor.clean(&message)))
        }
        Said::Refused { message, .. } => Ok(Answer::Failed(redactor.clean(&translate(&message)))),
        Said::Late(last) => Ok(Answer::Late(last)),
    }
}

fn parsed<T>(read: Result<T, Unreadable>, what: String, redactor: &Redactor) -> Result<T, Trouble> {
    read.map_err(|error| Trouble::new(what, redactor.clean(&error.to_string())))
}

#[cfg(test)]
#[path = "live_tests.rs"]
mod tests;
