//! Evidence of a cell: events, Pods as they stand, a description, and the logs of every container.

use std::fmt::Write;

use futures::{FutureExt, StreamExt};
use k8s_openapi::api::core::v1::{Container, Event, Pod};
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};
use seatrial_model::secret::{MASK, is_secret_key};
use seatrial_model::{Clean, Redactor};
use seatrial_ports::EvidenceFile;
use std::time::Duration;
use tokio::time::timeout;

use crate::diagnosis;
use crate::logs::{self, Source};
use crate::observe::Observer;
use crate::pods::{containers, init_containers, phase, problem};
use crate::view::{View, time_of};
use crate::{secrets, trouble};

/// Lines and bytes of one log.
const LOG: (i64, usize) = (20_000, 1024 * 1024);
/// Logs that are kept of one namespace.
const LOGS: usize = 200;
/// Logs that are read at the same time.
const AT_ONCE: usize = 8;

/// All evidence of a namespace. What could not be read is said in the file that should hold it.
pub(crate) async fn collect(client: &Client, namespace: &str, redactor: &Redactor) -> Vec<EvidenceFile> {
    let mut all = secrets::of_namespace(client, namespace).await;
    all.merge(redactor);
    let redactor = &all;
    let (events, pods) = (events(client, namespace).await, pods(client, namespace).await);
    let mut files = vec![
        file("events.txt", &events.unwrap_or_else(|error| error), redactor),
        file("status.txt", &status(client, namespace).await, redactor),
    ];
    match pods {
        Ok(pods) => {
            files.push(file("pods.yaml", &yaml(&pods), redactor));
            files.extend(logs_of(client, namespace, &pods, redactor).await);
        }
        Err(error) => files.push(file("pods.yaml", &format!("# {error}\n"), redactor)),
    }
    files
}

fn file(name: &str, text: &str, redactor: &Redactor) -> EvidenceFile {
    EvidenceFile { name: name.to_owned(), content: redactor.clean(text) }
}

async fn events(client: &Client, namespace: &str) -> Result<String, String> {
    let api: Api<Event> = Api::namespaced(client.clone(), namespace);
    let mut events = api.list(&ListParams::default()).await.map_err(|error| unread("events", &error))?.items;
    events.sort_by_key(time_of);
    let line = |event: &Event| {
        let time = time_of(event).map(|time| time.strftime("%H:%M:%S").to_string()).unwrap_or_default();
        let kind = event.type_.as_deref().unwrap_or_default();
        format!("{time:8}  {kind:7}  {}\n", diagnosis::line(event))
    };
    Ok(if events.is_empty() { "no events\n".to_owned() } else { events.iter().map(line).collect() })
}

async fn pods(client: &Client, namespace: &str) -> Result<Vec<Pod>, String> {
    let api: Api<Pod> = Api::namespaced(client.clone(), namespace);
    Ok(api.list(&ListParams::default()).await.map_err(|error| unread("Pods", &error))?.items)
}

fn unread(what: &str, error: &kube::Error) -> String {
    format!("{what} could not be read: {}", trouble::say(error))
}

/// Pods as YAML, without who manages which field, and without values that look secret.
fn yaml(pods: &[Pod]) -> String {
    let mut text = String::new();
    for pod in pods {
        let mut pod = pod.clone();
        pod.metadata.managed_fields = None;
        if let Some(spec) = &mut pod.spec {
            spec.containers.iter_mut().for_each(mask);
            spec.init_containers.iter_mut().flatten().for_each(mask);
        }
        let one = serde_yaml::to_string(&pod).unwrap_or_else(|error| format!("# {error}\n"));
        let _ = write!(text, "---\napiVersion: v1\nkind: Pod\n{one}");
    }
    if text.is_empty() { "# no Pods\n".to_owned() } else { text }
}

fn mask(container: &mut Container) {
    for variable in container.env.iter_mut().flatten() {
        if is_secret_key(&variable.name) && variable.value.is_some() {
            variable.value = Some(MASK.to_owned());
        }
    }
}

/// Workloads, Pods and claims in a few lines each.
async fn status(client: &Client, namespace: &str) -> String {
    let mut observer = Observer::new(client, namespace);
    if timeout(Duration::from_secs(20), observer.whole()).await.is_err() {
        return "the namespace could not be read in time\n".to_owned();
    }
    describe(observer.view())
}

fn describe(view: &View) -> String {
    let mut text = String::new();
    let row = |text: &mut String, kind: &str, name: String, state: String| {
        let _ = writeln!(text, "{kind:22} {name:44} {state}");
    };
    for deployment in view.deployments.iter() {
        let desired = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
        let ready = deployment.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default();
        row(&mut text, "Deployment", deployment.name_any(), format!("{ready}/{desired} ready"));
    }
    for set in view.stateful_sets.iter() {
        let desired = set.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
        let ready = set.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default();
        row(&mut text, "StatefulSet", set.name_any(), format!("{ready}/{desired} ready"));
    }
    for set in view.daemon_sets.iter() {
        let status = set.status.as_ref();
        let (ready, desired) =
            status.map(|s| (s.number_ready, s.desired_number_scheduled)).unwrap_or_default();
        row(&mut text, "DaemonSet", set.name_any(), format!("{ready}/{desired} ready"));
    }
    for job in view.jobs.iter() {
        let done = job.status.as_ref().and_then(|status| status.succeeded).unwrap_or_default();
        let failed = job.status.as_ref().and_then(|status| status.failed).unwrap_or_default();
        row(&mut text, "Job", job.name_any(), format!("{done} succeeded, {failed} failed"));
    }
    for claim in view.claims.iter() {
        let phase = claim.status.as_ref().and_then(|status| status.phase.clone()).unwrap_or_default();
        row(&mut text, "PersistentVolumeClaim", claim.name_any(), phase);
    }
    for pod in view.pods.iter() {
        let problem = problem(pod, view).map(|problem| format!(": {problem}")).unwrap_or_default();
        row(&mut text, "Pod", pod.name_any(), format!("{}{problem}", phase(pod)));
        for container in init_containers(pod).chain(containers(pod)) {
            let ready = if container.ready { "ready" } else { "not ready" };
            let restarts = container.restart_count;
            let _ = writeln!(text, "  {}: {}, {ready}, {restarts} restarts", container.name, container.image);
        }
    }
    if text.is_empty() { "nothing is there\n".to_owned() } else { text }
}

async fn logs_of(client: &Client, namespace: &str, pods: &[Pod], redactor: &Redactor) -> Vec<EvidenceFile> {
    let mut sources = Vec::new();
    for pod in pods {
        for container in init_containers(pod).chain(containers(pod)) {
            sources.push((pod.name_any(), container.name.clone(), false));
            if container.restart_count > 0 {
                sources.push((pod.name_any(), container.name.clone(), true));
            }
        }
    }
    sources.truncate(LOGS);
    let reads = sources.into_iter().map(|(pod, container, previous)| {
        let read = async move {
            let source = Source { namespace, pod: &pod, container: &container, previous };
            let content = logs::tail(client, source, LOG.0, LOG.1, redactor).await;
            let unread = |error| redactor.clean(&format!("could not be read: {error}"));
            let suffix = if previous { ".previous" } else { "" };
            let name = format!("logs/{pod}.{container}{suffix}.log");
            EvidenceFile { name, content: content.unwrap_or_else(unread) }
        };
        read.boxed()
    });
    let reads: Vec<_> = reads.collect();
    let files: Vec<EvidenceFile> = futures::stream::iter(reads).buffered(AT_ONCE).collect().await;
    files.into_iter().filter(|file| file.content != Clean::default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pods_are_kept_without_managed_fields_and_secret_looking_values() {
        let pod = serde_json::from_value(json!({
            "metadata": { "name": "web-0", "managedFields": [{ "manager": "kubelet" }] },
            "spec": { "containers": [{ "name": "app", "env": [
                { "name": "DB_PASSWORD", "value": "hunter22" }, { "name": "LOG_LEVEL", "value": "debug" }] }] },
        }))
        .unwrap();
        let text = yaml(&[pod]);
        assert!(!text.contains("hunter22") && !text.contains("managedFields"), "{text}");
        assert!(text.contains("debug") && text.starts_with("---\napiVersion: v1\nkind: Pod\n"), "{text}");
    }

    #[test]
    fn a_namespace_with_nothing_in_it_says_so() {
        assert_eq!(describe(&View::default()), "nothing is there\n");
        assert_eq!(yaml(&[]), "# no Pods\n");
    }
}
