//! The node image keeps the contract of `kindest/node`: the `kind` program boots it.

use std::process::Command;

use crate::project::{machine, root};

fn boots(variable: &str) {
    let _machine = machine();
    let image = std::env::var(variable).expect("set by `make test`");
    let kind = std::env::var("SEATRIAL_KIND").expect("set by `make test`");
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("kubeconfig");
    let name = format!("seatrial-contract-{}", std::process::id());
    let call = |args: &[&str]| {
        Command::new(&kind)
            .args(args)
            .args(["--name", &name])
            .arg("--kubeconfig")
            .arg(&kubeconfig)
            .output()
            .unwrap()
    };
    let config = root().join("images/node/kind.yaml");
    let created = call(&[
        "create",
        "cluster",
        "--image",
        &image,
        "--wait",
        "120s",
        "--config",
        config.to_str().unwrap(),
    ]);
    let node = format!("{name}-control-plane");
    let ready = Command::new("docker")
        .args([
            "exec",
            &node,
            "kubectl",
            "--kubeconfig=/etc/kubernetes/admin.conf",
            "get",
            "nodes",
            "--no-headers",
        ])
        .output()
        .unwrap();
    let deleted = call(&["delete", "cluster"]);
    assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stderr));
    let nodes = String::from_utf8_lossy(&ready.stdout).into_owned();
    assert!(nodes.contains(" Ready "), "{nodes}");
    assert!(deleted.status.success(), "{}", String::from_utf8_lossy(&deleted.stderr));
}

#[test]
fn the_kind_program_boots_the_newest_node_image() {
    boots("SEATRIAL_NODE_1_36");
}

#[test]
fn the_kind_program_boots_the_second_node_image() {
    boots("SEATRIAL_NODE_1_35");
}
