//! Watching a namespace: the streams that feed a [`View`].

use futures::stream::{BoxStream, SelectAll, select_all};
use futures::{FutureExt, StreamExt};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::serde::de::DeserializeOwned;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, Resource};

use crate::view::{Change, View};

/// A view that keeps itself up to date as long as it is asked for changes.
pub(crate) struct Observer {
    view: View,
    changes: SelectAll<BoxStream<'static, Change>>,
}

impl Observer {
    /// Starts watching; nothing was seen yet.
    pub(crate) fn new(client: &Client, namespace: &str) -> Self {
        let changes = select_all([
            watch(client, namespace, Change::Deployment),
            watch(client, namespace, Change::StatefulSet),
            watch(client, namespace, Change::DaemonSet),
            watch(client, namespace, Change::Job),
            watch(client, namespace, Change::Pod),
            watch(client, namespace, Change::Claim),
            watch(client, namespace, Change::Event),
        ]);
        Self { view: View::default(), changes }
    }

    /// Starts over: what is ready is decided on what is there now, not on what was heard so far. Crashes that were
    /// counted stay counted.
    pub(crate) fn renewed(self, client: &Client, namespace: &str) -> Self {
        let mut fresh = Self::new(client, namespace);
        fresh.view.crashes = self.view.crashes;
        fresh
    }

    /// What was seen last.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// Waits for a change and takes in all that are there. May be dropped at any time.
    pub(crate) async fn changed(&mut self) -> &View {
        match self.changes.next().await {
            Some(change) => self.view.apply(change),
            // Watches restart for ever; if they did not, there would be nothing to wait for.
            None => std::future::pending().await,
        }
        while let Some(Some(change)) = self.changes.next().now_or_never() {
            self.view.apply(change);
        }
        &self.view
    }

    /// Waits until every kind was listed once.
    pub(crate) async fn whole(&mut self) -> &View {
        while !self.view.is_whole() {
            self.changed().await;
        }
        &self.view
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
        .default_backoff()
        .map(move |event| match event {
            Ok(event) => change(event),
            Err(error) => Change::Broken(error.to_string()),
        })
        .boxed()
}
