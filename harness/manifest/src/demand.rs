//! What a render asks of a node: CPU, memory, extended resources, node labels, images.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::pod::{self, ContainerKind, Pod};
use crate::quantity::Quantity;
use crate::{Manifest, Object};

/// What the Pods of a render ask for together, when all replicas run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    /// Millicores.
    pub cpu: i64,
    /// Bytes.
    pub memory: i64,
    /// Extended resources (`nvidia.com/gpu`), whole units.
    pub extended: BTreeMap<String, i64>,
    /// Node labels that some Pod selects by.
    pub node_labels: BTreeMap<String, String>,
    /// Images of all containers, hooks included.
    pub images: BTreeSet<String>,
    /// Largest number of replicas that must not share a node.
    pub spread: i64,
    /// What the largest hook Pod asks for: hooks come and go, one at a time, beside what stays.
    pub hook: HookDemand,
}

/// What one hook Pod asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HookDemand {
    /// Millicores.
    pub cpu: i64,
    /// Bytes.
    pub memory: i64,
}

impl Demand {
    /// Millicores with the largest hook running.
    pub fn peak_cpu(&self) -> i64 {
        self.cpu.saturating_add(self.hook.cpu)
    }

    /// Bytes with the largest hook running.
    pub fn peak_memory(&self) -> i64 {
        self.memory.saturating_add(self.hook.memory)
    }
}

/// The demand of a render. Hook Pods are counted for images and labels, and apart: they come and go.
pub fn of(manifest: &Manifest) -> Demand {
    let mut demand = Demand::default();
    for object in &manifest.objects {
        let Some(pod) = pod::of(object) else { continue };
        demand.images.extend(
            pod.containers()
                .iter()
                .filter_map(|container| container.raw.get("image")?.as_str().map(str::to_owned)),
        );
        demand.node_labels.extend(node_selector(&pod));
        let is_hook = object.hook().is_some();
        let replicas = if is_hook { 0 } else { replicas(object, manifest) };
        for (name, amount) in requests(&pod) {
            match name.as_str() {
                "cpu" if is_hook => demand.hook.cpu = demand.hook.cpu.max(amount),
                "memory" if is_hook => demand.hook.memory = demand.hook.memory.max(amount),
                _ => {}
            }
            let total = amount.saturating_mul(replicas);
            match name.as_str() {
                "cpu" => demand.cpu = demand.cpu.saturating_add(total),
                "memory" => demand.memory = demand.memory.saturating_add(total),
                name if name.contains('/') => *demand.extended.entry(name.to_owned()).or_default() += total,
                _ => {}
            }
        }
        if spreads_over_hosts(&pod) {
            demand.spread = demand.spread.max(replicas);
        }
    }
    demand
}

/// Replicas a workload starts with; an autoscaler's minimum stands in where the workload names none.
fn replicas(object: &Object, manifest: &Manifest) -> i64 {
    let written = object.value.pointer("/spec/replicas").and_then(Value::as_i64);
    let scaled = || {
        manifest.objects.iter().find_map(|other| {
            let aims = other.reference.kind == "HorizontalPodAutoscaler"
                && other.text("/spec/scaleTargetRef/kind") == Some(object.reference.kind.as_str())
                && other.text("/spec/scaleTargetRef/name") == Some(object.reference.name.as_str());
            aims.then(|| other.value.pointer("/spec/minReplicas").and_then(Value::as_i64).unwrap_or(1))
        })
    };
    match object.reference.kind.as_str() {
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController" => {
            written.max(scaled()).unwrap_or(1)
        }
        "CronJob" | "PodTemplate" => 0,
        _ => 1,
    }
}

/// Requests of one Pod as the scheduler counts them: the sum over containers and sidecars, or the largest
/// init container, whichever is more. A missing request is the limit.
fn requests(pod: &Pod<'_>) -> BTreeMap<String, i64> {
    let mut sum: BTreeMap<String, i64> = BTreeMap::new();
    let mut largest: BTreeMap<String, i64> = BTreeMap::new();
    for container in pod.containers() {
        let sidecar = container.raw.get("restartPolicy").and_then(Value::as_str) == Some("Always");
        let side =
            |name: &str| container.raw.pointer(&format!("/resources/{name}")).and_then(Value::as_object);
        let mut own: BTreeMap<&String, &Value> = side("limits").into_iter().flatten().collect();
        own.extend(side("requests").into_iter().flatten());
        for (name, value) in own {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let Ok(quantity) = Quantity::parse(&text) else { continue };
            let amount = if name == "cpu" { quantity.millis() } else { quantity.units() };
            match container.kind {
                ContainerKind::Init if !sidecar => {
                    let most = largest.entry(name.clone()).or_default();
                    *most = amount.max(*most);
                }
                ContainerKind::Init | ContainerKind::Main => *sum.entry(name.clone()).or_default() += amount,
                ContainerKind::Ephemeral => {}
            }
        }
    }
    for (name, amount) in largest {
        let total = sum.entry(name).or_default();
        *total = amount.max(*total);
    }
    sum
}

fn node_selector(pod: &Pod<'_>) -> BTreeMap<String, String> {
    let selector = pod.spec.get("nodeSelector").and_then(Value::as_object);
    selector
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// Whether a required anti-affinity keeps the Pod's replicas on nodes of their own.
fn spreads_over_hosts(pod: &Pod<'_>) -> bool {
    let terms = pod
        .spec
        .pointer("/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution")
        .and_then(Value::as_array);
    terms
        .into_iter()
        .flatten()
        .any(|term| term.get("topologyKey").and_then(Value::as_str) == Some("kubernetes.io/hostname"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_as_the_scheduler_counts_them() {
        let manifest = Manifest::decode(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  replicas: 3\n  template: {spec: \
             {nodeSelector: {disk: ssd}, initContainers: [{name: i, image: one:1, resources: {requests: {cpu: '2'}}}], \
             containers: [{name: a, image: two:1, resources: {limits: {cpu: 500m, memory: 1Gi, nvidia.com/gpu: 1}}}, \
             {name: b, image: two:1, resources: {requests: {memory: 1Gi}}}]}}\n",
        );
        let demand = of(&manifest);
        assert_eq!((demand.cpu, demand.memory), (6000, 6 << 30));
        assert_eq!(demand.extended["nvidia.com/gpu"], 3);
        assert_eq!(demand.node_labels["disk"], "ssd");
        assert_eq!(demand.images.len(), 2);
    }

    #[test]
    fn an_autoscaler_gives_the_replicas_that_a_workload_does_not_name() {
        let manifest = Manifest::decode(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {template: {spec: {containers: [{name: \
             a, resources: {requests: {cpu: 1}}}]}}}\n---\napiVersion: autoscaling/v2\nkind: \
             HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {minReplicas: 4, scaleTargetRef: {kind: Deployment, \
             name: d}}\n",
        );
        assert_eq!(of(&manifest).cpu, 4000);
    }
}
