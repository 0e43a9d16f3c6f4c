//! Waiting for a scope to become ready: deadline, cancellation, certain failures, and a status line.

use std::time::{Duration, Instant};

use futures::FutureExt;
use k8s_openapi::jiff::Timestamp;
use seatrial_model::Redactor;
use seatrial_ports::{Cancel, Watch};

use crate::observe::{Observer, Sight};
use crate::readiness::{Scope, Unready, unready};
use crate::view::View;
use crate::{certain, settle};

/// So much longer than its deadline a wait may take whose objects are all ready and have only just become so.
const LAST_DOUBT: Duration = settle::SHORT;

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything is ready.
    Ready,
    /// It will never be.
    Failed(String),
    /// The deadline came; the last thing seen.
    Late(String),
    /// The deadline came and the namespace could not be seen at all.
    Blind(String),
    /// The caller cancelled.
    Cancelled,
}

/// Says what is waited for, each thing once.
pub(crate) struct Telling<'a> {
    watch: &'a Watch,
    redactor: &'a Redactor,
    last: String,
}

impl<'a> Telling<'a> {
    pub(crate) fn new(watch: &'a Watch, redactor: &'a Redactor) -> Self {
        Self { watch, redactor, last: String::new() }
    }

    /// Says it unless it was the last thing said.
    pub(crate) fn say(&mut self, status: &str) {
        if self.last != status {
            status.clone_into(&mut self.last);
            self.watch.say(self.redactor.clean(status));
        }
    }

    /// Says what of a scope is not ready; whether anything is.
    pub(crate) fn waiting(&mut self, view: &View, scope: &Scope, prefix: &str) -> bool {
        let waits = unready(view, scope);
        if !waits.is_empty() {
            self.say(&format!("{prefix}{}", summary(&waits)));
        }
        !waits.is_empty()
    }
}

/// What is waited for, in one line: the first with a reason, and how many more.
pub(crate) fn summary(waits: &[Unready]) -> String {
    let first = waits.iter().find(|wait| wait.because.is_some()).or(waits.first());
    let first = first.map(ToString::to_string).unwrap_or_default();
    match waits.len() {
        0 | 1 => first,
        more => format!("{first} (and {} more)", more - 1),
    }
}

/// Waits until a scope is ready in all namespaces that are observed, the first of them its own. A view counts only
/// once it is whole.
pub(crate) async fn wait(
    observers: &mut [Observer],
    scope: &Scope,
    deadline: Duration,
    telling: &mut Telling<'_>,
    cancel: &Cancel,
) -> Ended {
    let until = Instant::now() + deadline;
    // Since when everything has been ready.
    let mut steady: Option<Instant> = None;
    loop {
        let mut wake = until;
        let mut doubt = None;
        if observers.iter().all(|observer| observer.view().is_whole()) {
            let waits = unready_in(observers.iter().map(Observer::sight), scope);
            if waits.is_empty() {
                let since = *steady.get_or_insert_with(Instant::now);
                let Some((rest, why)) = in_doubt(observers, scope, since.elapsed()) else {
                    return Ended::Ready;
                };
                telling.say(&why);
                doubt = Some(why);
                wake = moment(Instant::now() + rest, until);
            } else {
                steady = None;
                let mut failures = observers.iter().filter_map(|each| certain::failure(each.view(), scope));
                if let Some(failure) = failures.next() {
                    return Ended::Failed(failure);
                }
                telling.say(&summary(&waits));
            }
        }
        tokio::select! {
            () = changed(observers) => {}
            () = tokio::time::sleep_until(wake.into()) => if wake >= until {
                if let Some(doubt) = doubt {
                    return if wake > until { Ended::Ready } else { Ended::Late(doubt) };
                }
                return late(observers, scope);
            },
            () = cancel.cancelled() => return Ended::Cancelled,
        }
    }
}

/// What is ready a moment before the deadline may take that moment longer to prove it.
fn moment(ripe: Instant, until: Instant) -> Instant {
    if ripe <= until + LAST_DOUBT { ripe } else { until }
}

/// What still has to hold, of all namespaces.
fn in_doubt(observers: &[Observer], scope: &Scope, steady: Duration) -> Option<(Duration, String)> {
    let now = Timestamp::now();
    let doubts = observers.iter().filter_map(|each| settle::rest(each.view(), scope, steady, now));
    doubts.max_by_key(|(rest, _)| *rest)
}

/// What of a scope is not ready; the namespace is named where it is not the first one.
pub(crate) fn unready_in<'a>(sights: impl Iterator<Item = Sight<'a>>, scope: &Scope) -> Vec<Unready> {
    let mut all = Vec::new();
    for (index, Sight { namespace, view }) in sights.enumerate() {
        all.extend(unready(view, scope).into_iter().map(|wait| match index {
            0 => wait,
            _ => Unready { object: format!("{} in {namespace}", wait.object), ..wait },
        }));
    }
    all
}

/// Waits for a change in any of the namespaces.
async fn changed(observers: &mut [Observer]) {
    let changes = observers.iter_mut().map(|observer| {
        async move {
            observer.changed().await;
        }
        .boxed()
    });
    futures::future::select_all(changes).await;
}

fn late(observers: &[Observer], scope: &Scope) -> Ended {
    match observers.iter().find(|observer| !observer.view().is_whole()) {
        None => Ended::Late(summary(&unready_in(observers.iter().map(Observer::sight), scope))),
        Some(blind) => Ended::Blind(unseen(blind.view())),
    }
}

fn unseen(view: &View) -> String {
    match &view.watch_error {
        None => "the API server does not answer".to_owned(),
        Some(error) => format!("the namespace could not be watched: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    fn wait(object: &str, because: Option<&str>) -> Unready {
        Unready {
            object: object.to_owned(),
            state: "0/1 ready".to_owned(),
            because: because.map(str::to_owned),
            pods: Vec::new(),
        }
    }

    #[test]
    fn the_line_quotes_the_first_reason_and_counts_the_rest() {
        let waits = [wait("Deployment a", None), wait("Deployment b", Some("pod b-0: crashed"))];
        assert_eq!(summary(&waits), "Deployment b 0/1 ready: pod b-0: crashed (and 1 more)");
        assert_eq!(summary(&waits[..1]), "Deployment a 0/1 ready");
    }

    #[test]
    fn the_same_status_is_told_once() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let watch = Watch::new(move |status| heard.lock().unwrap().push(status.to_string()));
        let redactor = Redactor::default();
        let mut telling = Telling::new(&watch, &redactor);
        for status in ["a", "a", "b", "a"] {
            telling.say(status);
        }
        assert_eq!(*told.lock().unwrap(), ["a", "b", "a"]);
    }

    #[test]
    fn a_namespace_that_was_never_seen_is_told_by_the_error_of_its_watch() {
        let view = View { watch_error: Some("connection refused".to_owned()), ..View::default() };
        assert_eq!(unseen(&view), "the namespace could not be watched: connection refused");
        assert_eq!(unseen(&View::default()), "the API server does not answer");
    }

    #[test]
    fn a_doubt_may_outlast_the_deadline_by_a_moment_only() {
        let (until, second) = (Instant::now(), Duration::from_secs(1));
        assert_eq!(moment(until + second, until), until + second);
        assert_eq!(moment(until + 9 * second, until), until);
    }
}
