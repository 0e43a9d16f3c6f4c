//! Which containers of a release have ended since it was ready: what came up has to stay up while it is tested.
//!
//! Ends are counted, not timed: clocks of nodes are their own.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::{Api, Client, ResourceExt, api::ListParams};
use seatrial_model::{ObjectRef, Redactor, Trouble};
use seatrial_ports::Ended;

use crate::crashes::Crash;
use crate::observe::Sight;
use crate::pods::{containers, goes_on, init_containers, is_sidecar, phase};
use crate::readiness::{Scope, pods_of};
use crate::trouble;

/// How often each container of a release had ended that has to go on; by namespace, Pod's UID and container.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Runs(BTreeMap<String, BTreeMap<(String, String), i32>>);

impl Runs {
    /// Those of a scope, as it is seen.
    pub(crate) fn seen<'a>(sights: impl Iterator<Item = Sight<'a>>, scope: &Scope) -> Self {
        let of = |sight: Sight<'a>| {
            let pods = pods_of(sight.view, scope).into_iter().filter(|pod| phase(pod) == "Running");
            let ends = pods.flat_map(|pod| {
                let uid = pod.uid().unwrap_or_default();
                enduring(pod).map(move |one| ((uid.clone(), one.name.clone()), ends(one)))
            });
            (sight.namespace.to_owned(), ends.collect())
        };
        Self(sights.map(of).collect())
    }

    /// What has ended since, in Pods that are still there.
    pub(crate) async fn ended_since(
        &self,
        client: &Client,
        redactor: &Redactor,
    ) -> Result<Vec<Ended>, Trouble> {
        let mut all = Vec::new();
        for (namespace, counts) in self.0.iter().filter(|(_, counts)| !counts.is_empty()) {
            let pods = Api::<Pod>::namespaced(client.clone(), namespace).list(&ListParams::default()).await;
            let pods = pods.map_err(|error| trouble::of(format!("list the Pods of {namespace}"), &error))?;
            all.extend(pods.iter().flat_map(|pod| compare(pod, counts, redactor)));
        }
        Ok(all)
    }
}

fn compare(pod: &Pod, counts: &BTreeMap<(String, String), i32>, redactor: &Redactor) -> Vec<Ended> {
    let uid = pod.uid().unwrap_or_default();
    let going = pod.metadata.deletion_timestamp.is_some();
    let ended = enduring(pod).filter(|_| !going).filter_map(|container| {
        let before = counts.get(&(uid.clone(), container.name.clone()))?;
        let times = ends(container) - before;
        (times > 0).then(|| Ended {
            pod: ObjectRef {
                api_version: "v1".to_owned(),
                kind: "Pod".to_owned(),
                namespace: pod.namespace().unwrap_or_default(),
                name: pod.name_any(),
            },
            container: container.name.clone(),
            times: u32::try_from(times).unwrap_or_default(),
            how: redactor.clean(&how(container)),
        })
    });
    ended.collect()
}

/// Containers that are started again whenever they end: none of them should.
fn enduring(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let sidecars = init_containers(pod).filter(|init| is_sidecar(pod, &init.name));
    containers(pod).filter(|_| goes_on(pod)).chain(sidecars)
}

/// How often it has ended: a restart is counted when it starts again.
fn ends(container: &ContainerStatus) -> i32 {
    let state = container.state.as_ref();
    // While it waits to be started again, its last end is no restart yet; before its first start it has none.
    let waits = state.is_some_and(|state| state.waiting.is_some()) && last(container).is_some();
    let ended = state.is_some_and(|state| state.terminated.is_some());
    container.restart_count + i32::from(ended || waits)
}

fn last(container: &ContainerStatus) -> Option<&k8s_openapi::api::core::v1::ContainerStateTerminated> {
    let states = [&container.state, &container.last_state];
    states.into_iter().flatten().find_map(|state| state.terminated.as_ref())
}

/// `exit code 137, OOMKilled`.
fn how(container: &ContainerStatus) -> String {
    last(container).map_or_else(|| "its last end is not told".to_owned(), |end| Crash::from(end).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::View;
    use rstest::rstest;
    use seatrial_ports::Place;
    use serde_json::{Value, json};

    fn pod(policy: &str, restarts: i32, state: &Value, last: &Value) -> Pod {
        let annotations = json!({ crate::readiness::RELEASE: "r" });
        serde_json::from_value(json!({
            "metadata": { "name": "web-0", "namespace": "deck", "uid": "u", "annotations": annotations },
            "spec": { "containers": [{ "name": "app" }], "restartPolicy": policy },
            "status": { "phase": "Running", "containerStatuses": [{ "name": "app", "image": "", "imageID": "",
                "ready": true, "restartCount": restarts, "state": state, "lastState": last }] },
        }))
        .unwrap()
    }

    fn end(code: i32, reason: &str) -> Value {
        json!({ "terminated": { "exitCode": code, "reason": reason } })
    }

    fn runs() -> Value {
        json!({ "running": {} })
    }

    fn waits() -> Value {
        json!({ "waiting": { "reason": "CrashLoopBackOff" } })
    }

    #[rstest]
    #[case::nothing_happened(pod("Always", 1, &runs(), &end(1, "Error")), None)]
    #[case::has_ended(pod("Always", 1, &end(7, "Error"), &end(1, "Error")), Some((1, "exit code 7")))]
    #[case::waits(pod("Always", 1, &waits(), &end(0, "Completed")), Some((1, "exit code 0")))]
    #[case::runs_again(pod("Always", 3, &runs(), &end(137, "OOMKilled")), Some((2, "exit code 137, OOMKilled")))]
    #[case::may_end(pod("OnFailure", 2, &runs(), &end(1, "Error")), None)]
    fn what_ended_since_it_was_ready_is_told(#[case] after: Pod, #[case] told: Option<(u32, &str)>) {
        let before = pod("Always", 1, &runs(), &end(1, "Error"));
        let view = View { pods: [before].into_iter().collect(), ..View::default() };
        let scope = Scope::Release(Place { namespace: "deck".to_owned(), release: "r".to_owned() });
        let runs = Runs::seen([Sight { namespace: "deck", view: &view }].into_iter(), &scope);
        let ended = compare(&after, &runs.0["deck"], &Redactor::default());
        let found = ended.first().map(|ended| (ended.times, ended.how.as_str()));
        assert_eq!(found, told);
    }

    #[test]
    fn a_pod_that_came_later_or_goes_away_is_not_compared() {
        let mut later = pod("Always", 4, &runs(), &json!({}));
        assert_eq!(compare(&later, &BTreeMap::new(), &Redactor::default()), []);
        later.metadata.deletion_timestamp = serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        let known = BTreeMap::from([(("u".to_owned(), "app".to_owned()), 0)]);
        assert_eq!(compare(&later, &known, &Redactor::default()), []);
    }
}
