//! What kubeadm is told: JSON documents, which its YAML reader takes.
//!
//! Source of the fields: kubeadm.k8s.io/v1beta4, kubelet.config.k8s.io/v1beta1,
//! kubeproxy.config.k8s.io/v1alpha1.

use std::net::Ipv4Addr;

use seatrial_model::KubernetesVersion;
use serde_json::{Value, json};

/// Addresses of Services; the tenth is cluster DNS.
pub(super) const SERVICES: &str = "10.96.0.0/16";
/// Addresses of Pods.
pub(super) const PODS: &str = "10.244.0.0/16";
/// Cluster DNS, by kubeadm's rule.
pub(super) const DNS: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 10);
/// Where the configuration is written in the node.
pub(super) const FILE: &str = "/kind/kubeadm.conf";
/// Where patches of kubeadm's own manifests lie in the node.
pub(super) const PATCHES: &str = "/kind/patches";
/// The patch of CoreDNS, and its content: one replica that is asked every second whether it is ready.
pub(super) const COREDNS: (&str, &str) = (
    "/kind/patches/corednsdeployment+strategic.json",
    r#"{"spec":{"replicas":1,"template":{"spec":{"containers":[{"name":"coredns","readinessProbe":{"periodSeconds":1,"initialDelaySeconds":0}}]}}}}"#,
);

/// The configuration file for a node named `node`.
pub(super) fn config(node: &str, version: &KubernetesVersion) -> String {
    [init(node), cluster(node, version), kubelet(), proxy()]
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n---\n")
}

fn init(node: &str) -> Value {
    json!({
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "InitConfiguration",
        "nodeRegistration": {
            "name": node,
            "criSocket": "unix:///run/containerd/containerd.sock",
            "imagePullPolicy": "Never",
            "taints": [],
        },
        "patches": { "directory": PATCHES },
        // The checks are for machines, nobody joins, and certificates that expire in a year need no restart of the
        // kubelet. `bootstrap-token` has to stay: it also lets the API server talk to the kubelet, for logs.
        "skipPhases": ["preflight", "kubelet-finalize", "show-join-command"],
    })
}

fn cluster(node: &str, version: &KubernetesVersion) -> Value {
    let scheduler = json!([{ "name": "leader-elect", "value": "false" }]);
    // Without election the controller manager gives the API server ten seconds to appear and then ends. Leases are
    // long, so that a busy machine does not make it lose one; the rates spare it four seconds at its start.
    let manager = json!([
        { "name": "leader-elect-lease-duration", "value": "90s" },
        { "name": "leader-elect-renew-deadline", "value": "60s" },
        { "name": "leader-elect-retry-period", "value": "500ms" },
        { "name": "kube-api-qps", "value": "300" },
        { "name": "kube-api-burst", "value": "600" },
    ]);
    json!({
        "apiVersion": "kubeadm.k8s.io/v1beta4",
        "kind": "ClusterConfiguration",
        "clusterName": node,
        "kubernetesVersion": format!("v{version}"),
        "encryptionAlgorithm": "ECDSA-P256",
        "networking": { "podSubnet": PODS, "serviceSubnet": SERVICES, "dnsDomain": "cluster.local" },
        "apiServer": { "certSANs": ["localhost", "127.0.0.1"] },
        "controllerManager": { "extraArgs": manager },
        "scheduler": { "extraArgs": scheduler },
        // Nothing here outlives a power cut, so that nothing has to reach the disk.
        "etcd": { "local": {
            "dataDir": "/var/lib/etcd",
            "extraArgs": [{ "name": "unsafe-no-fsync", "value": "true" }],
        } },
    })
}

fn kubelet() -> Value {
    json!({
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        // No `cgroupDriver`: the kubelet asks containerd.
        "cgroupRoot": "/kubelet",
        "failSwapOn": false,
        "failCgroupV1": false,
        // The node shares the machine's disk: how full that is must not evict Pods or delete images.
        "imageGCHighThresholdPercent": 100,
        "evictionHard": {
            "memory.available": "0%",
            "nodefs.available": "0%",
            "nodefs.inodesFree": "0%",
            "imagefs.available": "0%",
        },
        // For machines that withhold CAP_SYS_RESOURCE from containers; harmless on others.
        "featureGates": { "KubeletInUserNamespace": true },
    })
}

fn proxy() -> Value {
    json!({
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        // These are the machine's own settings, which a container cannot change.
        "conntrack": { "maxPerCore": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_the_node_and_the_version() {
        let text = config("seatrial-r1-a", &"1.36.3".parse().unwrap());
        let documents: Vec<Value> =
            text.split("\n---\n").map(|document| serde_json::from_str(document).unwrap()).collect();
        assert_eq!(documents.len(), 4);
        assert_eq!(documents[0]["nodeRegistration"]["name"], "seatrial-r1-a");
        assert_eq!(documents[1]["kubernetesVersion"], "v1.36.3");
    }

    #[test]
    fn dns_is_the_tenth_address_of_the_services() {
        assert_eq!(SERVICES.strip_suffix("0.0/16"), DNS.to_string().strip_suffix("0.10"));
        serde_json::from_str::<Value>(COREDNS.1).unwrap();
    }
}
