//! Whether what is ready will stay so for a moment: a container without a readiness probe is ready as soon as it
//! starts, and one that crashed may be ready between two crashes. And each kind is watched on its own, so that a
//! workload may be seen ready before its Pods are. A pure question about a [`View`].

use std::time::Duration;

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use k8s_openapi::jiff::Timestamp;
use kube::ResourceExt;

use crate::pods::{containers, crashed, goes_on, phase};
use crate::readiness::{Scope, pods_of};
use crate::view::View;
use crate::workloads::{self, Workload};

/// A picture in doubt has to hold so long: a kubelet looks at its containers once a second, starts one that ended the
/// first time again at once, and needs a moment to tell.
pub(crate) const SHORT: Duration = Duration::from_secs(3);
/// A container that crashed has to outlive its last run by this …
const BEYOND: Duration = Duration::from_secs(1);
/// … but no longer than this is waited for.
const LONG: Duration = Duration::from_secs(10);

/// What still has to hold for how long, when everything has been ready for `steady`: the longest of them.
pub(crate) fn rest(
    view: &View,
    scope: &Scope,
    steady: Duration,
    now: Timestamp,
) -> Option<(Duration, String)> {
    let going = |pod: &&Pod| pod.metadata.deletion_timestamp.is_some();
    let pods = pods_of(view, scope).into_iter().filter(|pod| phase(pod) == "Running" && !going(pod));
    let all = pods.flat_map(|pod| containers(pod).map(move |container| (pod, container)));
    let doubts = all.filter_map(|(pod, container)| {
        let (rest, why) = of_container(pod, container, steady, now)?;
        let crashed = crashed(pod, container, view);
        let why = crashed.unwrap_or_else(|| format!("container {} {why}", container.name));
        Some((rest, format!("pod {}: {why}", pod.name_any())))
    });
    let workloads = workloads::of(view, scope);
    let unseen = workloads.iter().filter_map(|workload| of_workload(workload, view, steady));
    unseen.chain(doubts).max_by_key(|(rest, _)| *rest)
}

/// A workload that says it is ready, of which fewer Pods are seen to be so.
fn of_workload(workload: &Workload<'_>, view: &View, steady: Duration) -> Option<(Duration, String)> {
    let rest = SHORT.saturating_sub(steady);
    let behind = !rest.is_zero() && workload.steady_pods(view) < workload.desired();
    behind.then(|| (rest, format!("{} is ready, and its Pods are not seen to be yet", workload.name())))
}

fn of_container(
    pod: &Pod,
    container: &ContainerStatus,
    steady: Duration,
    now: Timestamp,
) -> Option<(Duration, &'static str)> {
    let state = container.state.as_ref()?;
    let Some(running) = state.running.as_ref() else {
        // The workload still counts it as ready: its controller has not heard yet that it ended.
        return goes_on(pod).then_some((SHORT, "is not running"));
    };
    // Kubernetes tells whole seconds: the second that it may have left out is taken off.
    let runs = running.started_at.as_ref().map_or(Duration::ZERO, |at| since(at.0, now));
    let runs = runs.saturating_sub(Duration::from_secs(1));
    let ended = container.last_state.as_ref().and_then(|state| state.terminated.as_ref());
    let (rest, why) = if let Some(ended) = ended {
        let lasted = ended.started_at.as_ref().zip(ended.finished_at.as_ref());
        let lasted = lasted.map_or(Duration::ZERO, |(from, to)| since(from.0, to.0));
        let needed = (lasted + BEYOND).clamp(SHORT, LONG);
        let rest = needed.saturating_sub(runs).max(SHORT.saturating_sub(steady));
        (rest, "runs again after it crashed")
    } else if has_readiness_probe(pod, &container.name) || runs >= LONG {
        return None;
    } else {
        // A kubelet that is busy may tell seconds later that a container runs which has ended since.
        (SHORT.saturating_sub(steady), "has just started")
    };
    (!rest.is_zero()).then_some((rest, why))
}

fn since(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

fn has_readiness_probe(pod: &Pod, container: &str) -> bool {
    let mut all = pod.spec.iter().flat_map(|spec| &spec.containers);
    all.any(|found| found.name == container && found.readiness_probe.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use seatrial_ports::Place;
    use serde_json::{Value, json};

    const NOW: &str = "2026-01-01T00:01:00Z";

    /// A release's Pod that started at that second, and its last run, if any, in seconds.
    fn view(probe: bool, started: u64, last: Option<(u64, u64)>) -> View {
        let at = |second: u64| format!("2026-01-01T00:00:{second:02}Z");
        let probe = if probe { json!({ "tcpSocket": { "port": 80 } }) } else { Value::Null };
        let last = last.map(|(from, to)| {
            json!({ "terminated": { "exitCode": 1, "startedAt": at(from), "finishedAt": at(to) } })
        });
        let pod = json!({
            "metadata": { "name": "web-0", "annotations": { crate::readiness::RELEASE: "r" } },
            "spec": { "containers": [{ "name": "app", "readinessProbe": probe }] },
            "status": { "phase": "Running", "containerStatuses": [{ "name": "app", "image": "", "imageID": "",
                "ready": true, "restartCount": u8::from(last.is_some()), "lastState": last,
                "state": { "running": { "startedAt": at(started) } } }] },
        });
        View { pods: [serde_json::from_value(pod).unwrap()].into_iter().collect(), ..View::default() }
    }

    /// The same, after its container ended.
    fn ended(policy: &str, probe: bool) -> View {
        let mut pod = view(probe, 10, None).pods.iter().next().unwrap().clone();
        pod.spec.as_mut().unwrap().restart_policy = Some(policy.to_owned());
        let status = &mut pod.status.as_mut().unwrap().container_statuses.as_mut().unwrap()[0];
        status.state = serde_json::from_value(json!({ "terminated": { "exitCode": 7 } })).unwrap();
        View { pods: [pod].into_iter().collect(), ..View::default() }
    }

    #[rstest]
    #[case::ended_before_its_controller_knows(ended("Always", false), 3000, Some(3000))]
    #[case::ended_in_spite_of_its_probe(ended("Always", true), 3000, Some(3000))]
    #[case::ended_as_it_should(ended("OnFailure", false), 3000, None)]
    #[case::with_a_probe(view(true, 59, None), 0, None)]
    #[case::just_started_without_a_probe(view(false, 59, None), 0, Some(3000))]
    #[case::seen_for_a_while(view(false, 59, None), 3000, None)]
    #[case::told_late(view(false, 55, None), 0, Some(3000))]
    #[case::runs_for_long(view(false, 10, None), 0, None)]
    // It crashed after 5 s, so that it has to run for 6; it has for 3.
    #[case::between_two_crashes(view(true, 56, Some((40, 45))), 1500, Some(3000))]
    #[case::outlived_its_last_run(view(true, 50, Some((40, 45))), 3000, None)]
    #[case::outlived_it_before_it_was_looked_at(view(true, 50, Some((40, 45))), 0, Some(3000))]
    #[case::a_long_run_before(view(true, 45, Some((0, 40))), 3000, None)]
    fn what_is_in_doubt_has_to_hold(#[case] view: View, #[case] steady: u64, #[case] rest: Option<u64>) {
        let scope = Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() });
        let found = super::rest(&view, &scope, Duration::from_millis(steady), NOW.parse().unwrap());
        assert_eq!(found.map(|(rest, _)| rest), rest.map(Duration::from_millis));
    }

    #[rstest]
    #[case::just_started(view(false, 59, None), "has just started")]
    #[case::not_seen_to_end(view(false, 59, Some((40, 45))), "runs again after it crashed")]
    #[case::ended(noted(ended("Always", false)), "crashed once (exit code 7)")]
    #[case::runs_again(noted(view(false, 59, Some((40, 45)))), "crashed once (exit code 1) and runs again")]
    fn a_crash_is_told_with_its_exit_code(#[case] view: View, #[case] told: &str) {
        let scope = Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() });
        let found = super::rest(&view, &scope, Duration::ZERO, NOW.parse().unwrap());
        assert_eq!(found.map(|(_, why)| why), Some(format!("pod web-0: container app {told}")));
    }

    /// A Deployment that says its one replica is ready, and its Pod as it was seen last.
    #[rstest]
    #[case::pending(Some(json!({ "phase": "Pending" })), 0, Some(3000))]
    #[case::pending_for_a_while(Some(json!({ "phase": "Pending" })), 3000, None)]
    #[case::not_seen_at_all(None, 1000, Some(2000))]
    #[case::ready(
        Some(json!({ "phase": "Running", "conditions": [{ "type": "Ready", "status": "True" }] })),
        0,
        None
    )]
    fn a_workload_seen_ready_before_its_pods_is_in_doubt(
        #[case] pod: Option<Value>,
        #[case] steady: u64,
        #[case] rest: Option<u64>,
    ) {
        let annotations = json!({ crate::readiness::RELEASE: "r" });
        let deployment = serde_json::from_value(json!({
            "metadata": { "name": "web", "generation": 1, "annotations": annotations },
            "spec": { "replicas": 1, "selector": { "matchLabels": { "app": "web" } }, "template": {} },
            "status": { "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1 },
        }));
        let made = |status: &Value| {
            let metadata = json!({ "name": "web-0", "labels": { "app": "web" } });
            serde_json::from_value(json!({ "metadata": metadata, "status": status })).unwrap()
        };
        let view = View {
            deployments: [deployment.unwrap()].into_iter().collect(),
            pods: pod.as_ref().map(made).into_iter().collect(),
            ..View::default()
        };
        let scope = Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() });
        assert!(crate::readiness::unready(&view, &scope).is_empty());
        let found = super::rest(&view, &scope, Duration::from_millis(steady), NOW.parse().unwrap());
        assert_eq!(found.map(|(rest, _)| rest), rest.map(Duration::from_millis));
    }

    /// The same, its crashes counted as when the Pod is watched.
    fn noted(mut view: View) -> View {
        for pod in view.pods.iter() {
            view.crashes.note(pod);
        }
        view
    }
}
