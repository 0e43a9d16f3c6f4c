//! Container logs: the last lines of one container, bounded.

use k8s_openapi::api::core::v1::Pod;
use kube::api::LogParams;
use kube::{Api, Client};
use seatrial_model::{Clean, Redactor};
use std::time::Duration;
use tokio::time::timeout;

/// How long the API server may take to hand over a log.
const READ: Duration = Duration::from_secs(20);
/// More is never read, however long the lines are.
const READ_BYTES: i64 = 8 * 1024 * 1024;

/// What a kubelet answers, as if it were the log, for a container that it has just removed.
const REMOVED: &str = "unable to retrieve container logs for ";

/// Which log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub namespace: &'a str,
    pub pod: &'a str,
    pub container: &'a str,
    /// The log of the run before the last restart.
    pub previous: bool,
}

/// The last lines of a log, cleaned, then cut to `bytes`. `Err` says why there is none.
pub(crate) async fn tail(
    client: &Client,
    source: Source<'_>,
    lines: i64,
    bytes: usize,
    redactor: &Redactor,
) -> Result<Clean, String> {
    let pods: Api<Pod> = Api::namespaced(client.clone(), source.namespace);
    let parameters = LogParams {
        container: Some(source.container.to_owned()),
        previous: source.previous,
        tail_lines: Some(lines),
        limit_bytes: Some(READ_BYTES),
        ..LogParams::default()
    };
    match timeout(READ, pods.logs(source.pod, &parameters)).await {
        Ok(Ok(text)) if text.starts_with(REMOVED) => Err("its container has been removed".to_owned()),
        Ok(Ok(text)) => Ok(redactor.clean(&text).tail(bytes)),
        Ok(Err(error)) => Err(crate::trouble::say(&error)),
        Err(_) => Err(format!("no answer in {} s", READ.as_secs())),
    }
}
