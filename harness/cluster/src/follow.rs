//! Following the logs of Pods from the moment they start: delete policies may remove a hook's Pod as soon
//! as it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::AsyncReadExt;
use k8s_openapi::api::core::v1::Pod;
use kube::api::LogParams;
use kube::{Api, Client, ResourceExt};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use crate::pods::{containers, init_containers};
use crate::trouble;

/// What is kept of one container's log: the end.
const KEPT: usize = 1024 * 1024;
/// Logs that are followed at the same time or one after the other; a hook may start again without end.
const MOST: usize = 64;
/// Between two tries to read the log of a container that has not started.
const RETRY: Duration = Duration::from_millis(100);

/// One run of one container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    pod: String,
    /// Tells this Pod from a later one of its name.
    uid: Option<String>,
    container: String,
    restart: i32,
}

/// What was read of one log, raw.
#[derive(Debug, Default)]
struct Log {
    bytes: Vec<u8>,
    dropped: usize,
}

impl Log {
    fn push(&mut self, more: &[u8]) {
        self.bytes.extend_from_slice(more);
        // Cut rarely, so that a long log costs no more than its length.
        if self.bytes.len() > 2 * KEPT {
            self.cut(KEPT);
        }
    }

    fn cut(&mut self, most: usize) {
        let mut excess = self.bytes.len().saturating_sub(most);
        // At a line's end where there is one, so that no secret is cut in two and goes unrecognised.
        if excess > 0 {
            let line = self.bytes[excess..].iter().position(|byte| *byte == b'\n');
            excess += line.map_or(0, |line| line + 1);
        }
        self.bytes.drain(..excess);
        self.dropped += excess;
    }
}

/// Follows logs in tasks of its own, which end with it.
pub(crate) struct Follower {
    pods: Api<Pod>,
    logs: Arc<Mutex<BTreeMap<Source, Log>>>,
    /// Every source, in the order in which the Pod's containers are written.
    order: Vec<Source>,
    known: BTreeSet<Source>,
    tasks: JoinSet<()>,
}

impl Follower {
    pub(crate) fn new(client: &Client, namespace: &str) -> Self {
        Self {
            pods: Api::namespaced(client.clone(), namespace),
            logs: Arc::default(),
            order: Vec::new(),
            known: BTreeSet::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Starts to follow whatever of a Pod is not followed yet.
    pub(crate) fn attend(&mut self, pod: &Pod) {
        let scheduled = pod.spec.as_ref().is_some_and(|spec| spec.node_name.is_some());
        if !scheduled {
            return;
        }
        for source in sources(pod) {
            if self.known.len() < MOST && self.known.insert(source.clone()) {
                self.order.push(source.clone());
                self.tasks.spawn(follow(self.pods.clone(), source, Arc::clone(&self.logs)));
            }
        }
    }

    /// Waits until every log has come to its end, but not longer than `grace`.
    pub(crate) async fn finish(&mut self, grace: Duration) {
        let until = Instant::now() + grace;
        while let Ok(Some(_)) = timeout_at(until, self.tasks.join_next()).await {}
        self.tasks.shutdown().await;
    }

    /// All logs of one Pod, each under a header, in about so many bytes: each has the same share, so that one that
    /// is long takes nothing from the others.
    pub(crate) fn text(&self, pod: &Pod, most: usize) -> String {
        let (name, uid) = (pod.name_any(), pod.uid());
        let all = self.order.iter().filter(|source| source.pod == name && source.uid == uid).count();
        let share = (most / all.max(1)).min(KEPT);
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        for source in self.order.iter().filter(|source| source.pod == name && source.uid == uid) {
            let run =
                if source.restart == 0 { String::new() } else { format!(", restart {}", source.restart) };
            let _ = writeln!(text, "==> {name} / {}{run} <==", source.container);
            match logs.get_mut(source) {
                Some(log) => {
                    log.cut(share);
                    if log.dropped > 0 {
                        let _ = writeln!(text, "[{} bytes before this are not shown]", log.dropped);
                    }
                    text.push_str(&String::from_utf8_lossy(&log.bytes));
                    if !text.ends_with('\n') {
                        text.push('\n');
                    }
                }
                None => text
                    .push_str("[no log: the container did not start, or was removed before it was read]\n"),
            }
        }
        let left_out = sources(pod).iter().filter(|source| !self.known.contains(source)).count();
        if left_out > 0 && self.known.len() == MOST {
            let _ = writeln!(text, "[{left_out} more logs of {name} were not read]");
        }
        text
    }
}

/// The runs of containers that a Pod tells of; those without a status yet are taken from the spec.
fn sources(pod: &Pod) -> Vec<Source> {
    let name = pod.name_any();
    let restarts: BTreeMap<&str, i32> = init_containers(pod)
        .chain(containers(pod))
        .map(|status| (status.name.as_str(), status.restart_count))
        .collect();
    let spec = pod.spec.iter();
    let inits = spec.clone().flat_map(|spec| spec.init_containers.iter().flatten());
    inits
        .chain(spec.flat_map(|spec| &spec.containers))
        .map(|container| Source {
            pod: name.clone(),
            uid: pod.uid(),
            container: container.name.clone(),
            restart: restarts.get(container.name.as_str()).copied().unwrap_or_default(),
        })
        .collect()
}

/// Reads one log to its end, from the moment there is one. Gives up when the Pod is gone.
async fn follow(pods: Api<Pod>, source: Source, logs: Arc<Mutex<BTreeMap<Source, Log>>>) {
    let parameters =
        LogParams { container: Some(source.container.clone()), follow: true, ..LogParams::default() };
    loop {
        match pods.log_stream(&source.pod, &parameters).await {
            Ok(stream) => {
                let mut stream = std::pin::pin!(stream);
                let mut buffer = vec![0; 16 * 1024];
                // An error in the middle ends the log like its end: what was read is kept.
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    let mut logs = logs.lock().unwrap_or_else(PoisonError::into_inner);
                    logs.entry(source.clone()).or_default().push(&buffer[..read]);
                }
                logs.lock().unwrap_or_else(PoisonError::into_inner).entry(source).or_default();
                return;
            }
            // A kubelet that has not heard of the Pod yet says "not found", too.
            Err(error) if trouble::is_absent(&error) && is_gone(&pods, &source).await => return,
            // The container waits to start; whoever started this task ends it when that takes too long.
            Err(_) => sleep(RETRY).await,
        }
    }
}

/// Whether the API server no longer has the Pod.
async fn is_gone(pods: &Api<Pod>, source: &Source) -> bool {
    match pods.get_opt(&source.pod).await {
        Ok(None) => true,
        Ok(Some(pod)) => pod.uid() != source.uid,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::client::Body;
    use serde_json::json;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn pod() -> Pod {
        serde_json::from_value(json!({
            "metadata": { "name": "test", "uid": "u" },
            "spec": { "initContainers": [{ "name": "z-init" }], "containers": [{ "name": "curl" }] },
            "status": { "containerStatuses": [
                { "name": "curl", "image": "", "imageID": "", "ready": false, "restartCount": 2 }] },
        }))
        .unwrap()
    }

    #[test]
    fn init_containers_come_first_and_each_restart_is_a_log_of_its_own() {
        let sources: Vec<_> =
            sources(&pod()).into_iter().map(|source| (source.container, source.restart)).collect();
        assert_eq!(sources, [("z-init".to_owned(), 0), ("curl".to_owned(), 2)]);
    }

    #[test]
    fn a_long_log_keeps_its_end_and_counts_what_it_dropped() {
        let mut log = Log::default();
        for _ in 0..5 {
            log.push(&vec![b'a'; KEPT]);
        }
        log.push(b"end");
        log.cut(KEPT);
        assert_eq!((log.bytes.len(), log.dropped), (KEPT, 4 * KEPT + 3));
        assert!(log.bytes.ends_with(b"end"));
    }

    #[test]
    fn a_hundred_megabytes_are_held_in_a_few() {
        let (mut log, chunk) = (Log::default(), [b'x'; 16 * 1024]);
        for _ in 0..6400 {
            log.push(&chunk);
        }
        assert!(log.bytes.capacity() <= 4 * KEPT + chunk.len(), "{}", log.bytes.capacity());
        assert_eq!(log.bytes.len() + log.dropped, 6400 * chunk.len());
    }

    /// A follower that asks nobody.
    fn nothing() -> Follower {
        let service = tower::service_fn(|_: http::Request<Body>| {
            std::future::ready(http::Response::builder().status(404).body(Body::empty()))
        });
        Follower::new(&Client::new(service, "default"), "default")
    }

    #[tokio::test]
    async fn a_long_log_takes_nothing_from_the_others_of_its_pod() {
        let mut follower = nothing();
        for source in sources(&pod()) {
            let mut log = Log::default();
            let size = if source.container == "curl" { 64 * KEPT / 1024 } else { 10 };
            log.push(&vec![b'x'; size]);
            log.push(b"\n");
            follower.logs.lock().unwrap().insert(source.clone(), log);
            follower.known.insert(source.clone());
            follower.order.push(source);
        }
        let text = follower.text(&pod(), 2048);
        assert!(text.contains("==> test / z-init <==\nxxxxxxxxxx\n") && text.len() < 4096, "{}", text.len());
    }

    #[tokio::test]
    async fn a_hook_that_starts_without_end_is_followed_up_to_a_bound() {
        let mut follower = nothing();
        follower.known = (0..i32::try_from(MOST).unwrap())
            .map(|restart| Source { restart: 100 + restart, ..sources(&pod())[0].clone() })
            .collect();
        let mut scheduled = pod();
        scheduled.spec.as_mut().unwrap().node_name = Some("node".to_owned());
        follower.attend(&scheduled);
        assert!(follower.order.is_empty());
        assert_eq!(follower.text(&scheduled, KEPT), "[2 more logs of test were not read]\n");
    }

    /// An API server that has the Pod `uid`, and a kubelet that knows it from the third question for a log on.
    fn cluster(uid: &'static str) -> Client {
        let asked = Arc::new(AtomicUsize::new(0));
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let log = request.uri().path().ends_with("/log");
            let (status, body) = if !log {
                (200, json!({ "metadata": { "name": "test", "uid": uid } }).to_string())
            } else if asked.fetch_add(1, Ordering::Relaxed) < 2 {
                let status = json!({ "kind": "Status", "status": "Failure", "code": 404, "reason": "NotFound",
                    "message": "the server could not find the requested resource ( pods/log test)" });
                (404, status.to_string())
            } else {
                (200, "hello\n".to_owned())
            };
            let answer = http::Response::builder().status(status).body(Body::from(body.into_bytes()));
            std::future::ready(answer)
        });
        Client::new(service, "default")
    }

    async fn followed(client: Client) -> String {
        let mut pod = pod();
        pod.spec.as_mut().unwrap().node_name = Some("node".to_owned());
        pod.spec.as_mut().unwrap().init_containers = None;
        pod.status = None;
        let mut follower = Follower::new(&client, "default");
        follower.attend(&pod);
        follower.finish(Duration::from_secs(10)).await;
        follower.text(&pod, KEPT)
    }

    #[tokio::test(start_paused = true)]
    async fn a_kubelet_that_does_not_know_the_pod_yet_is_asked_again() {
        assert_eq!(followed(cluster("u")).await, "==> test / curl <==\nhello\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pod_that_was_replaced_is_not_waited_for_and_lends_no_log() {
        assert!(followed(cluster("another")).await.contains("[no log: "));
    }
}
