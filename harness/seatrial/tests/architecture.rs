//! The Cargo manifests are the architecture: who may depend on whom.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each crate and the crates of this workspace that it may use (dependencies of tests excepted).
const ALLOWED: [(&str, &[&str]); 15] = [
    ("model", &[]),
    ("document", &[]),
    ("manifest", &["model", "document"]),
    ("policy", &["model", "document"]),
    ("chart", &["document"]),
    ("suite", &["model", "document", "chart"]),
    ("ports", &["model"]),
    ("host", &["model"]),
    ("helm", &["model", "ports", "host"]),
    ("cluster", &["model", "document", "manifest", "ports", "host", "helm"]),
    ("scripted", &["model", "ports"]),
    ("engine", &["model", "document", "manifest", "policy", "chart", "ports", "host"]),
    ("report", &["model"]),
    ("setup", &["model", "host"]),
    (
        "seatrial",
        &[
            "model", "document", "manifest", "policy", "chart", "suite", "ports", "host", "helm", "cluster",
            "scripted", "engine", "report", "setup",
        ],
    ),
];

/// Crates that are pure: nothing asynchronous and no cluster below them.
const PURE: [&str; 7] = ["model", "document", "manifest", "policy", "chart", "suite", "report"];

/// The platform that this machine builds for, `x86_64-unknown-linux-gnu`.
fn platform() -> String {
    let answer = Command::new("rustc").arg("-vV").output().unwrap();
    let text = String::from_utf8(answer.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

fn metadata() -> Value {
    // Crates for other platforms were never downloaded on a new machine.
    let answer = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--filter-platform", &platform()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice(&answer.stdout).unwrap()
}

fn short(name: &str) -> &str {
    name.strip_prefix("seatrial-").unwrap_or(name)
}

/// By package id: its name and the ids it needs to build (not to test).
fn graph(metadata: &Value) -> BTreeMap<&str, (&str, Vec<&str>)> {
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package["name"].as_str().unwrap()))
        .collect();
    metadata["resolve"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let id = node["id"].as_str().unwrap();
            let needs =
                node["deps"].as_array().unwrap().iter().filter(|dep| {
                    dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null())
                });
            (id, (names[id], needs.map(|dep| dep["pkg"].as_str().unwrap()).collect()))
        })
        .collect()
}

#[test]
fn dependencies_follow_the_direction_of_the_architecture() {
    let metadata = metadata();
    let graph = graph(&metadata);
    let members: BTreeSet<&str> =
        metadata["workspace_members"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ALLOWED.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    let found: BTreeSet<&str> = members.iter().map(|id| short(graph[id].0)).collect();
    assert_eq!(found, allowed.keys().copied().collect(), "a crate is new or gone: say here what it may use");
    for id in &members {
        let (name, needs) = &graph[id];
        for need in needs.iter().filter(|need| members.contains(*need)) {
            let used = short(graph[need].0);
            assert!(allowed[short(name)].contains(used), "{name} must not depend on {used}");
        }
    }
}

#[test]
fn pure_crates_have_neither_a_runtime_nor_a_cluster_below_them() {
    let metadata = metadata();
    let graph = graph(&metadata);
    for pure in PURE {
        let root = graph.iter().find(|(_, (name, _))| *name == format!("seatrial-{pure}")).unwrap().0;
        let (mut open, mut seen) = (vec![*root], BTreeSet::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let (name, needs) = &graph[id];
                assert!(!["tokio", "kube", "kube-client", "bollard"].contains(name), "{pure} reaches {name}");
                open.extend(needs);
            }
        }
    }
}
