//! Why an install failed: the most telling reason first, then helm's words, then advice; or that the harness cannot
//! tell, because the cluster was away.

use std::time::Duration;

use kube::Client;
use seatrial_helm::ClusterHelm;
use seatrial_model::suite::WaitMode;
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cancel, InstallAnswer, InstallRequest};
use tokio::time::timeout;

use crate::diagnosis::{Diagnosis, answered};
use crate::install::{trouble, waits_for_addresses};
use crate::install_hooks::{HookLogs, culprit};
use crate::observe::{Observer, Sight, TOO_LONG};
use crate::pods::quote;
use crate::readiness::{Scope, Unready};
use crate::wait::{summary, unready_in};
use crate::{explain, secrets, unpulled};

/// For the API server to answer one question.
const ANSWERING: Duration = Duration::from_secs(10);
/// For the first lists: helm may have refused before they came.
const FIRST_LOOK: Duration = Duration::from_secs(5);

/// How an install ended that did not succeed.
#[derive(Debug)]
pub(crate) enum Why {
    /// Workloads were not ready at the deadline; the last thing seen.
    Late(String),
    /// No waiting heals it.
    Certain(String),
    /// Helm could not.
    Refused(Clean),
    /// Helm had to be stopped past its deadline.
    HelmLate(Clean),
}

/// An install that failed.
pub(crate) struct Failure<'a> {
    pub client: &'a Client,
    pub helm: &'a ClusterHelm,
    pub request: &'a InstallRequest,
    pub scope: &'a Scope,
}

impl Failure<'_> {
    /// The answer to the install; trouble where the failure may not be the chart's.
    pub(crate) async fn answer(
        &self,
        mut observers: Vec<Observer>,
        mut hooks: HookLogs,
        why: Why,
    ) -> Result<InstallAnswer, Trouble> {
        for observer in &mut observers {
            let _ = timeout(FIRST_LOOK, observer.whole()).await;
        }
        let away = observers.iter().map(Observer::away).max().unwrap_or_default();
        let sights: Vec<Sight<'_>> = observers.iter().map(Observer::sight).collect();
        if let Some(absence) = self.absence(away).await {
            let told = reason(&why, &[], None, Vec::new(), self.request.deadline);
            let told = format!("{absence}; what was seen says nothing of the chart: {told}");
            return Err(trouble(self.request, self.request.redactor.clean(&told)));
        }
        let unanswered = || sights.iter().find_map(|sight| unpulled::unanswered(sight.view, self.scope));
        if let Why::Late(_) | Why::HelmLate(_) = &why
            && let Some(unanswered) = unanswered()
        {
            return Err(trouble(self.request, self.request.redactor.clean(&unanswered)));
        }
        let waits = unready_in(sights.iter().copied(), self.scope);
        let hook = sights.first().and_then(|sight| culprit(sight.view));
        if let Why::HelmLate(said) = &why
            && waits.is_empty()
            && hook.is_none()
        {
            let told = format!("helm did not end, and nothing in the namespace holds it up: {said}");
            return Err(trouble(self.request, self.request.redactor.clean(&told)));
        }
        let redactor = self.redactor(&sights).await;
        let diagnosis =
            Diagnosis { client: self.client, sights: &sights, scope: self.scope, redactor: &redactor };
        let answers = diagnosis.ask().await;
        let waits = answered(waits, &sights, &answers);
        let advice = self.advice(&sights, &waits, &why).await;
        let reason = reason(&why, &waits, hook, advice, self.request.deadline);
        let gone = match sights.first() {
            Some(sight) => hooks.of_gone(sight.view).await,
            None => String::new(),
        };
        let output = diagnosis.read(&answers, &gone).await;
        Ok(InstallAnswer::Failed { reason: redactor.clean(&reason), output })
    }

    /// Whether the API server is away, or was for so long that it may be the cause.
    async fn absence(&self, away: Duration) -> Option<String> {
        if !matches!(timeout(ANSWERING, self.client.apiserver_version()).await, Ok(Ok(_))) {
            return Some("the API server does not answer".to_owned());
        }
        (away >= TOO_LONG)
            .then(|| format!("the API server did not answer for {} s meanwhile", away.as_secs()))
    }

    /// What Pods print may be what they were given: the namespaces' own Secrets are masked as well.
    async fn redactor(&self, sights: &[Sight<'_>]) -> Redactor {
        let mut redactor = self.request.redactor.clone();
        for sight in sights {
            let known = timeout(ANSWERING, secrets::of_namespace(self.client, sight.namespace)).await;
            redactor.merge(&known.unwrap_or_default());
        }
        redactor
    }

    /// What to write where helm's own waiting may never end.
    async fn advice(&self, sights: &[Sight<'_>], waits: &[Unready], why: &Why) -> Vec<String> {
        let (request, mut advice) = (self.request, Vec::new());
        let waited = match why {
            Why::Refused(said) => is_of_waiting(said.as_str()),
            Why::HelmLate(_) => true,
            Why::Late(_) | Why::Certain(_) => false,
        };
        if request.wait != WaitMode::Helm || !waited {
            return advice;
        }
        if waits_for_addresses(self.helm, request) {
            advice.extend(sights.iter().filter_map(|sight| explain::no_address(sight.view, self.scope)));
        }
        let status = self.helm.status(&request.place, &request.redactor, &Cancel::default()).await;
        if let Ok(Some(release)) = status {
            advice.extend(explain::deadlock(&release, waits));
        }
        advice
    }
}

/// One line of what failed, then helm's words, then advice.
fn reason(
    why: &Why,
    waits: &[Unready],
    hook: Option<String>,
    advice: Vec<String>,
    deadline: Duration,
) -> String {
    let waiting = || (!waits.is_empty()).then(|| summary(waits));
    let within = |seen: &str| format!("not ready within {} s: {seen}", deadline.as_secs());
    let mut lines = match why {
        Why::Late(last) => vec![within(&waiting().unwrap_or_else(|| last.clone()))],
        Why::Certain(reason) => vec![reason.clone()],
        Why::HelmLate(said) => {
            let seen = hook.or_else(waiting).unwrap_or_default();
            vec![within(&seen), format!("helm: {}", quote(said.as_str()))]
        }
        Why::Refused(said) => {
            let said = said.as_str();
            let seen = if is_of_hook(said) {
                hook
            } else if is_of_waiting(said) {
                waiting().map(|seen| within(&seen))
            } else {
                None
            };
            match seen {
                Some(seen) => vec![seen, format!("helm: {}", quote(said))],
                // Advice says more than that the deadline passed.
                None if !advice.is_empty() => vec![],
                None => vec![said.to_owned()],
            }
        }
    };
    let bare = lines.is_empty();
    lines.extend(advice);
    if let Why::Refused(said) = why
        && bare
    {
        lines.push(format!("helm: {}", quote(said.as_str())));
    }
    lines.join("\n")
}

/// Whether helm says that a hook failed, or was not done in time.
fn is_of_hook(said: &str) -> bool {
    ["pre-install", "post-install"].iter().any(|hook| said.contains(hook))
}

/// Whether helm says that it waited for workloads in vain.
fn is_of_waiting(said: &str) -> bool {
    let signs = ["timed out waiting", "context deadline exceeded", "not ready", "rate limiter Wait"];
    !is_of_hook(said) && signs.iter().any(|sign| said.contains(sign))
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
