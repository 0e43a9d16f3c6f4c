//! Watching a namespace: the streams that feed a [`View`].

use std::time::{Duration, Instant};

use futures::stream::{BoxStream, SelectAll, select_all};
use futures::{FutureExt, StreamExt};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::serde::de::DeserializeOwned;
use kube::runtime::utils::Backoff;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, Resource};

use crate::muster::Roll;
use crate::trouble;
use crate::view::{Change, View};

/// Between two tries to start a watch that broke, the first and the longest: a server that restarts is back in
/// seconds, and kube's own half a minute would be time in which nothing is seen.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(300), Duration::from_secs(2));

/// An API server that was away for so long may have kept hooks and workloads from coming up.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(2);

/// What is seen of a namespace.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub namespace: &'a str,
    pub view: &'a View,
}

/// A view that keeps itself up to date as long as it is asked for changes.
pub(crate) struct Observer {
    namespace: String,
    view: View,
    changes: SelectAll<BoxStream<'static, Change>>,
    away: Away,
    roll: Option<Roll>,
}

impl Observer {
    /// Starts watching; nothing was seen yet.
    pub(crate) fn new(client: &Client, namespace: &str) -> Self {
        let changes = select_all([
            watch(client, namespace, Change::Deployment),
            watch(client, namespace, Change::StatefulSet),
            watch(client, namespace, Change::DaemonSet),
            watch(client, namespace, Change::ReplicaSet),
            watch(client, namespace, Change::ReplicationController),
            watch(client, namespace, Change::Job),
            watch(client, namespace, Change::Pod),
            watch(client, namespace, Change::Claim),
            watch(client, namespace, Change::Service),
            watch(client, namespace, Change::Event),
        ]);
        let (view, away) = Default::default();
        Self { namespace: namespace.to_owned(), view, changes, away, roll: None }
    }

    /// The same, and every Pod that is seen is put on a roll, with who made it.
    #[must_use]
    pub(crate) fn mustering(self, roll: &Roll) -> Self {
        Self { roll: Some(roll.clone()), ..self }
    }

    /// Starts over: what is ready is decided on what is there now, not on what was heard so far. Crashes that were
    /// counted stay counted.
    pub(crate) fn renewed(self, client: &Client) -> Self {
        let mut fresh = Self::new(client, &self.namespace);
        fresh.view.crashes = self.view.crashes;
        fresh.away = self.away;
        fresh.roll = self.roll;
        fresh
    }

    /// The namespace and what was seen last of it.
    pub(crate) fn sight(&self) -> Sight<'_> {
        Sight { namespace: &self.namespace, view: &self.view }
    }

    /// What was seen last.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// For how long the API server did not answer, all times together.
    pub(crate) fn away(&self) -> Duration {
        self.away.total(Instant::now())
    }

    /// Waits for a change and takes in all that are there. May be dropped at any time.
    pub(crate) async fn changed(&mut self) -> &View {
        match self.changes.next().await {
            Some(change) => self.apply(change),
            // Watches restart for ever; if they did not, there would be nothing to wait for.
            None => std::future::pending().await,
        }
        while let Some(Some(change)) = self.changes.next().now_or_never() {
            self.apply(change);
        }
        &self.view
    }

    fn apply(&mut self, change: Change) {
        self.away.note(&change, Instant::now());
        if let Some(roll) = &self.roll {
            roll.note(&change);
        }
        self.view.apply(change);
    }

    /// Waits until every kind was listed once.
    pub(crate) async fn whole(&mut self) -> &View {
        while !self.view.is_whole() {
            self.changed().await;
        }
        &self.view
    }
}

/// Times in which the API server did not answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Away {
    since: Option<Instant>,
    before: Duration,
}

impl Away {
    pub(crate) fn note(&mut self, change: &Change, now: Instant) {
        match change {
            Change::Away(_) => {
                self.since.get_or_insert(now);
            }
            change if change.is_answer() => {
                self.before = self.total(now);
                self.since = None;
            }
            // A watch that broke for another reason tells nothing of the server, nor does one that only begins.
            _ => {}
        }
    }

    /// All of them together.
    pub(crate) fn total(&self, now: Instant) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

/// Pods and Jobs alone, every event of them: for what may be gone again at once.
pub(crate) fn pods_and_jobs(client: &Client, namespace: &str) -> SelectAll<BoxStream<'static, Change>> {
    select_all([watch(client, namespace, Change::Pod), watch(client, namespace, Change::Job)])
}

fn watch<K>(
    client: &Client,
    namespace: &str,
    change: impl Fn(watcher::Event<K>) -> Change + Send + 'static,
) -> BoxStream<'static, Change>
where
    K: Resource<Scope = NamespaceResourceScope> + Clone + DeserializeOwned + std::fmt::Debug + Send + 'static,
    K::DynamicType: Default,
{
    watcher(Api::namespaced(client.clone(), namespace), watcher::Config::default())
        .backoff(Soon::default())
        .map(move |event| match event {
            Ok(event) => change(event),
            Err(error) if is_away(&error) => Change::Away(trouble::say_watch(&error)),
            Err(error) => Change::Broken(trouble::say_watch(&error)),
        })
        .boxed()
}

/// Tries again soon, and ever a little later.
#[derive(Default)]
struct Soon(u32);

impl Iterator for Soon {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let (first, longest) = BACKOFF;
        let next = first.saturating_mul(1 << self.0.min(8)).min(longest);
        self.0 = self.0.saturating_add(1);
        Some(next)
    }
}

impl Backoff for Soon {
    fn reset(&mut self) {
        self.0 = 0;
    }
}

/// Whether a watch failed because the server is not there, or cannot answer yet.
fn is_away(error: &watcher::Error) -> bool {
    use kube::Error::{Api, HyperError, ReadEvents, Service};
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => match error {
            Api(status) => status.code >= 500,
            HyperError(_) | Service(_) | ReadEvents(_) => true,
            _ => false,
        },
        watcher::Error::WatchError(status) => status.code >= 500,
        watcher::Error::NoResourceVersion => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::Status;

    #[test]
    fn the_time_in_which_the_server_does_not_answer_is_counted_until_it_does() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut away = Away::default();
        away.note(&Change::Away("refused".to_owned()), start);
        away.note(&Change::Away("refused".to_owned()), start + second);
        away.note(&Change::Broken("too old".to_owned()), start + 2 * second);
        away.note(&Change::Pod(watcher::Event::Init), start + 2 * second);
        assert_eq!(away.total(start + 3 * second), 3 * second);
        away.note(&Change::Pod(watcher::Event::InitDone), start + 4 * second);
        assert_eq!(away.total(start + 9 * second), 4 * second);
        away.note(&Change::Away("refused".to_owned()), start + 9 * second);
        assert_eq!(away.total(start + 10 * second), 5 * second);
    }

    #[test]
    fn a_watch_that_broke_is_started_again_within_seconds() {
        let mut soon = Soon::default();
        let tries: Vec<u128> = soon.by_ref().take(5).map(|pause| pause.as_millis()).collect();
        assert_eq!(tries, [300, 600, 1200, 2000, 2000]);
        soon.reset();
        assert_eq!(soon.next(), Some(BACKOFF.0));
    }

    #[test]
    fn an_expired_watch_and_a_refusal_are_no_absence() {
        let status = |code| Box::new(Status::failure("no", "No").with_code(code));
        assert!(!is_away(&watcher::Error::WatchError(status(410))));
        assert!(!is_away(&watcher::Error::InitialListFailed(kube::Error::Api(status(403)))));
        assert!(is_away(&watcher::Error::InitialListFailed(kube::Error::Api(status(503)))));
        assert!(is_away(&watcher::Error::WatchFailed(kube::Error::Service("refused".into()))));
    }
}
