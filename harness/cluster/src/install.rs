//! Installing a release: helm installs and runs hooks, the harness watches, waits and explains.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kube::Client;
use seatrial_helm::{Answer, ClusterHelm};
use seatrial_model::suite::WaitMode;
use seatrial_model::{Clean, HelmMajor, Redactor, Trouble};
use seatrial_ports::{Cancel, InstallAnswer, InstallRequest, Watch};
use tokio::time::timeout;

use crate::apply::objects;
use crate::failure::{Failure, Why};
use crate::install_hooks::HookLogs;
use crate::muster::Roll;
use crate::observe::Observer;
use crate::readiness::Scope;
use crate::runs::Runs;
use crate::wait::{Ended, Telling, wait};
use crate::{certain, explain};

/// Helm gets so long to stop once something certain has failed.
const STOP: Duration = Duration::from_secs(15);

/// For listing what is there, at least.
const LISTING: Duration = Duration::from_secs(10);

/// Kinds that are waited for.
const WAITED_FOR: [&str; 8] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "Pod",
    "PersistentVolumeClaim",
];

/// Runs `helm install` and waits until all workloads of the release are ready, or until helm says that they are. Where
/// they are, tells how often their containers had ended until then. Pods that are seen meanwhile are put on the roll.
pub(crate) async fn install(
    client: &Client,
    helm: &ClusterHelm,
    request: &InstallRequest,
    roll: &Roll,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<(InstallAnswer, Runs), Trouble> {
    let until = Instant::now() + request.deadline;
    let scope = Scope::Release(request.place.clone());
    let mut observer = Observer::new(client, &request.place.namespace).mustering(roll);
    let mut hooks = HookLogs::new(client, &request.place.namespace);
    let mut telling = Telling::new(watch, &request.redactor);
    let failure = Failure { client, helm, request, scope: &scope };

    let installing = Installing { helm, request, scope: &scope };
    let why = match installing.run(&mut observer, &mut hooks, &mut telling, cancel).await {
        Run::Ended(answer) => match answer? {
            Answer::Done => None,
            Answer::Failed(said) => Some(Why::Refused(said)),
            Answer::Late(said) => Some(Why::HelmLate(said)),
        },
        Run::Certain(reason) => Some(Why::Certain(reason)),
    };
    if let Some(why) = why {
        return Ok((failure.answer(vec![observer], hooks, why).await?, Runs::default()));
    }
    let manifest = helm.manifest(&request.place, &request.redactor, cancel).await?;
    if request.wait == WaitMode::Helm {
        let runs = Runs::seen([observer.sight()].into_iter(), &scope);
        return Ok((InstallAnswer::Ready { manifest }, runs));
    }
    let elsewhere = elsewhere(&manifest, &request.place.namespace)
        .map_err(|error| trouble(request, request.redactor.clean(&format!("{error:#}"))))?;
    let mut observers = vec![observer.renewed(client)];
    observers.extend(elsewhere.iter().map(|namespace| Observer::new(client, namespace).mustering(roll)));
    let rest = until.saturating_duration_since(Instant::now()).max(LISTING);
    let why = match wait(&mut observers, &scope, rest, &mut telling, cancel).await {
        Ended::Ready => {
            let runs = Runs::seen(observers.iter().map(Observer::sight), &scope);
            return Ok((InstallAnswer::Ready { manifest }, runs));
        }
        Ended::Failed(reason) => Why::Certain(reason),
        Ended::Late(last) => Why::Late(last),
        Ended::Blind(why) => return Err(trouble(request, request.redactor.clean(&why))),
        Ended::Cancelled => return Err(trouble(request, Clean::own("interrupted"))),
    };
    Ok((failure.answer(observers, hooks, why).await?, Runs::default()))
}

/// Other namespaces in which a release has workloads.
fn elsewhere(manifest: &str, home: &str) -> anyhow::Result<BTreeSet<String>> {
    let objects = objects(manifest)?;
    let waited_for = objects
        .iter()
        .filter(|object| object["kind"].as_str().is_some_and(|kind| WAITED_FOR.contains(&kind)));
    let namespaces = waited_for.filter_map(|object| object["metadata"]["namespace"].as_str());
    Ok(namespaces.filter(|name| !name.is_empty() && *name != home).map(str::to_owned).collect())
}

pub(crate) fn trouble(request: &InstallRequest, why: Clean) -> Trouble {
    let place = &request.place;
    Trouble::new(format!("install the release {} in {}", place.release, place.namespace), why)
}

/// How helm's part ended.
enum Run {
    Ended(Result<Answer, Trouble>),
    /// The harness saw a certain failure while helm still worked, and stopped it.
    Certain(String),
}

/// Helm at work.
struct Installing<'a> {
    helm: &'a ClusterHelm,
    request: &'a InstallRequest,
    scope: &'a Scope,
}

impl Installing<'_> {
    async fn run(
        &self,
        observer: &mut Observer,
        hooks: &mut HookLogs,
        telling: &mut Telling<'_>,
        cancel: &Cancel,
    ) -> Run {
        // Set by us when waiting has no sense any more; the run's own flag stays as it is.
        let stop = Cancel::default();
        let mut installing = std::pin::pin!(self.helm.install(self.request, &stop));
        telling.say("helm install");
        loop {
            tokio::select! {
                installed = &mut installing => return Run::Ended(installed),
                view = observer.changed() => {
                    hooks.attend(view);
                    if let Some(failure) = certain::failure(view, self.scope) {
                        stop.cancel();
                        let stopped = timeout(STOP, &mut installing).await;
                        // Helm may have come to an end by itself: what it says is about the same failure.
                        return match stopped {
                            Ok(Ok(Answer::Failed(said))) => Run::Certain(format!("{failure}\n{said}")),
                            _ => Run::Certain(failure),
                        };
                    }
                    if !telling.waiting(view, self.scope, "helm install: ")
                        && waits_for_addresses(self.helm, self.request)
                        && let [service, ..] = &explain::without_address(view, self.scope)[..]
                    {
                        telling.say(&format!("helm install: Service {service} has no address"));
                    }
                }
                () = cancel.cancelled(), if !stop.is_cancelled() => stop.cancel(),
            }
        }
    }
}

/// Whether helm itself waits for the addresses of Services.
pub(crate) fn waits_for_addresses(helm: &ClusterHelm, request: &InstallRequest) -> bool {
    request.wait == WaitMode::Helm && helm.major() == HelmMajor::V3
}

/// For requirements: what was waited for, in one text.
pub(crate) fn told(reason: &Clean, output: &Clean, redactor: &Redactor) -> Clean {
    if output.is_empty() { reason.clone() } else { redactor.clean(&format!("{reason}\n{output}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_namespaces_count_only_where_something_is_waited_for_in_them() {
        let manifest = "kind: Deployment\nmetadata: {name: a, namespace: other}\n---\nkind: ConfigMap\nmetadata: \
                        {name: b, namespace: third}\n---\nkind: List\nitems:\n- kind: Job\n  metadata: {name: c, \
                        namespace: fourth}\n---\nkind: Pod\nmetadata: {name: d, namespace: home}\n";
        let found = elsewhere(manifest, "home").unwrap();
        assert_eq!(found, ["fourth".to_owned(), "other".to_owned()].into());
    }
}
