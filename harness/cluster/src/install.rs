//! Installing a release: helm installs and runs hooks, the harness watches and waits.

use std::time::{Duration, Instant};

use kube::Client;
use seatrial_helm::{Answer, ClusterHelm};
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cancel, InstallAnswer, InstallRequest, Watch};
use tokio::time::timeout;

use crate::diagnosis;
use crate::observe::Observer;
use crate::readiness::Scope;
use crate::secrets;
use crate::wait::{Ended, Telling, wait};

/// Helm gets so long to stop once something certain has failed.
const STOP: Duration = Duration::from_secs(15);

/// For listing what is there, at least.
const LISTING: Duration = Duration::from_secs(10);

/// Runs `helm install` and waits until all workloads of the release are ready.
pub(crate) async fn install(
    client: &Client,
    helm: &ClusterHelm,
    request: &InstallRequest,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<InstallAnswer, Trouble> {
    let until = Instant::now() + request.deadline;
    let scope = Scope::Release(request.place.release.clone());
    let mut observer = Observer::new(client, &request.place.namespace);
    let mut telling = Telling::new(watch, &request.redactor);

    let installed = match run(helm, request, &mut observer, &scope, &mut telling, cancel).await {
        Run::Ended(installed) => installed?,
        Run::Failed(reason) => {
            return Ok(failed(client, request, observer, &scope, &reason).await);
        }
    };
    if let Answer::Failed(said) = installed {
        return Ok(failed(client, request, observer, &scope, said.as_str()).await);
    }
    let mut observer = observer.renewed(client, &request.place.namespace);
    let rest = until.saturating_duration_since(Instant::now()).max(LISTING);
    match wait(&mut observer, &scope, rest, &mut telling, cancel).await {
        Ended::Ready => {
            let manifest = helm.manifest(&request.place, &request.redactor, cancel).await?;
            Ok(InstallAnswer::Ready { manifest })
        }
        Ended::Failed(reason) => Ok(failed(client, request, observer, &scope, &reason).await),
        Ended::Late(_) if !answers(client).await => {
            let why = "the API server stopped answering while workloads were waited for";
            Err(trouble(request, Clean::own(why)))
        }
        Ended::Late(last) => {
            let reason = format!("not ready within {} s: {last}", request.deadline.as_secs());
            Ok(failed(client, request, observer, &scope, &reason).await)
        }
        Ended::Blind(why) => Err(trouble(request, request.redactor.clean(&why))),
        Ended::Cancelled => Err(trouble(request, Clean::own("interrupted"))),
    }
}

/// Whether the API server is there: when it is not, nothing can be said of the chart.
async fn answers(client: &Client) -> bool {
    matches!(timeout(LISTING, client.apiserver_version()).await, Ok(Ok(_)))
}

fn trouble(request: &InstallRequest, why: Clean) -> Trouble {
    let place = &request.place;
    Trouble::new(format!("install the release {} in {}", place.release, place.namespace), why)
}

/// How helm's part ended.
enum Run {
    Ended(Result<Answer, Trouble>),
    /// The harness saw a certain failure while helm still ran its hooks, and stopped it.
    Failed(String),
}

async fn run(
    helm: &ClusterHelm,
    request: &InstallRequest,
    observer: &mut Observer,
    scope: &Scope,
    telling: &mut Telling<'_>,
    cancel: &Cancel,
) -> Run {
    // Set by us when waiting has no sense any more; the run's own flag stays as it is.
    let stop = Cancel::default();
    let mut installing = std::pin::pin!(helm.install(request, &stop));
    telling.say("helm install");
    loop {
        tokio::select! {
            installed = &mut installing => return Run::Ended(installed),
            view = observer.changed() => {
                if let Some(failure) = crate::certain::failure(view, scope) {
                    stop.cancel();
                    let stopped = timeout(STOP, &mut installing).await;
                    // Helm may have come to an end by itself: what it says is about the same failure.
                    return match stopped {
                        Ok(Ok(Answer::Failed(said))) => Run::Failed(format!("{failure}\n{said}")),
                        _ => Run::Failed(failure),
                    };
                }
                telling.waiting(view, scope, "helm install: ");
            }
            () = cancel.cancelled(), if !stop.is_cancelled() => stop.cancel(),
        }
    }
}

async fn failed(
    client: &Client,
    request: &InstallRequest,
    mut observer: Observer,
    scope: &Scope,
    reason: &str,
) -> InstallAnswer {
    let place = &request.place;
    // What Pods print may be what they were given: the namespace's own Secrets are masked as well.
    let mut redactor = request.redactor.clone();
    redactor.merge(&secrets::of_namespace(client, &place.namespace).await);
    // Helm may have refused before the first list came.
    let _ = timeout(Duration::from_secs(5), observer.whole()).await;
    let output = diagnosis::read(client, &place.namespace, observer.view(), scope, &redactor).await;
    InstallAnswer::Failed { reason: redactor.clean(reason), output }
}

/// For requirements: what was waited for, in one text.
pub(crate) fn told(reason: &Clean, output: &Clean, redactor: &Redactor) -> Clean {
    if output.is_empty() { reason.clone() } else { redactor.clean(&format!("{reason}\n{output}")) }
}
