//! Uninstalling a release and waiting until what it leaves is settled.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use k8s_openapi::api::apps::v1::StatefulSet;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};
use seatrial_helm::{Answer, ClusterHelm};
use seatrial_model::{Clean, Redactor, Trouble};
use seatrial_ports::{Cancel, Leftover, Place, UninstallAnswer, Watch};
use tokio::time::sleep;

use crate::inventory;
use crate::leftovers::{Context, Sorted, in_cluster, in_namespace};
use crate::readiness::RELEASE;
use crate::trouble;
use crate::wait::Telling;

/// Between two looks at the namespace.
const LOOK: Duration = Duration::from_millis(700);
/// However little time helm left, what it left is looked at.
const LEAST: Duration = Duration::from_secs(10);

/// One uninstall.
pub(crate) struct Request<'a> {
    pub place: &'a Place,
    pub deadline: Duration,
    pub redactor: &'a Redactor,
    /// UIDs of what was in the namespace before the install.
    pub before: BTreeSet<String>,
}

/// Uninstalls the release and answers what is left of it.
pub(crate) async fn uninstall(
    client: &Client,
    helm: &ClusterHelm,
    request: Request<'_>,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<UninstallAnswer, Trouble> {
    let Request { place, deadline, redactor, before } = request;
    let what = format!("uninstall the release {} in {}", place.release, place.namespace);
    let until = Instant::now() + deadline;
    let mut telling = Telling::new(watch, redactor);
    let Some(release) = helm.status(place, redactor, cancel).await? else {
        return Ok(UninstallAnswer::Failed { reason: Clean::own("there is no such release") });
    };
    let mut context = claims(client, place).await.map_err(|error| trouble::of(&what, &error))?;
    context.before = before;

    telling.say("helm uninstall");
    if release.status.is_pending() {
        // Helm's ordinary uninstall may refuse a release that was interrupted.
        helm.abandon(place, deadline, redactor).await?;
    } else if let Answer::Failed(reason) | Answer::Late(reason) =
        helm.uninstall(place, deadline, redactor, cancel).await?
    {
        return Ok(UninstallAnswer::Failed { reason });
    }

    let rest = until.saturating_duration_since(Instant::now()).max(LEAST);
    tokio::select! {
        left = settled(client, &context, &mut telling) => return Ok(UninstallAnswer::Gone(left)),
        () = sleep(rest) => {}
        () = cancel.cancelled() => return Err(Trouble::new(what, Clean::own("interrupted"))),
    }
    let Sorted { going, left } = look(client, &context).await.map_err(|error| trouble::of(what, &error))?;
    if going.is_empty() {
        return Ok(UninstallAnswer::Gone(left));
    }
    let reason = format!("not gone within {} s: {}", deadline.as_secs(), first(&going, 5));
    Ok(UninstallAnswer::Failed { reason: redactor.clean(&reason) })
}

/// Waits until nothing is about to go any more; answers what stays.
async fn settled(client: &Client, context: &Context, telling: &mut Telling<'_>) -> Vec<Leftover> {
    loop {
        match look(client, context).await {
            Ok(Sorted { going, left }) if going.is_empty() => return left,
            Ok(Sorted { going, .. }) => telling.say(&format!("still there: {}", first(&going, 5))),
            Err(error) => telling.say(&trouble::say(&error)),
        }
        sleep(LOOK).await;
    }
}

async fn look(client: &Client, context: &Context) -> Result<Sorted, kube::Error> {
    let inside = inventory::of_namespace(client, &context.namespace).await?;
    let mut sorted = in_namespace(&inside, context);
    if sorted.going.is_empty() {
        let outside = in_cluster(&inventory::of_cluster(client).await?, context);
        sorted.going.extend(outside.going);
        sorted.left.extend(outside.left);
    }
    sorted.left.sort_by(|a: &Leftover, b| a.object.cmp(&b.object));
    Ok(sorted)
}

/// Names that volume claims of `StatefulSet`s have, the release's and others': the sets themselves will be
/// gone when the claims are looked at.
pub(crate) async fn claims(client: &Client, place: &Place) -> Result<Context, kube::Error> {
    let sets: Api<StatefulSet> = Api::namespaced(client.clone(), &place.namespace);
    let mut context =
        Context { namespace: place.namespace.clone(), release: place.release.clone(), ..Context::default() };
    for set in sets.list(&ListParams::default()).await? {
        let ours = set.annotations().get(RELEASE) == Some(&place.release);
        let prefixes = if ours { &mut context.claims } else { &mut context.foreign_claims };
        let templates = set.spec.iter().flat_map(|spec| spec.volume_claim_templates.iter().flatten());
        prefixes.extend(templates.map(|claim| format!("{}-{}-", claim.name_any(), set.name_any())));
    }
    Ok(context)
}

/// The first few of a list, and how many more.
pub(crate) fn first(names: &[String], count: usize) -> String {
    let shown = names.iter().take(count).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > count { format!("{shown} and {} more", names.len() - count) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_with_a_count() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        assert_eq!(first(&names, 2), "a, b and 1 more");
        assert_eq!(first(&names, 3), "a, b, c");
    }
}
