//! Taking away what runs left in a cluster that stays: releases in whatever state, then their namespaces.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use k8s_openapi::api::core::v1::Namespace;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};
use seatrial_helm::ClusterHelm;
use seatrial_model::names::RUN_LABEL;
use seatrial_model::{Redactor, Trouble};
use seatrial_ports::{Cancel, Place};

use crate::{namespace, trouble};

/// For helm to forget one release.
const RELEASE: Duration = Duration::from_secs(20);
/// Namespaces that are taken away at once: each takes a helm.
const AT_ONCE: usize = 4;
/// For one namespace to go away.
const CLOSING: Duration = Duration::from_secs(45);

/// Whose namespaces are taken away.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// Those of one run.
    Run(&'a str),
    /// Those of every run: nobody else uses the cluster.
    Anybody,
    /// Those that are named.
    Named(&'a [String]),
}

/// Removes namespaces that runs made, releases first: what these made outside of their namespaces goes with
/// them. All are tried; the first trouble is answered.
pub(crate) async fn sweep(client: &Client, helm: &ClusterHelm, whose: Whose<'_>) -> Result<(), Trouble> {
    let names = match whose {
        Whose::Run(run) => labelled(client, &format!("{RUN_LABEL}={run}")).await?,
        Whose::Anybody => labelled(client, RUN_LABEL).await?,
        Whose::Named(names) => names.to_vec(),
    };
    let all = stream::iter(names).map(|name| one(client, helm, name)).buffer_unordered(AT_ONCE);
    all.collect::<Vec<_>>().await.into_iter().collect()
}

async fn labelled(client: &Client, selector: &str) -> Result<Vec<String>, Trouble> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let found = namespaces.list(&ListParams::default().labels(selector)).await;
    let found = found.map_err(|error| trouble::of("list the namespaces of runs", &error))?;
    Ok(found.iter().map(ResourceExt::name_any).collect())
}

async fn one(client: &Client, helm: &ClusterHelm, name: String) -> Result<(), Trouble> {
    let namespaces: Api<Namespace> = Api::all(client.clone());
    if let Ok(None) = namespaces.get_opt(&name).await {
        return Ok(());
    }
    match helm.list(&name, &Cancel::default()).await {
        Ok(releases) => {
            for release in releases {
                let place = Place { namespace: name.clone(), release: release.name };
                if let Err(trouble) = helm.abandon(&place, RELEASE, &Redactor::default()).await {
                    tracing::warn!(%trouble, "the namespace takes what is left of it");
                }
            }
        }
        Err(trouble) => tracing::warn!(%trouble, "the namespace takes its releases along"),
    }
    namespace::close(client, &name, CLOSING).await
}
