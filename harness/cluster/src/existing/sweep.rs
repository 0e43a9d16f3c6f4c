//! Taking a cell out of a namespace that stays: what its releases and requirements made goes, nothing else.

use std::time::{Duration, Instant};

use kube::api::{DeleteParams, Preconditions};
use kube::core::DynamicObject;
use kube::{Api, Client};
use seatrial_helm::{Answer, ClusterHelm};
use seatrial_model::{Redactor, Trouble};
use seatrial_ports::{Cancel, Place};
use tokio::time::sleep;

use super::kept::{Guest, Kept, hooks};
use super::scopes::Scopes;
use crate::inventory::{self, Item};
use crate::trouble;
use crate::uninstall::{claims, first};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(500);

/// What sweeping works with.
pub(super) struct Sweep<'a> {
    pub client: &'a Client,
    pub helm: &'a ClusterHelm,
    pub scopes: &'a Scopes,
    pub run: &'a str,
    pub redactor: &'a Redactor,
}

impl Sweep<'_> {
    /// Learns of a release what can only be known while it stands: its hooks and its volume claims.
    pub(super) async fn learn(&self, kept: &Kept, release: &str) {
        let place = Place { namespace: kept.name.clone(), release: release.to_owned() };
        let found = self.helm.hooks(&place, self.redactor, &Cancel::default()).await;
        let claimed = claims(self.client, &place).await;
        if let Some(guest) = kept.guest.lock().await.as_mut() {
            match found {
                Ok(yaml) => guest.hooks.extend(hooks(&yaml)),
                Err(trouble) => tracing::warn!(%trouble, "hooks that are left will not be known"),
            }
            match claimed {
                // Nobody else has a StatefulSet here: the namespace was empty of workloads.
                Ok(context) => guest.claims.extend(context.claims.into_iter().chain(context.foreign_claims)),
                Err(error) => tracing::warn!(%error, "volume claims that are left will not be known"),
            }
        }
    }

    /// Removes what the guest brought, and lets the next one in.
    pub(super) async fn close(&self, kept: &Kept, deadline: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + deadline;
        let Some(releases) = kept.guest.lock().await.as_ref().map(|guest| guest.releases.clone()) else {
            return Ok(());
        };
        for release in &releases {
            self.uninstall(kept, release, until.saturating_duration_since(Instant::now())).await?;
        }
        let Some(guest) = kept.guest.lock().await.clone() else { return Ok(()) };
        self.emptied(&kept.name, &guest, until).await?;
        *kept.guest.lock().await = None;
        Ok(())
    }

    async fn uninstall(&self, kept: &Kept, release: &str, limit: Duration) -> Result<(), Trouble> {
        let place = Place { namespace: kept.name.clone(), release: release.to_owned() };
        let cancel = Cancel::default();
        let Some(found) = self.helm.status(&place, self.redactor, &cancel).await? else { return Ok(()) };
        self.learn(kept, release).await;
        if !found.status.is_pending()
            && let Answer::Done = self.helm.uninstall(&place, limit, self.redactor, &cancel).await?
        {
            return Ok(());
        }
        self.helm.abandon(&place, limit, self.redactor).await
    }

    async fn emptied(&self, namespace: &str, guest: &Guest, until: Instant) -> Result<(), Trouble> {
        let what = format!("empty the namespace {namespace} of what the cell brought");
        loop {
            let items = inventory::of_namespace(self.client, namespace).await;
            let items = items.map_err(|error| trouble::of(&what, &error))?;
            let sorted = guest.sort(&items, namespace, self.run);
            let going: Vec<String> =
                sorted.ours.iter().chain(&sorted.going).map(|item| item.object.to_string()).collect();
            if going.is_empty() {
                let strange: Vec<String> =
                    sorted.strange.iter().map(|item| item.object.to_string()).collect();
                if !strange.is_empty() {
                    tracing::warn!(
                        namespace,
                        ?strange,
                        "came to be during the cell and is not known to be its own"
                    );
                }
                return Ok(());
            }
            if Instant::now() >= until {
                let why = format!("not gone in time: {}", first(&going, 5));
                return Err(Trouble::new(what, Redactor::default().clean(&why)));
            }
            for item in sorted.ours.into_iter().filter(|item| !item.terminating) {
                self.delete(item, namespace).await.map_err(|error| trouble::of(&what, &error))?;
            }
            sleep(LOOK).await;
        }
    }

    async fn delete(&self, item: &Item, namespace: &str) -> Result<(), kube::Error> {
        let Some(served) = self.scopes.get(item.object.group(), &item.object.kind) else { return Ok(()) };
        let api: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), namespace, &served.resource);
        let only = Preconditions { uid: Some(item.uid.clone()), resource_version: None };
        match api.delete(&item.object.name, &DeleteParams::background().preconditions(only)).await {
            Err(error) if !trouble::is_absent(&error) => Err(error),
            _ => Ok(()),
        }
    }
}
