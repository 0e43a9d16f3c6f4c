//! Why a Pod is not ready, in a few words.

use k8s_openapi::api::core::v1::{ContainerStatus, Pod, PodCondition};

use crate::view::View;

/// How much of a message is quoted in one line.
const QUOTE: usize = 300;

/// A Pod's condition of that type.
pub(crate) fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a PodCondition> {
    pod.status.as_ref()?.conditions.iter().flatten().find(|condition| condition.type_ == kind)
}

/// Whether a Pod's condition `Ready` is true.
pub(crate) fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready").is_some_and(|condition| condition.status == "True")
}

/// Its phase, `Unknown` where it has none yet.
pub(crate) fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or("Unknown")
}

/// Init containers in the order in which they run.
pub(crate) fn init_containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.init_container_statuses.iter().flatten())
}

/// The containers proper.
pub(crate) fn containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.iter().flat_map(|status| status.container_statuses.iter().flatten())
}

/// What holds a Pod up, `None` when it is ready or done.
pub(crate) fn problem(pod: &Pod, view: &View) -> Option<String> {
    if is_ready(pod) || phase(pod) == "Succeeded" {
        return None;
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return Some("is being deleted".to_owned());
    }
    let unscheduled = condition(pod, "PodScheduled").filter(|condition| condition.status == "False");
    if let Some(condition) = unscheduled {
        let message = condition.message.as_deref().unwrap_or("no node takes it");
        return Some(format!("unschedulable: {}", quote(message)));
    }
    if phase(pod) == "Failed" {
        let status = pod.status.as_ref();
        let why = status.and_then(|status| status.message.as_deref().or(status.reason.as_deref()));
        let ended = containers(pod).find_map(|container| crashed(pod, container, view));
        return Some(why.map(quote).or(ended).unwrap_or_else(|| "failed".to_owned()));
    }
    let of_container = init_containers(pod)
        .find_map(|container| starting(pod, container, view, "init container"))
        .or_else(|| containers(pod).find_map(|container| starting(pod, container, view, "container")));
    of_container
        .or_else(|| last_warning(pod, view))
        .or_else(|| {
            let waiting = containers(pod).find(|container| !container.ready)?;
            let runs = waiting.state.as_ref().is_some_and(|state| state.running.is_some());
            let state = if runs { "is not ready yet" } else { "is being created" };
            Some(format!("container {} {state}", waiting.name))
        })
        .or_else(|| Some(phase(pod).to_lowercase()))
}

/// What one container waits for; `None` for one that runs and is ready, or has ended well.
fn starting(pod: &Pod, container: &ContainerStatus, view: &View, what: &str) -> Option<String> {
    let name = &container.name;
    let state = container.state.as_ref()?;
    if let Some(waiting) = &state.waiting {
        return match waiting.reason.as_deref() {
            // Others are in the way; they, or an event, tell more.
            Some("PodInitializing" | "ContainerCreating") | None => None,
            Some("CrashLoopBackOff") => crashed(pod, container, view),
            Some(reason) => {
                let message = waiting.message.as_deref().unwrap_or_default();
                Some(format!("{what} {name}: {reason}: {}", quote(message)))
            }
        };
    }
    if let Some(ended) = &state.terminated {
        return if ended.exit_code == 0 && what == "init container" {
            None
        } else {
            crashed(pod, container, view)
        };
    }
    let running = state.running.is_some();
    if running && what == "init container" && !container.started.unwrap_or_default() {
        return Some(format!("init container {name} is running"));
    }
    if running && what == "container" && !container.ready {
        let unhealthy = view.last_event("Pod", &pod.metadata, |event| {
            event.reason.as_deref() == Some("Unhealthy")
                && event
                    .involved_object
                    .field_path
                    .as_deref()
                    .is_none_or(|path| path.contains(&format!("{{{name}}}")))
        });
        let message = unhealthy.and_then(|event| event.message.as_deref())?;
        return Some(quote(message));
    }
    None
}

/// `container app crashed 3 times (exit code 1)`.
fn crashed(pod: &Pod, container: &ContainerStatus, view: &View) -> Option<String> {
    let (_, crash) = view.crashes.same(pod, &container.name)?;
    let times = container.restart_count + 1;
    let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    Some(format!("container {} crashed {times} ({crash})", container.name))
}

fn last_warning(pod: &Pod, view: &View) -> Option<String> {
    let warning = view.last_event("Pod", &pod.metadata, |event| event.type_.as_deref() == Some("Warning"))?;
    Some(format!("{}: {}", warning.reason.as_deref()?, quote(warning.message.as_deref()?)))
}

/// A message as one line of bounded length, with the probe's long words made short.
pub(crate) fn quote(message: &str) -> String {
    let line = message.replace("HTTP probe failed with statuscode: ", "HTTP ");
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((cut, _)) => format!("{} …", &line[..cut]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Change;
    use kube::runtime::watcher::Event::{Apply, InitDone};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn seen(status: &Value, event: Option<&Value>) -> (Pod, View) {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "web-0", "uid": "u" }, "status": status,
        }))
        .unwrap();
        let mut view = View::default();
        view.apply(Change::Pod(InitDone));
        view.apply(Change::Pod(Apply(pod.clone())));
        if let Some(event) = event {
            let mut whole = json!({
                "metadata": { "name": "e" },
                "involvedObject": { "kind": "Pod", "name": "web-0", "fieldPath": "spec.containers{app}" },
                "type": "Warning",
            });
            whole.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
            view.apply(Change::Event(Apply(serde_json::from_value(whole).unwrap())));
        }
        (pod, view)
    }

    fn container(state: Value, last: Value) -> Value {
        let mut status = json!({ "phase": "Running", "containerStatuses": [{ "name": "app", "image": "",
            "imageID": "", "ready": false, "restartCount": 2 }] });
        status["containerStatuses"][0]["state"] = state;
        status["containerStatuses"][0]["lastState"] = last;
        status
    }

    #[rstest]
    #[case::probe(
        container(json!({ "running": {} }), json!({})),
        Some(json!({ "reason": "Unhealthy", "message": "Readiness probe failed: HTTP probe failed with statuscode: 503" })),
        "Readiness probe failed: HTTP 503"
    )]
    #[case::image(
        container(json!({ "waiting": { "reason": "ErrImagePull", "message": "x: not found" } }), json!({})),
        None,
        "container app: ErrImagePull: x: not found"
    )]
    #[case::crash(
        container(json!({ "waiting": { "reason": "CrashLoopBackOff" } }),
                  json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled" } })),
        None,
        "container app crashed 3 times (exit code 137, OOMKilled)"
    )]
    #[case::scheduling(
        json!({ "phase": "Pending", "conditions": [{ "type": "PodScheduled", "status": "False",
                "message": "0/1 nodes are available: 1 Insufficient cpu." }] }),
        None,
        "unschedulable: 0/1 nodes are available: 1 Insufficient cpu."
    )]
    #[case::mount(
        container(json!({ "waiting": { "reason": "ContainerCreating" } }), json!({})),
        Some(json!({ "reason": "FailedMount", "message": "secret \"tls\" not found" })),
        "FailedMount: secret \"tls\" not found"
    )]
    #[case::quiet(container(json!({ "running": {} }), json!({})), None, "container app is not ready yet")]
    fn the_reason_is_the_most_telling_one(
        #[case] status: Value,
        #[case] event: Option<Value>,
        #[case] reason: &str,
    ) {
        let (pod, view) = seen(&status, event.as_ref());
        assert_eq!(problem(&pod, &view).as_deref(), Some(reason));
    }

    #[test]
    fn a_ready_pod_and_a_finished_one_have_no_problem() {
        let (pod, view) =
            seen(&json!({ "phase": "Running", "conditions": [{ "type": "Ready", "status": "True" }] }), None);
        assert_eq!(problem(&pod, &view), None);
        let (pod, view) = seen(&json!({ "phase": "Succeeded" }), None);
        assert_eq!(problem(&pod, &view), None);
    }

    #[test]
    fn a_quote_is_one_bounded_line() {
        assert_eq!(quote("a\n  b"), "a b");
        assert!(quote(&"x".repeat(1000)).chars().count() <= QUOTE + 2);
    }
}
