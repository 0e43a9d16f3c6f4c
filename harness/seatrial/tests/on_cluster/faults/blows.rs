//! Blows from outside: the node, the API server, Docker itself.

use std::process::{Command, Output};

use super::live::{Live, check};
use super::{profile, project};
use crate::project::{machine, root};

fn docker(args: &[&str]) -> Output {
    Command::new("docker").args(args).output().unwrap()
}

/// A run in the middle of an install that takes a while, and may take `limit`.
fn installing(set: &str, limit: &str) -> (Live, tempfile::TempDir) {
    let limits = format!("{{install: {limit}, test: 60s, uninstall: 60s}}");
    let folder = project(&limits, "", &profile("slow", set));
    let mut run = Live::start(folder.path(), &[], &[]);
    run.wait_for(&["] run "]);
    run.wait_for(&["install: ", "Deployment"]);
    (run, folder)
}

#[test]
fn a_node_removed_in_the_middle_of_an_install_is_trouble_and_leaves_nothing() {
    let _machine = machine();
    let (run, _folder) = installing("ready=300", "20s");
    let nodes = run.containers("node");
    assert_eq!(nodes.len(), 1);
    assert!(docker(&["rm", "--force", "--volumes", &nodes[0]]).status.success());
    let ended = run.end();
    assert_eq!(ended.code, Some(3), "{}", ended.said);
    let cell = ended.cell("slow");
    assert_eq!(check(&cell, "install")["verdict"], "errored", "{cell}");
    assert!(check(&cell, "install")["reason"].as_str().unwrap().contains("API server"), "{cell}");
    ended.left_nothing();
}

#[test]
fn an_api_server_that_restarts_during_an_install_is_waited_for() {
    let _machine = machine();
    let (run, _folder) = installing("ready=15", "90s");
    let nodes = run.containers("node");
    let kill = "for name in /proc/[0-9]*/comm; do if [ \"$(cat $name)\" = kube-apiserver ]; then folder=${name%/comm}; \
                kill -9 ${folder#/proc/}; echo killed; fi; done";
    let killed = docker(&["exec", &nodes[0], "bash", "-c", kill]);
    assert_eq!(String::from_utf8_lossy(&killed.stdout).trim(), "killed", "{killed:?}");
    let ended = run.end();
    let cell = ended.cell("slow");
    assert_eq!(cell["verdict"], "passed", "{}", ended.said);
    assert_eq!(ended.code, Some(0), "{}", ended.said);
    ended.left_nothing();
}

/// Brings Docker back whatever happens, and removes what it could not be asked to remove.
struct Docker;

impl Docker {
    fn as_root(script: &str) -> bool {
        let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = Command::new(if root { "bash" } else { "sudo" });
        if !root {
            command.args(["--non-interactive", "--preserve-env=HOME,XDG_CACHE_HOME", "bash"]);
        }
        command.args(["-c", script]).current_dir(root_folder()).status().unwrap().success()
    }

    fn back() -> bool {
        Self::as_root("images/setup/docker.sh")
    }
}

fn root_folder() -> std::path::PathBuf {
    root()
}

impl Drop for Docker {
    fn drop(&mut self) {
        Self::back();
    }
}

/// A machine may start Docker again by itself: then the run removes what it made, and has nothing to name.
#[test]
fn docker_killed_during_a_run_is_trouble_and_what_cannot_be_removed_is_named() {
    let _machine = machine();
    let (run, _folder) = installing("ready=300", "20s");
    let id = run.run_id();
    let back = Docker;
    assert!(Docker::as_root("kill -9 $(pidof dockerd)"), "dockerd could not be killed");
    let ended = run.end();
    assert!(Docker::back(), "Docker did not come back");
    let label = format!("label=dev.seatrial.run={id}");
    let mut all_left = String::new();
    for (list, remove) in [(["ps", "--all"], ["rm", "--force"]), (["volume", "ls"], ["volume", "rm"])] {
        let left = docker(&[list[0], list[1], "--quiet", "--filter", &label]);
        for name in String::from_utf8_lossy(&left.stdout).lines() {
            docker(&[remove[0], remove[1], name]);
            all_left += &format!("{name}\n");
        }
    }
    drop(back);
    ended.left_nothing();
    assert_eq!(ended.code, Some(3), "{}", ended.said);
    let named = ended.said.contains("docker rm --force") || ended.said.contains("seatrial clean");
    assert!(
        named || all_left.is_empty(),
        "it does not say what to remove: {}\nleft:\n{all_left}",
        ended.said
    );
    let install = check(&ended.cell("slow"), "install").clone();
    assert_eq!(install["verdict"], "errored", "{install}");
}
