//! What the nodes of a cluster offer: looked at, never changed.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Node;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};
use seatrial_model::suite::ClusterSpec;

/// Labels and extended resources of every node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Nodes {
    labels: Vec<BTreeMap<String, String>>,
    /// All nodes together.
    extended: BTreeMap<String, i64>,
}

impl Nodes {
    /// Reads them; `None` where the account may not.
    pub(super) async fn read(client: &Client) -> Result<Option<Self>, kube::Error> {
        let nodes: Api<Node> = Api::all(client.clone());
        match nodes.list(&ListParams::default()).await {
            Ok(list) => Ok(Some(Self::of(&list.items))),
            Err(kube::Error::Api(status)) if status.code == 403 => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn of(nodes: &[Node]) -> Self {
        let mut all = Self::default();
        for node in nodes {
            all.labels.push(node.labels().clone());
            let offered = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
            for (name, amount) in offered.into_iter().flatten().filter(|(name, _)| name.contains('/')) {
                *all.extended.entry(name.clone()).or_default() += amount.0.parse::<i64>().unwrap_or(0);
            }
        }
        all
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.labels.len()
    }

    /// What no node has of what is asked, one sentence each.
    pub(super) fn misfits(
        &self,
        labels: &BTreeMap<String, String>,
        extended: &BTreeMap<String, i64>,
    ) -> Vec<String> {
        let has =
            |name: &String, value: &String| self.labels.iter().any(|node| node.get(name) == Some(value));
        let labels = labels.iter().filter(|(name, value)| !has(name, value));
        let labels = labels.map(|(name, value)| format!("no node has the label {name}={value}"));
        let offered = |name: &String| self.extended.get(name).copied().unwrap_or(0);
        let extended = extended.iter().filter(|(name, amount)| offered(name) < **amount);
        let extended = extended.map(|(name, amount)| {
            format!("{amount} {name} are asked for, all nodes together offer {}", offered(name))
        });
        labels.chain(extended).collect()
    }

    /// The same for what a suite asks of the cluster.
    pub(super) fn misfits_of(&self, spec: &ClusterSpec) -> Vec<String> {
        let amounts = spec.extended_resources.iter();
        let amounts =
            amounts.map(|(name, amount)| (name.clone(), i64::try_from(*amount).unwrap_or(i64::MAX)));
        self.misfits(&spec.node_labels, &amounts.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn node(label: &str, gpus: &str) -> Node {
        serde_json::from_value(json!({
            "metadata": { "labels": { "disk": label } },
            "status": { "allocatable": { "cpu": "8", "nvidia.com/gpu": gpus } },
        }))
        .unwrap()
    }

    #[test]
    fn what_some_node_has_fits_and_what_none_has_is_told() {
        let nodes = Nodes::of(&[node("ssd", "1"), node("hdd", "2")]);
        let ask = |label: &str, gpus: i64| {
            let labels = [("disk".to_owned(), label.to_owned())].into();
            nodes.misfits(&labels, &[("nvidia.com/gpu".to_owned(), gpus)].into())
        };
        assert_eq!(ask("ssd", 3), Vec::<String>::new());
        assert_eq!(
            ask("nvme", 4),
            ["no node has the label disk=nvme", "4 nvidia.com/gpu are asked for, all nodes together offer 3"]
        );
    }
}
