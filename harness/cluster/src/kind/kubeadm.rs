//! What kubeadm is told: JSON documents, which its YAML reader takes.
//!
//! Source of the fields: kubeadm.k8s.io/v1beta4, kubelet.config.k8s.io/v1beta1,
//! kubeproxy.config.k8s.io/v1alpha1.

use std::net::Ipv4Addr;

use seatrial_model::KubernetesVersion;
use serde_json::{Value, json};

/// Addresses of Services; the tenth is cluster DNS.
pub(super) const SERVICES: &str = "10.96.0.0/16";
/// The first of them is the API server's.
pub(super) const API: Ipv4Addr = Ipv4Addr::new(10, 96, 0, 1);
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

/// Phases of `kubeadm init` that are no part of a boot. The checks are for machines, nobody joins, and certificates that
/// expire in a year need no restart of the kubelet.
const NEVER: [&str; 5] =
    ["preflight", "wait-control-plane", "upload-certs", "kubelet-finalize", "show-join-command"];
/// Phases that bring the API server up.
const FIRST: [&str; 5] = ["certs", "kubeconfig", "etcd", "control-plane", "kubelet-start"];
/// Phases that talk to it. `bootstrap-token` also lets the API server talk to the kubelet, for logs.
const LAST: [&str; 3] = ["upload-config", "mark-control-plane", "bootstrap-token"];

/// `kubeadm init` up to an API server that starts. The two that would only ask it for rights that it does not
/// grant yet, and then wait longer and longer before they ask again, come later.
pub(super) fn first() -> Vec<String> {
    let later = ["control-plane/controller-manager", "control-plane/scheduler", "addon"];
    init_without(NEVER.iter().chain(&LAST).chain(&later))
}

/// `kubeadm init` on an API server that answers, but for the add-ons.
pub(super) fn last() -> Vec<String> {
    init_without(NEVER.iter().chain(&FIRST).chain(&["addon"]))
}

fn init_without<'a>(phases: impl Iterator<Item = &'a &'a str>) -> Vec<String> {
    let skipped = phases.copied().collect::<Vec<_>>().join(",");
    let mut argv = ["kubeadm", "init", "--config", FILE, "--skip-token-print"].map(str::to_owned).to_vec();
    argv.push(format!("--skip-phases={skipped}"));
    argv
}

/// One phase of `kubeadm init`, `control-plane scheduler`.
pub(super) fn phase<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["kubeadm", "init", "phase"], words, &["--config", FILE]].concat()
}

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
    })
}

fn cluster(node: &str, version: &KubernetesVersion) -> Value {
    // Nobody else would lead, and a busy machine would make them lose their leases. The rates spare the controller
    // manager four seconds at its start.
    let scheduler = json!([{ "name": "leader-elect", "value": "false" }]);
    let manager = json!([
        { "name": "leader-elect", "value": "false" },
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
        // Nothing here outlives a power cut, so that nothing has to reach the disk; and a member that is alone need not
        // wait a second for the votes of others.
        "etcd": { "local": {
            "dataDir": "/var/lib/etcd",
            "extraArgs": [
                { "name": "unsafe-no-fsync", "value": "true" },
                { "name": "heartbeat-interval", "value": "20" },
                { "name": "election-timeout", "value": "100" },
            ],
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
        // The registry is on this machine: one pull need not wait for another.
        "serializeImagePulls": false,
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
        // A cluster of this size has few rules to write: no need to gather changes for a second.
        "iptables": { "minSyncPeriod": "100ms" },
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
    fn every_phase_is_run_once_or_never() {
        let [first, last] = [first(), last()].map(|argv| argv.last().unwrap().clone());
        let skipped = |argv: &str, phase: &str| argv.split(['=', ',']).any(|skipped| skipped == phase);
        for phase in FIRST {
            assert!(!skipped(&first, phase) && skipped(&last, phase), "{phase}");
        }
        for phase in LAST {
            assert!(skipped(&first, phase) && !skipped(&last, phase), "{phase}");
        }
        for phase in NEVER.iter().chain(&["addon"]) {
            assert!(skipped(&first, phase) && skipped(&last, phase), "{phase}");
        }
    }

    #[test]
    fn dns_is_the_tenth_address_of_the_services() {
        assert_eq!(SERVICES.strip_suffix("0.0/16"), DNS.to_string().strip_suffix("0.10"));
        serde_json::from_str::<Value>(COREDNS.1).unwrap();
    }
}
