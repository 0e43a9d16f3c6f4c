//! What a render leaves outside of its namespace: what other cells of the same cluster would feel.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pod;
use crate::{Manifest, Object};

/// Kinds that change how a whole cluster behaves, whatever they are called.
const GLOBAL: [&str; 10] = [
    "APIService",
    "CustomResourceDefinition",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];
/// Kinds of the cluster that are felt by another cell only when it makes one of the same name.
const NAMED: [&str; 15] = [
    "CSIDriver",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "DeviceClass",
    "FlowSchema",
    "IngressClass",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "VolumeAttributesClass",
];

/// Why a render cannot share its cluster with others, one reason each, ordered; empty when it can. Hooks count.
/// A name of the cluster is fixed unless the namespace is part of it: all profiles of a chart have one release
/// name, and each has a namespace of its own.
pub fn reasons(manifest: &Manifest, namespace: &str) -> Vec<String> {
    let mut reasons = BTreeSet::new();
    for object in &manifest.objects {
        of_object(object, namespace, &mut reasons);
        of_ports(object, &mut reasons);
    }
    reasons.into_iter().collect()
}

fn of_object(object: &Object, namespace: &str, reasons: &mut BTreeSet<String>) {
    let reference = &object.reference;
    let kind = reference.kind.as_str();
    if GLOBAL.contains(&kind) {
        reasons.insert(format!("{kind}/{} is for the whole cluster", reference.name));
    } else if NAMED.contains(&kind) {
        if !reference.name.contains(namespace) {
            reasons.insert(format!("{kind}/{} has a fixed name in the whole cluster", reference.name));
        }
    } else if !reference.namespace.is_empty() && reference.namespace != namespace {
        reasons.insert(format!("{kind}/{} goes to the namespace {}", reference.name, reference.namespace));
    }
}

/// Ports of the node: two cells cannot have the same one.
fn of_ports(object: &Object, reasons: &mut BTreeSet<String>) {
    let named = |what: &str, port: i64| format!("{} takes the {what} {port}", object.reference);
    if object.reference.kind == "Service" {
        let ports = object.value.pointer("/spec/ports").and_then(Value::as_array);
        let fixed = ports.into_iter().flatten().filter_map(|port| port.get("nodePort")?.as_i64());
        reasons.extend(fixed.filter(|port| *port > 0).map(|port| named("node port", port)));
    }
    let Some(pod) = pod::of(object) else { return };
    if pod.spec.get("hostNetwork").and_then(Value::as_bool) == Some(true) {
        reasons.insert(format!("{} uses the node's network", object.reference));
    }
    for container in pod.containers() {
        let ports = container.raw.get("ports").and_then(Value::as_array);
        let fixed = ports.into_iter().flatten().filter_map(|port| port.get("hostPort")?.as_i64());
        reasons.extend(fixed.filter(|port| *port > 0).map(|port| named("host port", port)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::crd("kind: CustomResourceDefinition\nmetadata: {name: a.b}", "a.b is for the whole cluster")]
    #[case::webhook("kind: MutatingWebhookConfiguration\nmetadata: {name: w}", "w is for the whole cluster")]
    #[case::role("kind: ClusterRole\nmetadata: {name: app}", "ClusterRole/app has a fixed name")]
    #[case::foreign("kind: Role\nmetadata: {name: r, namespace: kube-system}", "the namespace kube-system")]
    #[case::node_port(
        "kind: Service\nmetadata: {name: s}\nspec: {ports: [{nodePort: 30080}]}",
        "node port 30080"
    )]
    #[case::host_port(
        "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, ports: [{hostPort: 80}]}]}",
        "Pod/p takes the host port 80"
    )]
    #[case::host_network("kind: Pod\nmetadata: {name: p}\nspec: {hostNetwork: true}", "the node's network")]
    #[case::hook(
        "kind: ClusterRole\nmetadata: {name: app, annotations: {helm.sh/hook: pre-install}}",
        "ClusterRole/app has a fixed name"
    )]
    fn what_others_would_feel_is_named(#[case] object: &str, #[case] words: &str) {
        let reasons = reasons(&Manifest::decode(&format!("apiVersion: v1\n{object}\n")), "app-prod");
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        assert!(reasons[0].contains(words), "{reasons:?}");
    }

    #[rstest]
    #[case::role_of_the_namespace("kind: ClusterRole\nmetadata: {name: app-prod-reader}")]
    #[case::own_namespace("kind: Role\nmetadata: {name: r, namespace: app-prod}")]
    #[case::any_node_port("kind: Service\nmetadata: {name: s}\nspec: {type: NodePort, ports: [{port: 80}]}")]
    #[case::container_port(
        "kind: Pod\nmetadata: {name: p}\nspec: {containers: [{ports: [{containerPort: 80}]}]}"
    )]
    fn what_stays_in_the_namespace_is_not(#[case] object: &str) {
        let manifest = Manifest::decode(&format!("apiVersion: v1\n{object}\n"));
        assert_eq!(reasons(&manifest, "app-prod"), Vec::<String>::new());
    }
}
