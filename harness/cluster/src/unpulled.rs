//! Images that their registry did not give for a reason of its own: it is down, or away. That says nothing of a chart.

use k8s_openapi::api::core::v1::ContainerStateWaiting;
use kube::ResourceExt;

use crate::pods::{containers, init_containers, quote};
use crate::readiness::{Scope, pods_of};
use crate::view::View;

/// How containerd's errors tell that a registry could not be asked, or answered for itself alone.
const AWAY: [&str; 11] = [
    "connection refused",
    "connection reset",
    "i/o timeout",
    "no such host",
    "no route to host",
    "network is unreachable",
    "TLS handshake timeout",
    "server misbehaving",
    "500 Internal Server Error",
    "502 Bad Gateway",
    "503 Service Unavailable",
];

/// The first Pod of a scope that waits for an image whose registry does not answer, in one line.
pub(crate) fn unanswered(view: &View, scope: &Scope) -> Option<String> {
    pods_of(view, scope).into_iter().find_map(|pod| {
        init_containers(pod).chain(containers(pod)).find_map(|container| {
            let why = of(container.state.as_ref()?.waiting.as_ref()?)?;
            Some(format!("pod {}: container {}: {why}", pod.name_any(), container.name))
        })
    })
}

fn of(waiting: &ContainerStateWaiting) -> Option<String> {
    let reason =
        waiting.reason.as_deref().filter(|reason| ["ErrImagePull", "ImagePullBackOff"].contains(reason))?;
    let message = waiting.message.as_deref().unwrap_or_default();
    let away = AWAY.iter().any(|sign| message.contains(sign));
    away.then(|| format!("{reason}: {}; its registry does not answer", quote(message)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ErrImagePull", "dial tcp 127.0.0.1:30999: connect: connection refused", true)]
    #[case("ImagePullBackOff", "unexpected status from HEAD request: 503 Service Unavailable", true)]
    #[case("ErrImagePull", "company/curl:none: not found", false)]
    #[case("ErrImagePull", "pull access denied", false)]
    #[case("CrashLoopBackOff", "connection refused", false)]
    fn a_registry_that_is_away_is_told_from_an_image_that_is_not_there(
        #[case] reason: &str,
        #[case] message: &str,
        #[case] away: bool,
    ) {
        let waiting =
            ContainerStateWaiting { reason: Some(reason.to_owned()), message: Some(message.to_owned()) };
        assert_eq!(of(&waiting).is_some_and(|why| why.contains("does not answer")), away);
    }
}
