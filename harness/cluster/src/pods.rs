//! Why a Pod is not ready, in a few words.

use k8s_openapi::api::core::v1::{ContainerStatus, Event, Pod, PodCondition};

use crate::probe;
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
        return Some(why.map(quote).or_else(|| crash(pod, view)).unwrap_or_else(|| "failed".to_owned()));
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
    let stays = || is_sidecar(pod, name) && container.started.unwrap_or_default();
    if running && what == "init container" && !stays() {
        return Some(format!("init container {name} is running"));
    }
    if running && what == "container" && !container.ready {
        let unhealthy = view.last_event("Pod", &pod.metadata, |event| {
            event.reason.as_deref() == Some("Unhealthy") && is_about(event, name)
        });
        let message = quote(unhealthy.and_then(|event| event.message.as_deref())?);
        // The event of a command says what it printed, and that of a port where it was; a path stands nowhere.
        let probe = probe::failing(pod).into_iter().find(|probe| probe.container() == name);
        return Some(match probe {
            Some(probe) => format!("{message} ({})", probe.does()),
            None => message,
        });
    }
    None
}

/// Whether the Pod's containers are started again whenever they end.
pub(crate) fn goes_on(pod: &Pod) -> bool {
    let policy = pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
    matches!(policy, None | Some("Always"))
}

/// Whether an init container is one that others do not wait for the end of.
pub(crate) fn is_sidecar(pod: &Pod, name: &str) -> bool {
    let inits = pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
    inits.filter(|init| init.name == name).any(|init| init.restart_policy.as_deref() == Some("Always"))
}

/// Which of a Pod's containers crashed, whether or not it runs again.
pub(crate) fn crash(pod: &Pod, view: &View) -> Option<String> {
    containers(pod).find_map(|container| crashed(pod, container, view))
}

/// `container app crashed 3 times (exit code 1)`, `… and runs again`.
pub(crate) fn crashed(pod: &Pod, container: &ContainerStatus, view: &View) -> Option<String> {
    let (_, crash) = view.crashes.same(pod, &container.name)?;
    let (crashes, again) = match &container.state {
        Some(state) if state.running.is_some() => (container.restart_count, " and runs again"),
        _ => (container.restart_count + 1, ""),
    };
    let times = if crashes == 1 { "once".to_owned() } else { format!("{crashes} times") };
    let cause = cause(pod, container, view);
    Some(format!("container {} crashed {times} ({crash}){again}{cause}", container.name))
}

/// What is known of a container's last end besides its exit code: a memory limit, a probe for whose sake the kubelet
/// stopped it, a message that it left or that says why it did not start.
pub(crate) fn cause(pod: &Pod, container: &ContainerStatus, view: &View) -> String {
    let name = &container.name;
    let mut states = [&container.state, &container.last_state].into_iter().flatten();
    let Some(end) = states.find_map(|state| state.terminated.as_ref()) else { return String::new() };
    if end.reason.as_deref() == Some("OOMKilled") {
        let mut all = pod.spec.iter().flat_map(|spec| &spec.containers);
        let limits = all.find(|container| container.name == *name);
        let limits =
            limits.and_then(|container| container.resources.as_ref()?.limits.as_ref()?.get("memory"));
        return limits.map(|limit| format!(", its memory limit is {}", limit.0)).unwrap_or_default();
    }
    let of_probe = view.last_event("Pod", &pod.metadata, |event| {
        let message = event.message.as_deref().unwrap_or_default();
        event.reason.as_deref() == Some("Unhealthy")
            && (message.starts_with("Liveness probe") || message.starts_with("Startup probe"))
            && is_about(event, name)
    });
    let killed = matches!(end.exit_code, 137 | 143) && end.reason.as_deref() != Some("OOMKilled");
    if let Some(message) = of_probe.filter(|_| killed).and_then(|event| event.message.as_deref()) {
        return format!(", stopped by the kubelet: {}", quote(message));
    }
    let message = end.message.as_deref().map(quote_last).filter(|message| !message.is_empty());
    message.map(|message| format!(": {message}")).unwrap_or_default()
}

/// Whether an event about a Pod is about that container of it.
fn is_about(event: &Event, container: &str) -> bool {
    let path = event.involved_object.field_path.as_deref();
    path.is_none_or(|path| path.contains(&format!("{{{container}}}")))
}

fn last_warning(pod: &Pod, view: &View) -> Option<String> {
    let warning = view.last_event("Pod", &pod.metadata, |event| event.type_.as_deref() == Some("Warning"))?;
    Some(format!("{}: {}", warning.reason.as_deref()?, quote(warning.message.as_deref()?)))
}

/// A message as one line of bounded length, with the probe's long words made short.
pub(crate) fn quote(message: &str) -> String {
    quote_up_to(&message.replace("HTTP probe failed with statuscode: ", "HTTP "), QUOTE)
}

/// A text as one line of at most so many characters.
pub(crate) fn quote_up_to(text: &str, most: usize) -> String {
    // What is far beyond the bound is not looked at.
    let near = &text[..text.floor_char_boundary(most.saturating_mul(8))];
    let line = near.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((cut, _)) => format!("{} …", &line[..cut]),
        None => line,
    }
}

/// The end of a text as one line: a message that a program leaves ends with what matters.
fn quote_last(text: &str) -> String {
    let from = text.len().saturating_sub(QUOTE);
    quote(&text[text.ceil_char_boundary(from)..])
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
            "spec": { "containers": [{ "name": "app", "resources": { "limits": { "memory": "64Mi" } },
                "readinessProbe": { "httpGet": { "path": "/ready", "port": 80 } } }] },
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
        "Readiness probe failed: HTTP 503 (GET /ready on port 80)"
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
        "container app crashed 3 times (exit code 137, OOMKilled), its memory limit is 64Mi"
    )]
    #[case::liveness(
        container(json!({ "waiting": { "reason": "CrashLoopBackOff" } }), json!({ "terminated": { "exitCode": 137, "reason": "Error" } })),
        Some(json!({ "reason": "Unhealthy", "message": "Liveness probe failed: HTTP probe failed with statuscode: 500" })),
        "container app crashed 3 times (exit code 137), stopped by the kubelet: Liveness probe failed: HTTP 500"
    )]
    #[case::does_not_start(
        container(json!({ "waiting": { "reason": "CrashLoopBackOff" } }),
                  json!({ "terminated": { "exitCode": 128, "reason": "StartError", "message": "exec: \"srv\": not found in $PATH" } })),
        None,
        "container app crashed 3 times (exit code 128, StartError): exec: \"srv\": not found in $PATH"
    )]
    #[case::runs_again(
        container(json!({ "running": {} }), json!({ "terminated": { "exitCode": 7 } })),
        None,
        "container app is not ready yet"
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

    #[rstest]
    #[case::ended(json!({ "terminated": { "exitCode": 7 } }), json!({}), "3 times (exit code 7)")]
    #[case::waits(
        json!({ "waiting": { "reason": "CrashLoopBackOff" } }),
        json!({ "terminated": { "exitCode": 7 } }),
        "3 times (exit code 7)"
    )]
    #[case::runs_again(
        json!({ "running": {} }),
        json!({ "terminated": { "exitCode": 137, "reason": "OOMKilled" } }),
        "2 times (exit code 137, OOMKilled) and runs again, its memory limit is 64Mi"
    )]
    fn a_crash_is_told_of_a_pod_that_is_ready_too(
        #[case] state: Value,
        #[case] last: Value,
        #[case] told: &str,
    ) {
        let mut status = container(state, last);
        status["conditions"] = json!([{ "type": "Ready", "status": "True" }]);
        let (pod, view) = seen(&status, None);
        assert_eq!(problem(&pod, &view), None);
        assert_eq!(crash(&pod, &view), Some(format!("container app crashed {told}")));
    }

    #[test]
    fn a_quote_is_one_bounded_line() {
        assert_eq!(quote("a\n  b"), "a b");
        assert!(quote(&"x".repeat(1000)).chars().count() <= QUOTE + 2);
    }

    /// A kubelet says of each init container that runs that it started, whether or not others wait for its end.
    #[rstest]
    #[case::others_wait_for(None, Some("init container prepare is running"))]
    #[case::sidecar(Some("Always"), Some("container app is being created"))]
    fn an_init_container_that_runs_is_named_unless_it_is_a_sidecar(
        #[case] restart: Option<&str>,
        #[case] problem_is: Option<&str>,
    ) {
        let (mut pod, view) = seen(
            &json!({ "phase": "Pending",
                "initContainerStatuses": [{ "name": "prepare", "image": "", "imageID": "", "ready": false,
                    "restartCount": 0, "started": true, "state": { "running": {} } }],
                "containerStatuses": [{ "name": "app", "image": "", "imageID": "", "ready": false, "restartCount": 0,
                    "state": { "waiting": { "reason": "PodInitializing" } } }] }),
            None,
        );
        let spec = json!({ "initContainers": [{ "name": "prepare", "restartPolicy": restart }],
            "containers": [{ "name": "app" }] });
        pod.spec = serde_json::from_value(spec).unwrap();
        assert_eq!(problem(&pod, &view).as_deref(), problem_is);
    }
}
