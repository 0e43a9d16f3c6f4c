//! Requirements: charts or manifests that must stand before a cell is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Context;
use kube::Client;
use seatrial_helm::ClusterHelm;
use seatrial_model::names::RUN_LABEL;
use seatrial_model::suite::{Requirement, RequirementSource, WaitMode};
use seatrial_model::{Clean, Trouble};
use seatrial_ports::{Cancel, InstallAnswer, InstallRequest, Place, RequirementRequest, Stack, Watch};
use serde_json::Value;
use tokio::time::Instant;

use crate::apply::{Applied, Terms, apply, objects};
use crate::diagnosis::Diagnosis;
use crate::existing::scopes;
use crate::install::{install, told};
use crate::leftovers::REQUIREMENT;
use crate::muster::Roll;
use crate::observe::Observer;
use crate::readiness::Scope;
use crate::wait::{Ended, Telling, wait};
use crate::{namespace, secrets};

/// Where a requirement of the cluster lives: a namespace named after it.
pub(crate) fn home(request: &RequirementRequest) -> String {
    request.namespace.clone().unwrap_or_else(|| request.requirement.name.clone())
}

/// Installs a requirement and waits until it is ready.
pub(crate) async fn require(
    client: &Client,
    helm: &ClusterHelm,
    run: &str,
    request: &RequirementRequest,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<(), Trouble> {
    let Requirement { name, source, timeout } = &request.requirement;
    let home = home(request);
    // What lives in no namespace needs none that would have to be removed again.
    let open = async || match &request.namespace {
        None => namespace::open(client, run, &home).await,
        Some(_) => Ok(()),
    };
    match source {
        RequirementSource::Chart { path, values } => {
            open().await?;
            let install_request = InstallRequest {
                place: Place { namespace: home.clone(), release: name.clone() },
                chart: path.clone(),
                stack: Stack { values: values.clone(), set: Vec::new() },
                deadline: *timeout,
                wait: WaitMode::Harness,
                redactor: request.redactor.clone(),
            };
            // Who runs for a requirement is nobody's business.
            match install(client, helm, &install_request, &Roll::default(), watch, cancel).await?.0 {
                InstallAnswer::Ready { .. } => Ok(()),
                InstallAnswer::Failed { reason, output } => {
                    Err(Trouble::new(what(name), told(&reason, &output, &request.redactor)))
                }
            }
        }
        RequirementSource::Manifests(files) => {
            let until = Instant::now() + *timeout;
            let annotations = [(RUN_LABEL, run), (REQUIREMENT, name.as_str())];
            let terms = Terms { namespace: &home, annotations: &annotations, until };
            let texts = read(files)
                .map_err(|error| Trouble::new(what(name), request.redactor.clean(&format!("{error:#}"))))?;
            if texts.iter().any(|(_, text)| lives_in_a_namespace(text)) {
                open().await?;
            }
            let applying = async {
                let mut applied = Vec::new();
                for (shown, text) in &texts {
                    applied.extend(apply(client, text, &terms).await.with_context(|| shown.clone())?);
                }
                anyhow::Ok(applied)
            };
            let applied = tokio::select! {
                applied = applying => applied.map_err(|error| {
                    Trouble::new(what(name), request.redactor.clean(&format!("{error:#}")))
                })?,
                () = cancel.cancelled() => return Err(Trouble::new(what(name), Clean::own("interrupted"))),
            };
            ready(client, request, &applied, until, watch, cancel).await
        }
    }
}

/// Names and texts of files.
fn read(files: &[PathBuf]) -> anyhow::Result<Vec<(String, String)>> {
    let read = |file: &PathBuf| {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("read {shown}"))?;
        Ok((shown, text))
    };
    files.iter().map(read).collect()
}

/// Whether anything in a text may live in a namespace; a text that does not read is told when it is applied.
fn lives_in_a_namespace(text: &str) -> bool {
    let is_of_cluster = |object: &Value| {
        let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
        let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
        scopes::is_of_cluster(group, text("kind"))
    };
    objects(text).is_ok_and(|objects| !objects.iter().all(is_of_cluster))
}

fn what(name: &str) -> String {
    format!("install the requirement {name}")
}

/// Waits until everything that was applied is ready, one namespace after the other.
async fn ready(
    client: &Client,
    request: &RequirementRequest,
    applied: &[Applied],
    until: Instant,
    watch: &Watch,
    cancel: &Cancel,
) -> Result<(), Trouble> {
    let name = &request.requirement.name;
    for (namespace, objects) in by_namespace(applied) {
        let scope = Scope::Objects(objects);
        let mut observers = [Observer::new(client, &namespace)];
        let mut telling = Telling::new(watch, &request.redactor);
        let rest = until.saturating_duration_since(Instant::now());
        let reason = match wait(&mut observers, &scope, rest, &mut telling, cancel).await {
            Ended::Ready => continue,
            Ended::Cancelled => return Err(Trouble::new(what(name), Clean::own("interrupted"))),
            Ended::Failed(reason) | Ended::Blind(reason) => reason,
            Ended::Late(last) => {
                format!("not ready within {} s: {last}", request.requirement.timeout.as_secs())
            }
        };
        let mut redactor = request.redactor.clone();
        redactor.merge(&secrets::of_namespace(client, &namespace).await);
        let sights = observers.each_ref().map(Observer::sight);
        let diagnosis = Diagnosis { client, sights: &sights, scope: &scope, redactor: &redactor };
        let answers = diagnosis.ask().await;
        let output = diagnosis.read(&answers, "").await;
        return Err(Trouble::new(what(name), told(&redactor.clean(&reason), &output, &redactor)));
    }
    Ok(())
}

fn by_namespace(applied: &[Applied]) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut all: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for Applied { kind, namespace, name } in applied.iter().filter(|applied| !applied.namespace.is_empty()) {
        all.entry(namespace.clone()).or_default().insert((kind.clone(), name.clone()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lives_in_a_namespace_needs_one() {
        let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
        assert!(!lives_in_a_namespace(definition));
        assert!(lives_in_a_namespace(&format!("{definition}---\napiVersion: v1\nkind: ConfigMap\n")));
        assert!(lives_in_a_namespace("apiVersion: a.io/v1\nkind: Fleet\n"), "nobody knows");
    }

    #[test]
    fn objects_are_waited_for_in_their_namespaces_and_those_of_the_cluster_are_not() {
        let applied = |kind: &str, namespace: &str| Applied {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: "x".to_owned(),
        };
        let all =
            by_namespace(&[applied("ClusterRole", ""), applied("Deployment", "b"), applied("Job", "a")]);
        assert_eq!(all.keys().collect::<Vec<_>>(), ["a", "b"]);
        assert!(all["b"].contains(&("Deployment".to_owned(), "x".to_owned())));
    }
}
