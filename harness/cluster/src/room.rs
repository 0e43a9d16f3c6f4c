//! What a cluster's nodes can take beside what runs on them: allocatable less requests, as the scheduler counts.

use k8s_openapi::api::core::v1::{Container, Node, Pod};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use kube::api::ListParams;
use kube::{Api, Client};
use seatrial_manifest::quantity::Quantity as Amount;
use seatrial_ports::Room;

use crate::pods::phase;

/// Asks the API server; `None` when it does not tell.
pub(crate) async fn of_cluster(client: &Client) -> Option<Room> {
    let nodes: Api<Node> = Api::all(client.clone());
    let pods: Api<Pod> = Api::all(client.clone());
    let everything = ListParams::default();
    match tokio::try_join!(nodes.list(&everything), pods.list(&everything)) {
        Ok((nodes, pods)) => Some(room(&nodes.items, &pods.items)),
        Err(error) => {
            tracing::warn!(%error, "what the nodes can take is not known");
            None
        }
    }
}

fn room(nodes: &[Node], pods: &[Pod]) -> Room {
    let usable = nodes
        .iter()
        .filter(|node| node.spec.as_ref().is_none_or(|spec| !spec.unschedulable.unwrap_or_default()));
    let mut room = Room { cpu: 0, memory: 0 };
    for node in usable {
        let allocatable = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
        let amount = |name: &str| allocatable.and_then(|amounts| amounts.get(name));
        room.cpu = room.cpu.saturating_add(amount("cpu").map_or(0, millis));
        room.memory = room.memory.saturating_add(amount("memory").map_or(0, bytes));
    }
    for pod in pods.iter().filter(|pod| !matches!(phase(pod), "Succeeded" | "Failed")) {
        let containers = pod.spec.iter().flat_map(|spec| &spec.containers);
        for container in containers {
            room.cpu = room.cpu.saturating_sub(requested(container, "cpu").map_or(0, millis));
            room.memory = room.memory.saturating_sub(requested(container, "memory").map_or(0, bytes));
        }
    }
    Room { cpu: room.cpu.max(0), memory: room.memory.max(0) }
}

fn requested<'a>(container: &'a Container, name: &str) -> Option<&'a Quantity> {
    container.resources.as_ref()?.requests.as_ref()?.get(name)
}

fn millis(quantity: &Quantity) -> i64 {
    Amount::parse(&quantity.0).map_or(0, Amount::millis)
}

fn bytes(quantity: &Quantity) -> i64 {
    Amount::parse(&quantity.0).map_or(0, Amount::units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_runs_is_taken_off_and_what_has_ended_is_not() {
        let node: Node = serde_json::from_value(json!({ "metadata": {}, "status": {
            "allocatable": { "cpu": "2", "memory": "4Gi" } } }))
        .unwrap();
        let pod = |phase: &str| -> Pod {
            serde_json::from_value(
                json!({ "metadata": {}, "status": { "phase": phase }, "spec": { "containers": [
                { "name": "a", "resources": { "requests": { "cpu": "250m", "memory": "1Gi" } } }] } }),
            )
            .unwrap()
        };
        let left = room(&[node], &[pod("Running"), pod("Succeeded"), pod("Pending")]);
        assert_eq!(left, Room { cpu: 1500, memory: 2 << 30 });
    }
}
