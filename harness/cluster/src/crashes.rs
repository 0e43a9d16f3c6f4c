//! Counting the crashes of containers: the same one several times is certain, the first ones may heal.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ContainerStateTerminated, ContainerStatus, Pod};
use kube::ResourceExt;

use crate::pods::goes_on;

/// Ends of containers that should have gone on or ended well, by Pod and container, then by restart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crashes {
    seen: BTreeMap<(String, String), BTreeMap<i32, Crash>>,
}

/// How a container crashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Crash {
    pub exit_code: i32,
    /// `Error`, `OOMKilled` …
    pub reason: String,
}

impl std::fmt::Display for Crash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}", self.exit_code)?;
        match self.reason.as_str() {
            "" | "Error" | "Completed" => Ok(()),
            reason => write!(f, ", {reason}"),
        }
    }
}

impl From<&ContainerStateTerminated> for Crash {
    fn from(end: &ContainerStateTerminated) -> Self {
        Self { exit_code: end.exit_code, reason: end.reason.clone().unwrap_or_default() }
    }
}

impl Crashes {
    /// Takes in what a Pod's status tells.
    pub(crate) fn note(&mut self, pod: &Pod) {
        let Some(status) = &pod.status else { return };
        let inits = status.init_container_statuses.iter().flatten().map(|container| (container, false));
        let mains = status.container_statuses.iter().flatten().map(|container| (container, goes_on(pod)));
        for (container, must_go_on) in inits.chain(mains) {
            let key = (pod.uid().unwrap_or_default(), container.name.clone());
            for (restart, end) in ends(container) {
                if end.exit_code != 0 || must_go_on {
                    self.seen.entry(key.clone()).or_default().insert(restart, Crash::from(end));
                }
            }
        }
    }

    /// How often a container crashed in the same way as the last time, without another way in between, and
    /// how. Restarts that were not seen count as the same.
    pub(crate) fn same(&self, pod: &Pod, container: &str) -> Option<(i32, &Crash)> {
        let seen = self.seen.get(&(pod.uid().unwrap_or_default(), container.to_owned()))?;
        let (last_restart, last) = seen.last_key_value()?;
        let other = seen.iter().rev().find(|(_, crash)| *crash != last).map_or(-1, |(restart, _)| *restart);
        Some((last_restart - other, last))
    }
}

/// The ends that one status tells of, each with the restart it belongs to: the current and the last one.
fn ends(container: &ContainerStatus) -> impl Iterator<Item = (i32, &ContainerStateTerminated)> {
    let current = container.state.as_ref().and_then(|state| state.terminated.as_ref());
    let last = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    // While it waits for the next try, the last end belongs to the current count.
    let waiting = container.state.as_ref().is_some_and(|state| state.waiting.is_some());
    let last_restart = if waiting { container.restart_count } else { container.restart_count - 1 };
    current.map(|end| (container.restart_count, end)).into_iter().chain(last.map(|end| (last_restart, end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn pod(restarts: i32, state: &Value, last: &Value) -> Pod {
        serde_json::from_value(json!({
            "metadata": { "name": "web-0", "uid": "u" },
            "status": { "containerStatuses": [{
                "name": "app", "image": "", "imageID": "", "ready": false, "restartCount": restarts,
                "state": state, "lastState": last,
            }]},
        }))
        .unwrap()
    }

    fn ended(code: i32) -> Value {
        json!({ "terminated": { "exitCode": code, "reason": "Error" } })
    }

    fn waiting() -> Value {
        json!({ "waiting": { "reason": "CrashLoopBackOff" } })
    }

    #[test]
    fn the_same_crash_is_counted_over_restarts() {
        let mut crashes = Crashes::default();
        for restarts in 0..3 {
            crashes.note(&pod(restarts, &ended(1), &json!({})));
            crashes.note(&pod(restarts, &waiting(), &ended(1)));
        }
        let (count, crash) = crashes.same(&pod(2, &waiting(), &ended(1)), "app").unwrap();
        assert_eq!((count, crash.to_string().as_str()), (3, "exit code 1"));
    }

    #[test]
    fn another_crash_starts_the_count_again() {
        let mut crashes = Crashes::default();
        crashes.note(&pod(1, &waiting(), &ended(1)));
        crashes.note(&pod(2, &waiting(), &ended(137)));
        assert_eq!(crashes.same(&pod(2, &waiting(), &ended(137)), "app").unwrap().0, 1);
    }

    #[test]
    fn ending_well_is_a_crash_only_of_what_has_to_go_on() {
        let mut server = pod(4, &waiting(), &ended(0));
        let mut crashes = Crashes::default();
        crashes.note(&server);
        assert!(crashes.same(&server, "app").is_some());

        server.spec =
            serde_json::from_value(json!({ "containers": [], "restartPolicy": "OnFailure" })).unwrap();
        let mut crashes = Crashes::default();
        crashes.note(&server);
        assert!(crashes.same(&server, "app").is_none());
    }
}
